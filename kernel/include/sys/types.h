#ifndef __INCLUDE_SYS_TYPES_H
#define __INCLUDE_SYS_TYPES_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>

/* What the C library and the kernel must agree on comes from the library. */

#define __NEED_size_t
#define __NEED_ssize_t
#define __NEED_off_t
#define __NEED_mode_t
#define __NEED_dev_t
#define __NEED_ino_t
#define __NEED_nlink_t
#define __NEED_uid_t
#define __NEED_gid_t
#define __NEED_id_t
#define __NEED_pid_t
#define __NEED_key_t
#define __NEED_time_t
#define __NEED_useconds_t
#define __NEED_suseconds_t
#define __NEED_blksize_t
#define __NEED_blkcnt_t
#include <bits/alltypes.h>

#define OK      0
#define ERROR   (-1)

#ifndef TRUE
#  define TRUE  1
#endif
#ifndef FALSE
#  define FALSE 0
#endif

#define SCHED_PRIORITY_MAX     255
#define SCHED_PRIORITY_DEFAULT 100
#define SCHED_PRIORITY_MIN     1
#define SCHED_PRIORITY_IDLE    0

/* Ticks since boot, and a signed difference of two. */

typedef uint32_t clock_t;
typedef int32_t  sclock_t;
#define __DEFINED_clock_t

typedef int   clockid_t;
typedef void *timer_t;
#define __DEFINED_clockid_t
#define __DEFINED_timer_t

typedef CODE int (*main_t)(int argc, char *argv[]);

typedef unsigned char  u_char;
typedef unsigned short u_short;
typedef unsigned int   u_int;
typedef unsigned long  u_long;
typedef unsigned char  unchar;
typedef unsigned short ushort;
typedef unsigned int   uint;
typedef unsigned long  ulong;
typedef uint8_t        u_int8_t;
typedef uint16_t       u_int16_t;
typedef uint32_t       u_int32_t;
typedef char          *caddr_t;
typedef int            pthread_t;
typedef int            pthread_key_t;
#define __DEFINED_pthread_t
#define __DEFINED_pthread_key_t

#endif
