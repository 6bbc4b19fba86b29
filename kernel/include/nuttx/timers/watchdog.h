#ifndef __INCLUDE_NUTTX_TIMERS_WATCHDOG_H
#define __INCLUDE_NUTTX_TIMERS_WATCHDOG_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <nuttx/fs/ioctl.h>
#include <nuttx/irq.h>
#include <stdint.h>

/* Times are in milliseconds. */

#define WDIOC_START      _WDIOC(0x001)
#define WDIOC_STOP       _WDIOC(0x002)
#define WDIOC_GETSTATUS  _WDIOC(0x003)
#define WDIOC_SETTIMEOUT _WDIOC(0x004)
#define WDIOC_CAPTURE    _WDIOC(0x005)
#define WDIOC_KEEPALIVE  _WDIOC(0x006)

#define WDFLAGS_ACTIVE   (1 << 0)
#define WDFLAGS_RESET    (1 << 1)
#define WDFLAGS_CAPTURE  (1 << 2)

struct watchdog_capture_s
{
  CODE xcpt_t newhandler;
  CODE xcpt_t oldhandler;
};

struct watchdog_status_s
{
  uint32_t flags;
  uint32_t timeout;
  uint32_t timeleft;
};

#endif
