// Settings of the C library's allocator.
#pragma once

// Lets the process keep memory that it frees for what it allocates next.
void callocator_keep_freed(void);
