#ifndef __INCLUDE_MALLOC_H
#define __INCLUDE_MALLOC_H

#include <stdlib.h>

struct mallinfo
{
  int arena;
  int ordblks;
  int aordblks;
  int mxordblk;
  int uordblks;
  int fordblks;
  int usmblks;
};

struct mallinfo mallinfo(void);
size_t malloc_usable_size(void *ptr);
size_t malloc_size(void *ptr);

#endif
