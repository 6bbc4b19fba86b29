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
  uint32_t       flags;
};

typedef struct wdog_s *WDOG_ID;

#define WDOG_ISACTIVE(w) ((w)->func != NULL)

/* A watchdog of the heap; or wd_init for one's own. wd_delete stops either and frees the first. */

struct wdog_s *wd_create(void);
void wd_init(struct wdog_s *wdog);
int wd_delete(struct wdog_s *wdog);

int wd_start(struct wdog_s *wdog, sclock_t delay, wdentry_t entry, wdparm_t arg);
int wd_cancel(struct wdog_s *wdog);
sclock_t wd_gettime(struct wdog_s *wdog);

#endif
