#ifndef __INCLUDE_NUTTX_TIMERS_TIMER_H
#define __INCLUDE_NUTTX_TIMERS_TIMER_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <nuttx/fs/ioctl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Times are in microseconds. */

#define TCIOC_START        _TCIOC(0x0001)
#define TCIOC_STOP         _TCIOC(0x0002)
#define TCIOC_GETSTATUS    _TCIOC(0x0003)
#define TCIOC_SETTIMEOUT   _TCIOC(0x0004)
#define TCIOC_NOTIFICATION _TCIOC(0x0005)
#define TCIOC_MAXTIMEOUT   _TCIOC(0x0006)

#define TCFLAGS_ACTIVE     (1 << 0)
#define TCFLAGS_HANDLER    (1 << 1)

struct timer_status_s
{
  uint32_t flags;
  uint32_t timeout;
  uint32_t timeleft;
};

struct timer_notify_s
{
  struct sigevent event;
  pid_t           pid;
  bool            periodic;
};

#endif
