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

CV_INLINE cv_f64x8 cv_min(cv_f64x8 a, cv_f64x8 b) { return a < b ? a : b; }
CV_INLINE cv_f64x8 cv_max(cv_f64x8 a, cv_f64x8 b) { return a > b ? a : b; }
