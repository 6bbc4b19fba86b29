#ifndef __INCLUDE_FIXEDMATH_H
#define __INCLUDE_FIXEDMATH_H

#include <nuttx/config.h>
#include <stdint.h>

/* Numbers with eight or sixteen bits behind the point. */

typedef int16_t  b8_t;
typedef uint16_t ub8_t;
typedef int32_t  b16_t;
typedef uint32_t ub16_t;
typedef int64_t  b32_t;
typedef uint64_t ub32_t;

#define b8ONE           0x0100
#define b16ONE          0x00010000
#define b16HALF         0x00008000
#define b16MAX          0x7fffffff
#define b16MIN          (-b16MAX - 1)
#define ub16MAX         0xffffffff

#define itob8(i)        (((b8_t)(i)) << 8)
#define b8toi(a)        ((a) >> 8)
#define itob16(i)       ((b16_t)(i) * b16ONE)
#define b16toi(a)       ((a) >> 16)
#define itoub16(i)      (((ub16_t)(i)) << 16)
#define ub16toi(a)      ((a) >> 16)
#define ftob16(f)       ((b16_t)((f) * (float)b16ONE))
#define b16tof(a)       ((float)(a) / (float)b16ONE)
#define dtob16(f)       ((b16_t)((f) * (double)b16ONE))
#define b16tod(a)       ((double)(a) / (double)b16ONE)
#define b8tob16(a)      (((b16_t)(a)) << 8)
#define b16tob8(a)      ((b8_t)((a) >> 8))
#define b16addb16(a, b) ((a) + (b))
#define b16subb16(a, b) ((a) - (b))
#define b16muli(a, i)   ((a) * (i))
#define b16divi(a, i)   ((a) / (i))
#define b16mulb16(a, b) ((b16_t)(((int64_t)(a) * (int64_t)(b)) >> 16))
#define b16divb16(a, b) ((b16_t)(((int64_t)(a) << 16) / (int64_t)(b)))
#define b16round(a)     ((a) + b16HALF)
#define b16frac(a)      ((a) & 0x0000ffff)

#endif
