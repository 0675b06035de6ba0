#include "cprocessor.h"

#if defined(__x86_64__)

#include <cpuid.h>

// CMPXCHG16B, LAHF, LZCNT, MOVBE, F16C and OSXSAVE, for which not every runtime library has a name.
static int has_unnamed_bits_of_level_3(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  const unsigned first = 1u << 13 | 1u << 22 | 1u << 27 | 1u << 29;
  if ((c & first) != first) return 0;
  if (!__get_cpuid(0x80000001, &a, &b, &c, &d)) return 0;
  const unsigned second = 1u << 0 | 1u << 5;
  return (c & second) == second;
}

int cprocessor_x86_64_level(void) {
  // These builtins look at what the operating system saves, too.
  __builtin_cpu_init();
  const int third = __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("sse4.2")
      && __builtin_cpu_supports("avx") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")
      && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma") && has_unnamed_bits_of_level_3();
  if (!third) return 1;
  const int fourth = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq")
      && __builtin_cpu_supports("avx512vl");
  return fourth ? 4 : 3;
}

#else

int cprocessor_x86_64_level(void) { return 0; }

#endif
