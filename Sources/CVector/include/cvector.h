// Eight doubles as one vector value. Only the kernels use this header.
//
// Nothing here is fused or reordered: every level gives the same bits. Only the shape of a lane mask depends on
// the level, because AVX-512 compares into mask registers of its own.
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef double cv_f64x8 __attribute__((ext_vector_type(8)));

#define CV_INLINE static inline __attribute__((always_inline))

CV_INLINE cv_f64x8 cv_load(const double *p) {
  cv_f64x8 v;
  __builtin_memcpy(&v, p, sizeof v);
  return v;
}

CV_INLINE void cv_store(double *p, cv_f64x8 v) { __builtin_memcpy(p, &v, sizeof v); }

CV_INLINE cv_f64x8 cv_splat(double x) { return (cv_f64x8)(x); }

CV_INLINE cv_f64x8 cv_negate(cv_f64x8 v) { return -v; }

CV_INLINE cv_f64x8 cv_mul(cv_f64x8 a, cv_f64x8 b) {
#pragma clang fp contract(off)
  return a * b;
}

// a * b + c with both roundings: never contracted to a fused operation.
CV_INLINE cv_f64x8 cv_muladd(cv_f64x8 a, cv_f64x8 b, cv_f64x8 c) {
#pragma clang fp contract(off)
  return a * b + c;
}

// low where k is not below 0, else high: the corner of a box at which k * x is least.
CV_INLINE cv_f64x8 cv_corner(cv_f64x8 k, cv_f64x8 low, cv_f64x8 high) { return k >= 0.0 ? low : high; }

CV_INLINE cv_f64x8 cv_min(cv_f64x8 a, cv_f64x8 b) { return a < b ? a : b; }
CV_INLINE cv_f64x8 cv_max(cv_f64x8 a, cv_f64x8 b) { return a > b ? a : b; }

// The same number, of which the compiler knows nothing more: a loop that counts with it is not unrolled.
CV_INLINE intptr_t cv_not_unrolled(intptr_t number) {
  __asm__("" : "+r"(number));
  return number;
}

CV_INLINE double cv_lowest(cv_f64x8 v) {
  double low = v[0];
  for (int i = 1; i < 8; i++) low = v[i] < low ? v[i] : low;
  return low;
}

CV_INLINE double cv_highest(cv_f64x8 v) {
  double high = v[0];
  for (int i = 1; i < 8; i++) high = v[i] > high ? v[i] : high;
  return high;
}

#if defined(__AVX512F__) && defined(__AVX512DQ__)

// 32 vector registers of eight doubles: four vectors of lines stay in registers.
#define CV_WIDE 4

typedef uint8_t cv_kept;

CV_INLINE cv_kept cv_all(void) { return 0xff; }

// Keeps a lane only where a is above b: a NaN clears it. 30 is "greater, ordered, quiet", 4 the rounding in force.
CV_INLINE cv_kept cv_keep_above(cv_kept kept, cv_f64x8 a, cv_f64x8 b) {
  return (cv_kept)__builtin_ia32_cmppd512_mask(a, b, 30, kept, 4);
}

// Bit i is set where lane i is cleared.
CV_INLINE uint32_t cv_cleared(cv_kept kept) { return (uint8_t)~kept; }

#else

// 16 or 32 shorter registers: one vector of lines at a time.
#define CV_WIDE 1

typedef int64_t cv_kept __attribute__((ext_vector_type(8)));
typedef bool cv_bits __attribute__((ext_vector_type(8)));

CV_INLINE cv_kept cv_all(void) { return (cv_kept)(-1); }

// Keeps a lane only where a is above b: a NaN clears it.
CV_INLINE cv_kept cv_keep_above(cv_kept kept, cv_f64x8 a, cv_f64x8 b) { return kept & (a > b); }

// Bit i is set where lane i is cleared.
CV_INLINE uint32_t cv_cleared(cv_kept kept) {
  cv_bits cleared = __builtin_convertvector(kept >= 0, cv_bits);
  uint8_t bits;
  __builtin_memcpy(&bits, &cleared, sizeof bits);
  return bits;
}

#endif
