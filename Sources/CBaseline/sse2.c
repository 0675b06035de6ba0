#include "cbaseline.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma STDC FP_CONTRACT OFF

#define LEVEL __attribute__((target("arch=x86-64")))
#define INLINE static inline __attribute__((always_inline)) LEVEL
#define WIDTH 2
#define VECTORS 2

typedef __m128d vector;
INLINE vector load(const double *p) { return _mm_loadu_pd(p); }
INLINE vector splat(double x) { return _mm_set1_pd(x); }
INLINE vector mul(vector a, vector b) { return _mm_mul_pd(a, b); }
INLINE vector add(vector a, vector b) { return _mm_add_pd(a, b); }
INLINE vector negate(vector a) { return _mm_xor_pd(a, _mm_set1_pd(-0.0)); }
INLINE vector keep(vector kept, vector a, vector b) { return _mm_and_pd(kept, _mm_cmpgt_pd(a, b)); }
INLINE uint32_t cleared(vector kept) { return ~(uint32_t)_mm_movemask_pd(kept) & ((1u << WIDTH) - 1); }
INLINE vector all(void) { return _mm_castsi128_pd(_mm_set1_epi64x(-1)); }

// VECTORS vectors of the lines of one group in registers.
INLINE uint32_t in_registers(
    const double *line, const long factors, const double *columns, long stride, long from, long to) {
  vector k[VECTORS], c[3][VECTORS], kept[VECTORS];
  for (int g = 0; g < VECTORS; g++) {
    k[g] = load(line + g * WIDTH);
    kept[g] = all();
    for (long s = 0; s < factors; s++) {
      c[s][g] = load(line + 8 * (s + 1) + g * WIDTH);
      if (s == factors - 1) c[s][g] = negate(c[s][g]);
    }
  }
#define INSTANT(t)                                                                      \
  do {                                                                                  \
    vector x[3];                                                                        \
    for (long s = 0; s < factors; s++) x[s] = splat(columns[s * stride + (t)]);         \
    for (int g = 0; g < VECTORS; g++) {                                                 \
      vector v = k[g];                                                                  \
      for (long s = 0; s < factors - 1; s++) v = add(mul(c[s][g], x[s]), v);            \
      kept[g] = keep(kept[g], v, mul(c[factors - 1][g], x[factors - 1]));               \
    }                                                                                   \
  } while (0)
  long t = from;
  // With three columns, two instants would not fit into the registers.
  for (; factors < 3 && t + 1 < to; t += 2) {
    INSTANT(t);
    INSTANT(t + 1);
  }
#pragma clang loop unroll(disable)
  for (; t < to; t++) INSTANT(t);
#undef INSTANT
  uint32_t bits = 0;
  for (int g = 0; g < VECTORS; g++) bits |= cleared(kept[g]) << (g * WIDTH);
  return bits;
}

// Any number of columns: coefficients from memory, each once for two instants.
INLINE uint32_t from_memory(
    const double *lines, long factors, const double *columns, long stride, long from, long to) {
  vector k[VECTORS], kept[VECTORS];
  for (int g = 0; g < VECTORS; g++) k[g] = load(lines + g * WIDTH), kept[g] = all();
  for (long t = from; t < to; t += 2) {
    const long ahead = t + 1 < to;
    const double *line = lines + 8, *column = columns + t;
    vector v[VECTORS], w[VECTORS];
    for (int g = 0; g < VECTORS; g++) v[g] = w[g] = k[g];
    for (long s = 1; s < factors; s++, line += 8, column += stride) {
      const vector x = splat(column[0]), y = splat(column[ahead]);
      for (int g = 0; g < VECTORS; g++) {
        const vector c = load(line + g * WIDTH);
        v[g] = add(mul(c, x), v[g]);
        w[g] = add(mul(c, y), w[g]);
      }
    }
    const vector x = splat(column[0]), y = splat(column[ahead]);
    for (int g = 0; g < VECTORS; g++) {
      const vector c = negate(load(line + g * WIDTH));
      kept[g] = keep(keep(kept[g], v[g], mul(c, x)), w[g], mul(c, y));
    }
  }
  uint32_t bits = 0;
  for (int g = 0; g < VECTORS; g++) bits |= cleared(kept[g]) << (g * WIDTH);
  return bits;
}

LEVEL uint32_t cbaseline_hits_sse2(
    const double *lines, long factors, const double *columns, long stride, long from, long to) {
  uint32_t bits = 0;
  for (int lane = 0; lane < 32; lane += WIDTH * VECTORS) {
    const double *line = lines + (lane / 8) * 8 * (factors + 1) + lane % 8;
    uint32_t found;
    switch (factors) {
      case 1: found = in_registers(line, 1, columns, stride, from, to); break;
      case 2: found = in_registers(line, 2, columns, stride, from, to); break;
      case 3: found = in_registers(line, 3, columns, stride, from, to); break;
      default: found = from_memory(line, factors, columns, stride, from, to);
    }
    bits |= found << lane;
  }
  return bits;
}

#else

uint32_t cbaseline_hits_sse2(
    const double *lines, long factors, const double *columns, long stride, long from, long to) {
  return 0;
}

#endif
