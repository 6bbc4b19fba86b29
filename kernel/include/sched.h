#ifndef __INCLUDE_SCHED_H
#define __INCLUDE_SCHED_H

#include <nuttx/config.h>
#include <sys/types.h>
#include <time.h>

#define SCHED_OTHER     0
#define SCHED_NORMAL    SCHED_OTHER
typedef uint32_t cpu_set_t;

#define SCHED_FIFO      1
#define SCHED_RR        2
#define SCHED_SPORADIC  3

#ifdef CONFIG_SCHED_SPORADIC_MAXREPL
#  define SS_REPL_MAX   CONFIG_SCHED_SPORADIC_MAXREPL
#else
#  define SS_REPL_MAX   3
#endif

#define TASK_CANCEL_ENABLE       0
#define TASK_CANCEL_DISABLE      1
#define TASK_CANCEL_DEFERRED     0
#define TASK_CANCEL_ASYNCHRONOUS 1

#define PTHREAD_KEYS_MAX         CONFIG_TLS_NELEM

struct sched_param
{
  int sched_priority;
  int sched_ss_low_priority;
  struct timespec sched_ss_repl_period;
  struct timespec sched_ss_init_budget;
  int sched_ss_max_repl;
};

/* The caller of task_init gives one of these; all else of a task is kept elsewhere. */

struct tcb_s
{
  pid_t    pid;
  uint32_t reserved[7];
};

int task_init(struct tcb_s *tcb, const char *name, int priority, uint32_t *stack, uint32_t stack_size, main_t entry, char *const argv[]);
int task_activate(struct tcb_s *tcb);
int task_create(const char *name, int priority, int stack_size, main_t entry, char *const argv[]);
int task_create_with_stack(const char *name, int priority, void *stack_addr, int stack_size, main_t entry, char *const argv[]);
int task_delete(pid_t pid);
int task_restart(pid_t pid);
int task_setcancelstate(int state, int *oldstate);
int task_setcanceltype(int type, int *oldtype);
void task_testcancel(void);

int sched_setparam(pid_t pid, const struct sched_param *param);
int sched_getparam(pid_t pid, struct sched_param *param);
int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param);
int sched_getscheduler(pid_t pid);
int sched_yield(void);
int sched_get_priority_max(int policy);
int sched_get_priority_min(int policy);
int sched_rr_get_interval(pid_t pid, struct timespec *interval);

/* The name that the manual gives to the same function. */

#define sched_get_rr_interval(p, i) sched_rr_get_interval(p, i)

int sched_lock(void);
int sched_unlock(void);
int sched_lockcount(void);
bool sched_idletask(void);

#endif
