#ifndef __INCLUDE_NUTTX_KMALLOC_H
#define __INCLUDE_NUTTX_KMALLOC_H

#include <stdlib.h>

/* On a flat build the kernel's heap is everybody's. */

#define kmm_malloc(size)      malloc(size)
#define kmm_calloc(n, size)   calloc(n, size)
#define kmm_zalloc(size)      calloc(1, size)
#define kmm_realloc(p, size)  realloc(p, size)
#define kmm_memalign(a, size) memalign(a, size)
#define kmm_free(p)           free(p)
#define kumm_malloc(size)     malloc(size)
#define kumm_zalloc(size)     calloc(1, size)
#define kumm_free(p)          free(p)

#endif
