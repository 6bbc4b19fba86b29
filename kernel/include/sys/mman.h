#ifndef __INCLUDE_SYS_MMAN_H
#define __INCLUDE_SYS_MMAN_H

#include <nuttx/config.h>
#include <sys/types.h>

#define PROT_NONE       0x0
#define PROT_READ       0x1
#define PROT_WRITE      0x2
#define PROT_EXEC       0x4

#define MAP_SHARED      (1 << 0)
#define MAP_PRIVATE     (1 << 1)
#define MAP_TYPE        0x3
#define MAP_FIXED       (1 << 4)
#define MAP_FILE        0
#define MAP_ANONYMOUS   (1 << 5)
#define MAP_ANON        MAP_ANONYMOUS
#define MAP_GROWSDOWN   (1 << 8)
#define MAP_DENYWRITE   (1 << 11)
#define MAP_EXECUTABLE  (1 << 12)
#define MAP_LOCKED      (1 << 13)
#define MAP_NORESERVE   (1 << 14)
#define MAP_POPULATE    (1 << 15)
#define MAP_NONBLOCK    (1 << 16)

#define MAP_FAILED      ((FAR void *)-1)

void *mmap(void *start, size_t length, int prot, int flags, int fd, off_t offset);
int munmap(void *start, size_t length);

#endif
