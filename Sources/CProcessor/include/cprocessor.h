// What the processor under the program can do.
#pragma once

// The highest level of the x86-64 psABI that processor and operating system support: 1, 3 or 4 (2 counts as 1);
// 0 on other architectures.
int cprocessor_x86_64_level(void);
