#ifndef __INCLUDE_NUTTX_WQUEUE_H
#define __INCLUDE_NUTTX_WQUEUE_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <nuttx/clock.h>
#include <nuttx/wdog.h>
#include <stdint.h>
#include <stdbool.h>

#define HPWORK    0
#if defined(CONFIG_SCHED_HPWORK) && defined(CONFIG_SCHED_LPWORK)
#  define LPWORK  1
#else
#  define LPWORK  HPWORK
#endif
#define USRWORK   LPWORK

typedef CODE void (*worker_t)(FAR void *arg);

/* Zeroed before its first use; after that only the work_ functions touch it. */

struct work_s
{
  struct wdog_s timer;
  worker_t      worker;
  void         *arg;
  void         *wq;
};

#define work_available(w) ((w)->worker == NULL)

int work_queue(int qid, struct work_s *work, worker_t worker, void *arg, clock_t delay);
int work_cancel(int qid, struct work_s *work);
int work_cancel_sync(int qid, struct work_s *work);
clock_t work_timeleft(struct work_s *work);

#endif
