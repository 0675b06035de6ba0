// What the machine can do at most, and plain loops in C to hold the kernels against.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Loops of a level: `_sse2`, `_avx2` and `_avx512`, for x86-64 alone. Call those only where the level is there.
//
// read: looks at `bytes` bytes, whole kibibytes, and does next to nothing with them.
// muladd: `count` times 14 multiplications and 14 additions of vectors, each with its own rounding, in
// registers. fma: the same fused. min: `count` times 14 minima and 14 maxima of vectors. check: `count` times the
// checks of four vectors of lines with three coefficients: three products, two sums and a comparison each.
#define CROOF_LEVEL(level)                               \
  uint64_t croof_read_##level(const void *p, long bytes); \
  double croof_muladd_##level(long count);                \
  double croof_fma_##level(long count);                   \
  double croof_min_##level(long count);                  \
  uint64_t croof_check_##level(long count);

CROOF_LEVEL(sse2)
CROOF_LEVEL(avx2)
CROOF_LEVEL(avx512)

// 1 where these loops are compiled, 0 on other architectures, where they return 0.
int croof_is_available(void);

// The bounds of leaves of 64 ticks, one tick after the other, compiled for the baseline.
void croof_envelopes(
    const uint16_t *columns, const double *prices, long ticks, long count, double *carry, double *lows,
    double *highs, double *carried_in);
