#ifndef __INCLUDE_NUTTX_WDOG_H
#define __INCLUDE_NUTTX_WDOG_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <nuttx/clock.h>
#include <stdint.h>
#include <stdbool.h>

typedef uintptr_t wdparm_t;
typedef CODE void (*wdentry_t)(wdparm_t arg);

/* Zeroed before its first use; after that only the wd_ functions touch it. */

struct wdog_s
{
  struct wdog_s *next;
  wdparm_t       arg;
  wdentry_t      func;
  clock_t        expired;
};

#define WDOG_ISACTIVE(w) ((w)->func != NULL)

int wd_start(struct wdog_s *wdog, sclock_t delay, wdentry_t entry, wdparm_t arg);
int wd_cancel(struct wdog_s *wdog);
sclock_t wd_gettime(struct wdog_s *wdog);

#endif
