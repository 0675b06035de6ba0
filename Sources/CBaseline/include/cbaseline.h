// The dense scan of lines, written in C with intrinsics: what the product's kernels are measured against.
//
// The data lie as the product's kernels take them: vectors of eight lines, interleaved, `factors + 1` numbers a
// line; columns `stride` values apart. Bit i of a result is set where line i has a value that is not above 0.
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Whether this build has the intrinsics; the functions below give 0 where it has not.
int cbaseline_is_available(void);

// 32 lines among the instants from ..< to. The caller checks that the processor has the instructions.
uint32_t cbaseline_hits_avx512(
    const double *lines, long factors, const double *columns, long stride, long from, long to);
uint32_t cbaseline_hits_avx2(
    const double *lines, long factors, const double *columns, long stride, long from, long to);
uint32_t cbaseline_hits_sse2(
    const double *lines, long factors, const double *columns, long stride, long from, long to);

// As hits_avx512, with the last addition done and the sum compared with 0: the loop as one writes it first.
uint32_t cbaseline_hits_avx512_plain(
    const double *lines, long factors, const double *columns, long stride, long from, long to);

#ifdef __cplusplus
}
#endif
