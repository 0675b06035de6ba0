// Eight doubles as one vector value, and masks of their lanes. Only the kernels use this header.
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

CV_INLINE cv_f64x8 cv_min(cv_f64x8 a, cv_f64x8 b) { return a < b ? a : b; }
CV_INLINE cv_f64x8 cv_max(cv_f64x8 a, cv_f64x8 b) { return a > b ? a : b; }

// The same number, of which the compiler knows nothing more: a loop that counts with it is not unrolled.
CV_INLINE intptr_t cv_not_unrolled(intptr_t number) {
  __asm__("" : "+r"(number));
  return number;
}

typedef double cv_f64x4 __attribute__((ext_vector_type(4)));
typedef double cv_f64x2 __attribute__((ext_vector_type(2)));

// The lowest lane, halving the vector; none is NaN.
CV_INLINE double cv_lowest(cv_f64x8 v) {
  cv_f64x4 four = v.lo < v.hi ? v.lo : v.hi;
  cv_f64x2 two = four.lo < four.hi ? four.lo : four.hi;
  return two.x < two.y ? two.x : two.y;
}

// The highest lane, halving the vector; none is NaN.
CV_INLINE double cv_highest(cv_f64x8 v) {
  cv_f64x4 four = v.lo > v.hi ? v.lo : v.hi;
  cv_f64x2 two = four.lo > four.hi ? four.lo : four.hi;
  return two.x > two.y ? two.x : two.y;
}

typedef int64_t cv_i64x8 __attribute__((ext_vector_type(8)));
typedef uint8_t cv_u8x8 __attribute__((ext_vector_type(8)));
typedef uint8_t cv_u8x64 __attribute__((ext_vector_type(64)));
typedef uint16_t cv_u16x8 __attribute__((ext_vector_type(8)));
typedef uint16_t cv_u16x32 __attribute__((ext_vector_type(32)));
typedef bool cv_bits __attribute__((ext_vector_type(8)));
typedef bool cv_bits32 __attribute__((ext_vector_type(32)));
typedef bool cv_bits64 __attribute__((ext_vector_type(64)));

// Eight numbers against eight others: bit i is set where they are equal.
CV_INLINE uint64_t cv_equal_words(const int64_t *p, const int64_t *q) {
  cv_i64x8 a, b;
  __builtin_memcpy(&a, p, sizeof a);
  __builtin_memcpy(&b, q, sizeof b);
  cv_bits equal = __builtin_convertvector(a == b, cv_bits);
  uint8_t bits;
  __builtin_memcpy(&bits, &equal, sizeof bits);
  return bits;
}

// 64 bytes: bit i is set where byte i is the one wanted.
CV_INLINE uint64_t cv_equal_bytes(const uint8_t *bytes, uint8_t wanted) {
  cv_u8x64 v;
  __builtin_memcpy(&v, bytes, sizeof v);
  cv_bits64 equal = __builtin_convertvector(v == (cv_u8x64)(wanted), cv_bits64);
  uint64_t bits;
  __builtin_memcpy(&bits, &equal, sizeof bits);
  return bits;
}

// The columns of 64 ticks: bit i is set where that of tick i is the one wanted.
CV_INLINE uint64_t cv_equal_columns(const uint16_t *columns, uint16_t wanted) {
  cv_u16x32 v, w;
  __builtin_memcpy(&v, columns, sizeof v);
  __builtin_memcpy(&w, columns + 32, sizeof w);
  cv_bits32 low = __builtin_convertvector(v == (cv_u16x32)(wanted), cv_bits32);
  cv_bits32 high = __builtin_convertvector(w == (cv_u16x32)(wanted), cv_bits32);
  uint32_t parts[2];
  __builtin_memcpy(&parts[0], &low, sizeof parts[0]);
  __builtin_memcpy(&parts[1], &high, sizeof parts[1]);
  return (uint64_t)parts[1] << 32 | parts[0];
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

// a in the lanes that are kept, b in the others.
CV_INLINE cv_f64x8 cv_either(cv_kept kept, cv_f64x8 a, cv_f64x8 b) {
  return __builtin_ia32_selectpd_512(kept, a, b);
}

// Keeps a lane only where a is not b.
CV_INLINE cv_kept cv_keep_unequal(cv_kept kept, cv_f64x8 a, cv_f64x8 b) {
  return (cv_kept)__builtin_ia32_cmppd512_mask(a, b, 4, kept, 4);
}

// The first lanes, as many as that: none for a number below 1, all for one above 7.
CV_INLINE cv_kept cv_keep_first(intptr_t lanes) {
  return lanes <= 0 ? 0 : lanes >= 8 ? 0xff : (cv_kept)((1u << lanes) - 1);
}

// The ticks, of eight, whose column is the one wanted: `equal` begins with what cv_equal_columns says of them.
CV_INLINE cv_kept cv_keep_equal(const uint16_t *columns, intptr_t tick, uint16_t wanted, uint64_t equal) {
  return (cv_kept)equal;
}

// Most columns of which it is faster to seek each one among all ticks than to look at the ticks one by one.
#define CV_SOUGHT 10

// Minima of numbers above 0, from one on: cv_end_least gives the lowest lane.
CV_INLINE cv_f64x8 cv_start_least(double x) { return (cv_f64x8)(x); }

// The lesser of least and v where v is kept. A comparison of its own, which the compiler would make of cv_min here,
// would have to end before the next one could begin.
CV_INLINE cv_f64x8 cv_min_kept(cv_kept kept, cv_f64x8 v, cv_f64x8 least) {
  return __builtin_ia32_selectpd_512(kept, __builtin_ia32_minpd512(v, least, 4), least);
}

CV_INLINE double cv_end_least(double lowest) { return lowest; }

// The greater of most and v where v is kept. Every v is above 0, most is not below.
CV_INLINE cv_f64x8 cv_max_kept(cv_kept kept, cv_f64x8 v, cv_f64x8 most) {
  return __builtin_ia32_selectpd_512(kept, __builtin_ia32_maxpd512(v, most, 4), most);
}

#else

// 16 or 32 shorter registers: one vector of lines at a time.
#define CV_WIDE 1

typedef cv_i64x8 cv_kept;

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

// a in the lanes that are kept, b in the others.
CV_INLINE cv_f64x8 cv_either(cv_kept kept, cv_f64x8 a, cv_f64x8 b) { return kept ? a : b; }

// Keeps a lane only where a is not b.
CV_INLINE cv_kept cv_keep_unequal(cv_kept kept, cv_f64x8 a, cv_f64x8 b) { return kept & (a != b); }

// The first lanes, as many as that: none for a number below 1, all for one above 7.
CV_INLINE cv_kept cv_keep_first(intptr_t lanes) {
  const cv_kept numbers = {0, 1, 2, 3, 4, 5, 6, 7};
  return numbers < (cv_kept)(int64_t)lanes;
}

// The ticks, of eight, whose column is the one wanted: `equal` begins with what cv_equal_columns says of them.
CV_INLINE cv_kept cv_keep_equal(const uint16_t *columns, intptr_t tick, uint16_t wanted, uint64_t equal) {
  cv_u16x8 v;
  __builtin_memcpy(&v, columns + tick, sizeof v);
  return __builtin_convertvector(v == (cv_u16x8)(wanted), cv_kept);
}

// Most columns of which it is faster to seek each one among all ticks than to look at the ticks one by one.
#if defined(__AVX2__)
#define CV_SOUGHT 7
#else
#define CV_SOUGHT 4
#endif

// Minima of numbers above 0, from one on. What is held is the number before each: for what is not kept, 0, that is
// a NaN, which is not less than anything. cv_end_least makes the lowest lane the number that it stands for.
CV_INLINE cv_f64x8 cv_start_least(double x) {
  int64_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return (cv_f64x8)(cv_i64x8)(bits - 1);
}

// The lesser of least and v where v is kept.
CV_INLINE cv_f64x8 cv_min_kept(cv_kept kept, cv_f64x8 v, cv_f64x8 least) {
  cv_f64x8 seen = (cv_f64x8)(((cv_kept)v & kept) - 1);
  return seen < least ? seen : least;
}

CV_INLINE double cv_end_least(double lowest) {
  int64_t bits;
  __builtin_memcpy(&bits, &lowest, sizeof bits);
  bits += 1;
  __builtin_memcpy(&lowest, &bits, sizeof bits);
  return lowest;
}

// The greater of most and v where v is kept. What is not kept becomes 0, and most is not below.
CV_INLINE cv_f64x8 cv_max_kept(cv_kept kept, cv_f64x8 v, cv_f64x8 most) {
  cv_f64x8 seen = (cv_f64x8)((cv_kept)v & kept);
  return seen > most ? seen : most;
}

#endif

#include "ccolumns.h"
