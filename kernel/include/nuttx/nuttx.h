#ifndef __INCLUDE_NUTTX_NUTTX_H
#define __INCLUDE_NUTTX_NUTTX_H

#include <nuttx/compiler.h>
#include <stddef.h>
#include <sys/param.h>

#define nitems(a)             (sizeof(a) / sizeof((a)[0]))
#define container_of(p, t, m) ((t *)((uintptr_t)(p) - offsetof(t, m)))

#endif
