#include "callocator.h"

#if defined(__GLIBC__)

#include <malloc.h>

void callocator_keep_freed(void) {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

#else

void callocator_keep_freed(void) {}

#endif
