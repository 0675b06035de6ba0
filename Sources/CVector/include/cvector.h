// Eight doubles as one vector value. Only the Kernels module uses this header.
#pragma once
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

// a * b + c with both roundings: never contracted to a fused operation.
CV_INLINE cv_f64x8 cv_muladd(cv_f64x8 a, cv_f64x8 b, cv_f64x8 c) {
#pragma clang fp contract(off)
  return a * b + c;
}

typedef int64_t cv_i64x8 __attribute__((ext_vector_type(8)));

CV_INLINE cv_i64x8 cv_all(void) { return (cv_i64x8)(-1); }

// Keeps a lane set only where v is above 0: a NaN clears it.
CV_INLINE cv_i64x8 cv_keep_positive(cv_i64x8 lanes, cv_f64x8 v) { return lanes & (v > 0.0); }

// Whether any lane is cleared.
CV_INLINE int cv_any_cleared(cv_i64x8 lanes) { return __builtin_reduce_and(lanes) == 0; }

// Bit i is set where lane i is cleared.
CV_INLINE uint32_t cv_cleared(cv_i64x8 lanes) {
  uint32_t bits = 0;
  for (int i = 0; i < 8; i++) bits |= (uint32_t)(lanes[i] == 0) << i;
  return bits;
}

// low where k is not below 0, else high: the corner of a box at which k * x is least.
CV_INLINE cv_f64x8 cv_corner(cv_f64x8 k, cv_f64x8 low, cv_f64x8 high) { return k >= 0.0 ? low : high; }

CV_INLINE cv_f64x8 cv_min(cv_f64x8 a, cv_f64x8 b) { return a < b ? a : b; }
CV_INLINE cv_f64x8 cv_max(cv_f64x8 a, cv_f64x8 b) { return a > b ? a : b; }

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
