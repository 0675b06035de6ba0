// Eight numbers of a column of ticks as one vector value. Only the kernels use this header.
//
// Bytes are read eight at a time, so eight must be readable wherever one is wanted.
#pragma once
#include <stdint.h>

#include "cvector.h"

typedef uint64_t cv_u64x8 __attribute__((ext_vector_type(8)));
typedef uint8_t cv_u8x32 __attribute__((ext_vector_type(32)));
typedef int16_t cv_i16x32 __attribute__((ext_vector_type(32)));
typedef int32_t cv_i32x16 __attribute__((ext_vector_type(16)));
typedef uint32_t cv_u32x16 __attribute__((ext_vector_type(16)));
typedef int32_t cv_i32x8 __attribute__((ext_vector_type(8)));
typedef uint8_t cv_u8x16 __attribute__((ext_vector_type(16)));
typedef char cv_i8x64 __attribute__((ext_vector_type(64)));
typedef uint64_t cv_u64x2 __attribute__((ext_vector_type(2)));

// Where the values of a column lie: the value is `high << low_bits | low`.
typedef struct {
  // The lowest byte of the first high part. Its next byte lies `stride` bytes further on.
  const uint8_t *planes;
  intptr_t stride;
  // Bytes of a high part, 0 to 8.
  intptr_t width;
  // The low parts, one behind the other from the lowest bit of the first byte on.
  const uint8_t *low;
  // Bits of a low part, 0 to 8.
  intptr_t low_bits;
  intptr_t count;
} cv_values;

CV_INLINE cv_i64x8 cv_word_splat(int64_t x) { return (cv_i64x8)(x); }

CV_INLINE cv_i64x8 cv_word_add(cv_i64x8 a, cv_i64x8 b) { return (cv_i64x8)((cv_u64x8)a + (cv_u64x8)b); }

CV_INLINE cv_i64x8 cv_word_subtract(cv_i64x8 a, cv_i64x8 b) { return (cv_i64x8)((cv_u64x8)a - (cv_u64x8)b); }

CV_INLINE cv_i64x8 cv_word_or(cv_i64x8 a, cv_i64x8 b) { return a | b; }

CV_INLINE cv_i64x8 cv_word_multiply(cv_i64x8 a, cv_i64x8 b) { return (cv_i64x8)((cv_u64x8)a * (cv_u64x8)b); }

CV_INLINE void cv_word_store(int64_t *p, cv_i64x8 v) { __builtin_memcpy(p, &v, sizeof v); }

CV_INLINE int64_t cv_word_last(cv_i64x8 v) { return v.s7; }

// Eight bytes, each moved up by some bits, of which it has room for.
CV_INLINE cv_i64x8 cv_bytes(const uint8_t *p, intptr_t bits) {
  cv_u8x8 v;
  __builtin_memcpy(&v, p, sizeof v);
  return (cv_i64x8)(__builtin_convertvector(v, cv_u64x8) << (uint64_t)bits);
}

// Eight numbers of `width` bits, 1 to 8, one behind the other from the lowest bit of the first byte on.
CV_INLINE cv_i64x8 cv_fields(const uint8_t *p, intptr_t width) {
  uint64_t bits;
  __builtin_memcpy(&bits, p, sizeof bits);
  const cv_u64x8 lanes = {0, 1, 2, 3, 4, 5, 6, 7};
  return (cv_i64x8)(((cv_u64x8)(bits) >> (lanes * (uint64_t)width)) & (cv_u64x8)((1ull << width) - 1));
}

// 0, 1, 2, 3 become 0, -1, 1, -2.
CV_INLINE cv_i64x8 cv_unzigzag(cv_i64x8 v) { return (cv_i64x8)((cv_u64x8)v >> 1) ^ -(v & 1); }

// Every number and all before it.
CV_INLINE cv_i64x8 cv_sums(cv_i64x8 numbers) {
  const cv_u64x8 zero = (cv_u64x8)(0);
  cv_u64x8 v = (cv_u64x8)numbers;
  v += __builtin_shufflevector(v, zero, 8, 0, 1, 2, 3, 4, 5, 6);
  v += __builtin_shufflevector(v, zero, 8, 8, 0, 1, 2, 3, 4, 5);
  v += __builtin_shufflevector(v, zero, 8, 8, 8, 8, 0, 1, 2, 3);
  return (cv_i64x8)v;
}

// The last number in every lane.
CV_INLINE cv_i64x8 cv_last_everywhere(cv_i64x8 v) {
  return __builtin_shufflevector(v, v, 7, 7, 7, 7, 7, 7, 7, 7);
}

// The first `count` numbers, then zeros.
CV_INLINE cv_i64x8 cv_first_words(cv_i64x8 v, intptr_t count) {
  const cv_i64x8 lanes = {0, 1, 2, 3, 4, 5, 6, 7};
  return v & (lanes < (cv_i64x8)((int64_t)count));
}

// All bits that any lane has.
CV_INLINE uint64_t cv_any_bits(cv_i64x8 v) {
  return (uint64_t)(v.s0 | v.s1 | v.s2 | v.s3 | v.s4 | v.s5 | v.s6 | v.s7);
}

// Numbers between -2^53 and 2^53 as doubles; others become anything.
CV_INLINE cv_f64x8 cv_doubles(cv_i64x8 v) {
#if defined(__AVX512DQ__)
  return __builtin_convertvector(v, cv_f64x8);
#else
#pragma clang fp contract(off)
  // Each half becomes the low bits of a double whose exponent gives them their worth. What was added is taken
  // off again, and no step rounds.
  cv_u64x8 moved = (cv_u64x8)v + (1ull << 53);
  cv_f64x8 high = (cv_f64x8)((moved >> 32) | 0x4530000000000000ull) - (0x1p84 + 0x1p53);
  cv_f64x8 low = (cv_f64x8)((moved & 0xffffffffull) | 0x4330000000000000ull) - 0x1p52;
  return high + low;
#endif
}

CV_INLINE cv_f64x8 cv_divide(cv_f64x8 a, cv_f64x8 b) { return a / b; }

// 32 bytes as numbers of two bytes.
CV_INLINE void cv_widen(const uint8_t *p, uint16_t *out) {
  cv_u8x32 bytes;
  __builtin_memcpy(&bytes, p, sizeof bytes);
  cv_u16x32 wide = __builtin_convertvector(bytes, cv_u16x32);
  __builtin_memcpy(out, &wide, sizeof wide);
}

// Eight numbers of 1, 2 or 4 bits as bytes.
CV_INLINE void cv_spread(const uint8_t *p, intptr_t width, uint8_t *out) {
  uint64_t bits = 0;
  if (width == 1) {
    bits = p[0];
    bits = (bits | bits << 28) & 0x0000000f0000000full;
    bits = (bits | bits << 14) & 0x0003000300030003ull;
    bits = (bits | bits << 7) & 0x0101010101010101ull;
  } else if (width == 2) {
    uint16_t two;
    __builtin_memcpy(&two, p, sizeof two);
    bits = two;
    bits = (bits | bits << 24) & 0x000000ff000000ffull;
    bits = (bits | bits << 12) & 0x000f000f000f000full;
    bits = (bits | bits << 6) & 0x0303030303030303ull;
  } else {
    uint32_t four;
    __builtin_memcpy(&four, p, sizeof four);
    bits = four;
    bits = (bits | bits << 16) & 0x0000ffff0000ffffull;
    bits = (bits | bits << 8) & 0x00ff00ff00ff00ffull;
    bits = (bits | bits << 4) & 0x0f0f0f0f0f0f0f0full;
  }
  __builtin_memcpy(out, &bits, sizeof bits);
}

// Most ticks, of 64, of a group that is brought to its places one by one.
#define CV_FEW 6

CV_INLINE intptr_t cv_count_bits(uint64_t bits) { return __builtin_popcountll(bits); }

#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512BW__)

// Most groups that are merged by seeking each one among all ticks.
#define CV_MERGED 16

// Most groups that are merged all at once.
#define CV_WOVEN 8

// The numbers from p on, in order, in the lanes whose bit is set; what `others` has in the other lanes.
CV_INLINE cv_f64x8 cv_expand(const double *p, uint64_t lanes, cv_f64x8 others) {
  return __builtin_ia32_expanddf512_mask(cv_load(p), others, (uint8_t)lanes);
}

// 64 ticks, each of which gets the next number of its group: those of all groups go together to eight places.
CV_INLINE void cv_weave(
    const uint8_t *places, intptr_t groups, intptr_t *next, const double *source, double *out) {
  uint64_t ticks[CV_WOVEN];
  const double *from[CV_WOVEN];
  for (intptr_t group = 0; group < groups; ++group) {
    ticks[group] = cv_equal_bytes(places, (uint8_t)group);
    from[group] = source + next[group];
    next[group] += cv_count_bits(ticks[group]);
  }
  for (intptr_t place = 0; place < 64; place += 8) {
    cv_f64x8 numbers = cv_splat(0);
    for (intptr_t group = 0; group < groups; ++group) {
      numbers = cv_expand(from[group], ticks[group] & 255, numbers);
      from[group] += cv_count_bits(ticks[group] & 255);
      ticks[group] >>= 8;
    }
    cv_store(out + place, numbers);
  }
}

// Most numbers of a table that is looked up for 32 ticks at once.
#define CV_TABLE 32

// The number in the table at each of 32 places, all below 32.
CV_INLINE void cv_look_up(const uint16_t *table, const uint8_t *places, uint16_t *out) {
  cv_u16x32 numbers;
  __builtin_memcpy(&numbers, table, sizeof numbers);
  cv_u8x32 bytes;
  __builtin_memcpy(&bytes, places, sizeof bytes);
  cv_u16x32 wide = __builtin_convertvector(bytes, cv_u16x32);
  numbers = (cv_u16x32)__builtin_ia32_permvarhi512((cv_i16x32)numbers, (cv_i16x32)wide);
  __builtin_memcpy(out, &numbers, sizeof numbers);
}

// Most bits of a number of which 4,096 differences add up within 32 bits; none where that is not faster.
#define CV_NARROW 19

// Of the low parts of 16 numbers, eight behind eight: how far each is moved up within its byte and the next one.
CV_INLINE cv_i32x16 cv_low_shifts(intptr_t low_bits) {
  const cv_u32x16 lanes = {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7};
  return (cv_i32x16)(lanes * (uint32_t)low_bits & 7);
}

// Which two of sixteen bytes these are. A number above 127 takes none; one behind the last is of no low part.
CV_INLINE cv_u8x64 cv_low_places(intptr_t low_bits) {
  const cv_u32x16 lanes = {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7};
  const cv_u32x16 halves = {0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8, 8, 8, 8, 8};
  cv_u32x16 first = (lanes * (uint32_t)low_bits >> 3) + halves;
  return (cv_u8x64)(first | ((first + 1) & 15) << 8 | 0x80800000u);
}

// The 16 numbers of a column from number `at` on, a multiple of 8. All of them are there.
CV_INLINE cv_i32x16 cv_narrow_load(
    const cv_values *values, intptr_t width, intptr_t at, cv_u8x64 places, cv_i32x16 shifts) {
  cv_u32x16 numbers = (cv_u32x16)(0);
  for (intptr_t plane = 0; plane < width; ++plane) {
    cv_u8x16 bytes;
    __builtin_memcpy(&bytes, values->planes + at + plane * values->stride, sizeof bytes);
    numbers |= __builtin_convertvector(bytes, cv_u32x16) << (uint32_t)(8 * plane + values->low_bits);
  }
  if (values->low_bits > 0) {
    const uint8_t *low = values->low + at / 8 * values->low_bits;
    cv_u64x2 two;
    __builtin_memcpy(&two, low, 8);
    __builtin_memcpy((char *)&two + 8, low + values->low_bits, 8);
    cv_u64x8 all = __builtin_shufflevector(two, two, 0, 1, 0, 1, 0, 1, 0, 1);
    cv_u32x16 fields = (cv_u32x16)__builtin_ia32_pshufb512((cv_i8x64)all, (cv_i8x64)places);
    numbers |= fields >> (cv_u32x16)shifts & ((1u << values->low_bits) - 1);
  }
  return (cv_i32x16)numbers;
}

CV_INLINE cv_i32x16 cv_narrow_splat(int32_t x) { return (cv_i32x16)(x); }

CV_INLINE cv_i32x16 cv_narrow_add(cv_i32x16 a, cv_i32x16 b) { return (cv_i32x16)((cv_u32x16)a + (cv_u32x16)b); }

// 0, 1, 2, 3 become 0, -1, 1, -2.
CV_INLINE cv_i32x16 cv_narrow_unzigzag(cv_i32x16 v) { return (cv_i32x16)((cv_u32x16)v >> 1) ^ -(v & 1); }

// Every number and all before it.
CV_INLINE cv_i32x16 cv_narrow_sums(cv_i32x16 numbers) {
  const cv_u32x16 zero = (cv_u32x16)(0);
  cv_u32x16 v = (cv_u32x16)numbers;
  v += __builtin_shufflevector(v, zero, 16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
  v += __builtin_shufflevector(v, zero, 16, 16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
  v += __builtin_shufflevector(v, zero, 16, 16, 16, 16, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  v += __builtin_shufflevector(v, zero, 16, 16, 16, 16, 16, 16, 16, 16, 0, 1, 2, 3, 4, 5, 6, 7);
  return (cv_i32x16)v;
}

// The last number in every lane.
CV_INLINE cv_i32x16 cv_narrow_last_everywhere(cv_i32x16 v) {
  return __builtin_shufflevector(v, v, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15);
}

CV_INLINE int32_t cv_narrow_last(cv_i32x16 v) { return v[15]; }

// The first and the last eight numbers as doubles, with `base` added; no sum is beyond 2^53.
CV_INLINE cv_f64x8 cv_first_doubles(cv_i32x16 v, cv_f64x8 base) {
  return __builtin_convertvector((cv_i32x8)v.lo, cv_f64x8) + base;
}

CV_INLINE cv_f64x8 cv_last_doubles(cv_i32x16 v, cv_f64x8 base) {
  return __builtin_convertvector((cv_i32x8)v.hi, cv_f64x8) + base;
}

#else

// The other levels add up in 64 bits.
#define CV_NARROW -1

CV_INLINE cv_i32x16 cv_low_shifts(intptr_t low_bits) { return (cv_i32x16)(0); }

CV_INLINE cv_u8x64 cv_low_places(intptr_t low_bits) { return (cv_u8x64)(0); }

CV_INLINE cv_i32x16 cv_narrow_load(
    const cv_values *values, intptr_t width, intptr_t at, cv_u8x64 places, cv_i32x16 shifts) {
  return (cv_i32x16)(0);
}

CV_INLINE cv_i32x16 cv_narrow_splat(int32_t x) { return (cv_i32x16)(x); }

CV_INLINE cv_i32x16 cv_narrow_add(cv_i32x16 a, cv_i32x16 b) { return a; }

CV_INLINE cv_i32x16 cv_narrow_unzigzag(cv_i32x16 v) { return v; }

CV_INLINE cv_i32x16 cv_narrow_sums(cv_i32x16 numbers) { return numbers; }

CV_INLINE cv_i32x16 cv_narrow_last_everywhere(cv_i32x16 v) { return v; }

CV_INLINE int32_t cv_narrow_last(cv_i32x16 v) { return 0; }

CV_INLINE cv_f64x8 cv_first_doubles(cv_i32x16 v, cv_f64x8 base) { return base; }

CV_INLINE cv_f64x8 cv_last_doubles(cv_i32x16 v, cv_f64x8 base) { return base; }

// The other levels merge tick by tick and look numbers up one by one.
#define CV_MERGED 0
#define CV_WOVEN 0
#define CV_TABLE 0

CV_INLINE void cv_weave(
    const uint8_t *places, intptr_t groups, intptr_t *next, const double *source, double *out) {}

CV_INLINE cv_f64x8 cv_expand(const double *p, uint64_t lanes, cv_f64x8 others) { return others; }

CV_INLINE void cv_look_up(const uint16_t *table, const uint8_t *places, uint16_t *out) {}

#endif
