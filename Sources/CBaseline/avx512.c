#include "cbaseline.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma STDC FP_CONTRACT OFF

#define LEVEL __attribute__((target("arch=x86-64-v4")))
#define INLINE static inline __attribute__((always_inline)) LEVEL

// Lines in registers, two instants at a time. `factors` is a constant where the caller has one.
INLINE uint32_t in_registers(
    const double *lines, const long factors, const double *columns, long stride, long from, long to,
    const int plain) {
  __m512d k[4], c[3][4];
  const __m512d zero = _mm512_setzero_pd();
  __mmask8 kept[4] = {0xff, 0xff, 0xff, 0xff};
  for (int g = 0; g < 4; g++) {
    const double *line = lines + g * 8 * (factors + 1);
    k[g] = _mm512_loadu_pd(line);
    for (long s = 0; s < factors; s++) {
      c[s][g] = _mm512_loadu_pd(line + 8 * (s + 1));
      if (s == factors - 1 && !plain) c[s][g] = _mm512_sub_pd(_mm512_set1_pd(-0.0), c[s][g]);
    }
  }
#define INSTANT(t)                                                                                    \
  do {                                                                                                \
    __m512d x[3];                                                                                     \
    for (long s = 0; s < factors; s++) x[s] = _mm512_set1_pd(columns[s * stride + (t)]);              \
    for (int g = 0; g < 4; g++) {                                                                     \
      __m512d v = k[g];                                                                               \
      for (long s = 0; s < factors - 1; s++) v = _mm512_add_pd(_mm512_mul_pd(c[s][g], x[s]), v);      \
      const __m512d last = _mm512_mul_pd(c[factors - 1][g], x[factors - 1]);                          \
      kept[g] = plain ? _mm512_mask_cmp_pd_mask(kept[g], _mm512_add_pd(last, v), zero, _CMP_GT_OQ)    \
                      : _mm512_mask_cmp_pd_mask(kept[g], v, last, _CMP_GT_OQ);                        \
    }                                                                                                 \
  } while (0)
  long t = from;
  for (; t + 1 < to; t += 2) {
    INSTANT(t);
    INSTANT(t + 1);
  }
  if (t < to) INSTANT(t);
#undef INSTANT
  return ~((uint32_t)kept[0] | (uint32_t)kept[1] << 8 | (uint32_t)kept[2] << 16 | (uint32_t)kept[3] << 24);
}

// Any number of columns: coefficients from memory, each once for two instants.
INLINE uint32_t from_memory(
    const double *lines, long factors, const double *columns, long stride, long from, long to,
    const int plain) {
  const long group = 8 * (factors + 1);
  const __m512d zero = _mm512_setzero_pd();
  __m512d k[4];
  __mmask8 kept[4] = {0xff, 0xff, 0xff, 0xff};
  for (int g = 0; g < 4; g++) k[g] = _mm512_loadu_pd(lines + g * group);
  for (long t = from; t < to; t += 2) {
    const long ahead = t + 1 < to;
    const double *line = lines + 8, *column = columns + t;
    __m512d v[4], w[4];
    for (int g = 0; g < 4; g++) v[g] = w[g] = k[g];
    for (long s = plain ? 0 : 1; s < factors; s++, line += 8, column += stride) {
      const __m512d x = _mm512_set1_pd(column[0]), y = _mm512_set1_pd(column[ahead]);
      for (int g = 0; g < 4; g++) {
        const __m512d c = _mm512_loadu_pd(line + g * group);
        v[g] = _mm512_add_pd(_mm512_mul_pd(c, x), v[g]);
        w[g] = _mm512_add_pd(_mm512_mul_pd(c, y), w[g]);
      }
    }
    const __m512d x = _mm512_set1_pd(column[0]), y = _mm512_set1_pd(column[ahead]);
    for (int g = 0; g < 4; g++) {
      const __m512d c = plain ? zero : _mm512_sub_pd(_mm512_set1_pd(-0.0), _mm512_loadu_pd(line + g * group));
      const __m512d a = plain ? zero : _mm512_mul_pd(c, x), b = plain ? zero : _mm512_mul_pd(c, y);
      kept[g] = _mm512_mask_cmp_pd_mask(kept[g], v[g], a, _CMP_GT_OQ);
      kept[g] = _mm512_mask_cmp_pd_mask(kept[g], w[g], b, _CMP_GT_OQ);
    }
  }
  return ~((uint32_t)kept[0] | (uint32_t)kept[1] << 8 | (uint32_t)kept[2] << 16 | (uint32_t)kept[3] << 24);
}

LEVEL uint32_t cbaseline_hits_avx512(
    const double *lines, long factors, const double *columns, long stride, long from, long to) {
  switch (factors) {
    case 1: return in_registers(lines, 1, columns, stride, from, to, 0);
    case 2: return in_registers(lines, 2, columns, stride, from, to, 0);
    case 3: return in_registers(lines, 3, columns, stride, from, to, 0);
    default: return from_memory(lines, factors, columns, stride, from, to, 0);
  }
}

LEVEL uint32_t cbaseline_hits_avx512_plain(
    const double *lines, long factors, const double *columns, long stride, long from, long to) {
  switch (factors) {
    case 1: return in_registers(lines, 1, columns, stride, from, to, 1);
    case 2: return in_registers(lines, 2, columns, stride, from, to, 1);
    case 3: return in_registers(lines, 3, columns, stride, from, to, 1);
    default: return from_memory(lines, factors, columns, stride, from, to, 1);
  }
}

int cbaseline_is_available(void) { return 1; }

#else

int cbaseline_is_available(void) { return 0; }

uint32_t cbaseline_hits_avx512(
    const double *lines, long factors, const double *columns, long stride, long from, long to) {
  return 0;
}

uint32_t cbaseline_hits_avx512_plain(
    const double *lines, long factors, const double *columns, long stride, long from, long to) {
  return 0;
}

#endif
