/* Inner names of the C library, for its members that the kernel's functions displace. */

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

off_t __lseek(int fd, off_t offset, int whence)
{
  return lseek(fd, offset, whence);
}

void *__libc_malloc(size_t size)
{
  return malloc(size);
}

void *__libc_calloc(size_t count, size_t size)
{
  return calloc(count, size);
}

void __libc_free(void *ptr)
{
  free(ptr);
}

void __assert_fail(const char *expression, const char *file, int line, const char *function)
{
  __assert(file, line, expression);
}
