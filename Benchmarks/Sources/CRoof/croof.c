#include "croof.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma STDC FP_CONTRACT OFF

#define V __m128d
#define I __m128i
#define LANES 2
#define TARGET
#define NAME(loop) croof_##loop##_sse2
#define LOAD _mm_loadu_pd
#define STORE _mm_storeu_pd
#define SPLAT _mm_set1_pd
#define ADD _mm_add_pd
#define MUL _mm_mul_pd
#define FMA(a, b, c) _mm_add_pd(_mm_mul_pd(a, b), c)
#define MIN _mm_min_pd
#define MAX _mm_max_pd
#define I_ZERO _mm_setzero_si128()
#define I_OR _mm_or_si128
#define I_LOAD(p) _mm_loadu_si128((const __m128i *)(p))
#define I_STORE(p, v) _mm_storeu_si128((__m128i *)(p), v)
#define KEEP_ABOVE(kept, a, b) _mm_and_pd(kept, _mm_cmpgt_pd(a, b))
#define KEPT __m128d
#define ALL _mm_castsi128_pd(_mm_set1_epi32(-1))
#define ANY (uint64_t)_mm_movemask_pd
#include "loops.h"

#define V __m256d
#define I __m256i
#define LANES 4
#define TARGET __attribute__((target("arch=x86-64-v3")))
#define NAME(loop) croof_##loop##_avx2
#define LOAD _mm256_loadu_pd
#define STORE _mm256_storeu_pd
#define SPLAT _mm256_set1_pd
#define ADD _mm256_add_pd
#define MUL _mm256_mul_pd
#define FMA _mm256_fmadd_pd
#define MIN _mm256_min_pd
#define MAX _mm256_max_pd
#define I_ZERO _mm256_setzero_si256()
#define I_OR _mm256_or_si256
#define I_LOAD(p) _mm256_loadu_si256((const __m256i *)(p))
#define I_STORE(p, v) _mm256_storeu_si256((__m256i *)(p), v)
#define KEEP_ABOVE(kept, a, b) _mm256_and_pd(kept, _mm256_cmp_pd(a, b, _CMP_GT_OQ))
#define KEPT __m256d
#define ALL _mm256_castsi256_pd(_mm256_set1_epi32(-1))
#define ANY (uint64_t)_mm256_movemask_pd
#include "loops.h"

#define V __m512d
#define I __m512i
#define LANES 8
#define TARGET __attribute__((target("arch=x86-64-v4")))
#define NAME(loop) croof_##loop##_avx512
#define LOAD _mm512_loadu_pd
#define STORE _mm512_storeu_pd
#define SPLAT _mm512_set1_pd
#define ADD _mm512_add_pd
#define MUL _mm512_mul_pd
#define FMA _mm512_fmadd_pd
#define MIN _mm512_min_pd
#define MAX _mm512_max_pd
#define I_ZERO _mm512_setzero_si512()
#define I_OR _mm512_or_si512
#define I_LOAD(p) _mm512_loadu_si512(p)
#define I_STORE(p, v) _mm512_storeu_si512(p, v)
#define KEEP_ABOVE(kept, a, b) _mm512_mask_cmp_pd_mask(kept, a, b, _CMP_GT_OQ)
#define KEPT __mmask8
#define ALL 0xff
#define ANY (uint64_t)
#include "loops.h"

int croof_is_available(void) { return 1; }

#else

#define NONE(level)                                                   \
  uint64_t croof_read_##level(const void *p, long bytes) { return 0; } \
  double croof_muladd_##level(long count) { return 0; }                \
  double croof_fma_##level(long count) { return 0; }                   \
  double croof_min_##level(long count) { return 0; }                   \
  uint64_t croof_check_##level(long count) { return 0; }
NONE(sse2)
NONE(avx2)
NONE(avx512)
int croof_is_available(void) { return 0; }

#endif

void croof_envelopes(
    const uint16_t *columns, const double *prices, long ticks, long count, double *carry, double *lows,
    double *highs, double *carried_in) {
  for (long start = 0; start < ticks; start += 64) {
    for (long c = 0; c < count; c++) lows[c] = highs[c] = carried_in[c] = carry[c];
    long end = ticks - start > 64 ? start + 64 : ticks;
    for (long t = start; t < end; t++) {
      long c = columns[t];
      if (c >= count) continue;
      double price = prices[t];
      lows[c] = price < lows[c] || lows[c] == 0 ? price : lows[c];
      highs[c] = price > highs[c] ? price : highs[c];
      carry[c] = price;
    }
    lows += count;
    highs += count;
    carried_in += count;
  }
}
