#ifndef __INCLUDE_SYSLOG_H
#define __INCLUDE_SYSLOG_H

#include <nuttx/compiler.h>
#include <stdarg.h>

#define LOG_EMERG   0
#define LOG_ALERT   1
#define LOG_CRIT    2
#define LOG_ERR     3
#define LOG_WARNING 4
#define LOG_NOTICE  5
#define LOG_INFO    6
#define LOG_DEBUG   7

#define LOG_PID     0x01
#define LOG_CONS    0x02
#define LOG_NDELAY  0x08
#define LOG_USER    (1 << 3)

#define LOG_MASK(p) (1 << (p))
#define LOG_UPTO(p) ((1 << ((p) + 1)) - 1)

_LIBC void syslog(int priority, const char *fmt, ...) syslog_like(2, 3);
_LIBC void vsyslog(int priority, const char *fmt, va_list ap) syslog_like(2, 0);
_LIBC int setlogmask(int mask);
_LIBC void openlog(const char *ident, int option, int facility);
_LIBC void closelog(void);

#endif
