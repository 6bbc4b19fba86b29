#ifndef __INCLUDE_NUTTX_COMPILER_H
#define __INCLUDE_NUTTX_COMPILER_H

/* Memory models of small machines; a flat address space needs none. */

#define FAR
#define NEAR
#define CODE
#define DSEG
#define CSEG

/* Marks a prototype whose function the C library defines, not the kernel. */

#define _LIBC

#define noreturn_function  __attribute__((noreturn))
#define naked_function     __attribute__((naked))
#define always_inline_function __attribute__((always_inline))
#define inline_function    __attribute__((always_inline)) inline
#define noinline_function  __attribute__((noinline))
#define weak_function      __attribute__((weak))
#define unused_code        __attribute__((unused))
#define unused_data        __attribute__((unused))
#define used_code          __attribute__((used))
#define used_data          __attribute__((used))
#define packed_struct      __attribute__((packed))
#define begin_packed_struct
#define end_packed_struct  __attribute__((packed))
#define aligned_data(n)    __attribute__((aligned(n)))
#define locate_code(n)
#define locate_data(n)
#define deprecated_function __attribute__((deprecated))
#define malloc_like        __attribute__((malloc))
#define printf_like(f, a)  __attribute__((format(printf, f, a)))
#define syslog_like(f, a)  __attribute__((format(printf, f, a)))
#define scanf_like(f, a)   __attribute__((format(scanf, f, a)))
#define strftime_like(a)   __attribute__((format(strftime, a, 0)))

#define predict_true(x)    __builtin_expect(!!(x), 1)
#define predict_false(x)   __builtin_expect(!!(x), 0)

#define UNUSED(a)          ((void)(1 || (a)))
#define CONCATENATE(a, b)  a ## b

#ifdef __cplusplus
#  define EXTERN extern "C"
#else
#  define EXTERN extern
#endif

#endif
