#ifndef __INCLUDE_DEBUG_H
#define __INCLUDE_DEBUG_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <syslog.h>

#define _none(format, ...) do { if (0) syslog(LOG_ERR, format, ##__VA_ARGS__); } while (0)

#ifdef CONFIG_DEBUG_ALERT
#  define _alert(format, ...) syslog(LOG_EMERG, "%s: " format, __func__, ##__VA_ARGS__)
#else
#  define _alert _none
#endif

#ifdef CONFIG_DEBUG_ERROR
#  define _err(format, ...) syslog(LOG_ERR, "%s: " format, __func__, ##__VA_ARGS__)
#else
#  define _err _none
#endif

#ifdef CONFIG_DEBUG_WARN
#  define _warn(format, ...) syslog(LOG_WARNING, "%s: " format, __func__, ##__VA_ARGS__)
#else
#  define _warn _none
#endif

#ifdef CONFIG_DEBUG_INFO
#  define _info(format, ...) syslog(LOG_INFO, "%s: " format, __func__, ##__VA_ARGS__)
#else
#  define _info _none
#endif

/* One set of names for each subsystem; CONFIG_DEBUG_SCHED_ERROR and so on switch them one by one in NuttX, here the
 * four options above switch them all.
 */

#define serr      _err
#define swarn     _warn
#define sinfo     _info
#define merr      _err
#define mwarn     _warn
#define minfo     _info
#define ferr      _err
#define fwarn     _warn
#define finfo     _info
#define nerr      _err
#define nwarn     _warn
#define ninfo     _info
#define ierr      _err
#define iwarn     _warn
#define iinfo     _info
#define terr      _err
#define twarn     _warn
#define tinfo     _info
#define lerr      _err
#define lwarn     _warn
#define linfo     _info
#define berr      _err
#define bwarn     _warn
#define binfo     _info
#define gpioerr   _err
#define gpiowarn  _warn
#define gpioinfo  _info
#define i2cerr    _err
#define i2cwarn   _warn
#define i2cinfo   _info
#define spierr    _err
#define spiwarn   _warn
#define spiinfo   _info
#define usberr    _err
#define usbwarn   _warn
#define usbinfo   _info
#define uerr      _err
#define uwarn     _warn
#define uinfo     _info
#define rerr      _err
#define rwarn     _warn
#define rinfo     _info
#define werr      _err
#define wwarn     _warn
#define winfo     _info
#define tmrerr    _err
#define tmrwarn   _warn
#define tmrinfo   _info
#define timererr  _err
#define timerwarn _warn
#define timerinfo _info
#define perr      _err
#define pwarn     _warn
#define pinfo     _info
#define aerr      _err
#define awarn     _warn
#define ainfo     _info
#define cerr      _err
#define cwarn     _warn
#define cinfo     _info
#define verr      _err
#define vwarn     _warn
#define vinfo     _info
#define rtcerr    _err
#define rtcwarn   _warn
#define rtcinfo   _info
#define irqerr    _err
#define irqwarn   _warn
#define irqinfo   _info

#endif
