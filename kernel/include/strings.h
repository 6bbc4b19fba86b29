#ifndef __INCLUDE_STRINGS_H
#define __INCLUDE_STRINGS_H

#include <string.h>
#include_next <strings.h>

#undef bcmp
#undef bcopy
#undef bzero
#undef index
#undef rindex
#define bcmp(b1, b2, len)  memcmp(b1, b2, (size_t)(len))
#define bcopy(b1, b2, len) ((void)memmove(b2, b1, len))
#define bzero(s, n)        ((void)memset(s, 0, n))
#define index(s, c)        strchr(s, c)
#define rindex(s, c)       strrchr(s, c)

_LIBC int ffs(int j);

#endif
