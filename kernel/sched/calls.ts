/** Task control, scheduling, groups (manual 2.1 to 2.3). */
import { entry, resumedBy, returned, taskOnly, waits, waitsCancellably } from '../call';
import * as atexit from './atexit';
import * as cancel from './cancel';
import * as create from './create';
import * as exit from './exit';
import { task_restart } from './restart';
import * as scheduler from './setscheduler';
import { vfork } from './vfork';
import * as wait from './wait';
import * as wqueue from './wqueue';

export const schedCalls = [
  entry(
    '2.1.1',
    'int task_create(const char *name, int priority, int stack_size, main_t entry, char *const argv[])',
    create.task_create,
  ),
  entry(
    '',
    'int task_create_with_stack(const char *name, int priority, void *stack_addr, int stack_size, main_t entry, char *const argv[])',
    create.task_create_with_stack,
  ),
  entry(
    '',
    'int kthread_create(const char *name, int priority, int stack_size, main_t entry, char *const argv[])',
    create.kthread_create,
    returned,
  ),
  entry(
    '2.1.2',
    'int task_init(struct tcb_s *tcb, const char *name, int priority, uint32_t *stack, uint32_t stack_size, main_t entry, char *const argv[])',
    create.task_init,
  ),
  entry('2.1.3', 'int task_activate(struct tcb_s *tcb)', create.task_activate),
  entry('2.1.4', 'int task_delete(pid_t pid)', exit.task_delete, taskOnly),
  entry('2.1.5', 'int task_restart(pid_t pid)', task_restart, taskOnly),
  entry('2.1.6', 'int task_setcancelstate(int state, int *oldstate)', cancel.task_setcancelstate, taskOnly),
  entry('2.1.7', 'int task_setcanceltype(int type, int *oldtype)', cancel.task_setcanceltype, taskOnly),
  entry('2.1.8', 'void task_testcancel(void)', cancel.task_testcancel, waitsCancellably),
  entry('2.1.9', 'void exit(int status)', exit.exit, taskOnly),
  entry('2.1.9', 'void _exit(int status)', exit._exit, taskOnly, resumedBy(exit.resumeExit)),
  entry('', 'void _Exit(int status)', exit._exit, taskOnly),
  entry('', 'void quick_exit(int status)', exit.quick_exit, taskOnly),
  entry('2.1.10', 'pid_t getpid(void)', create.getpid),
  entry('', 'pid_t gettid(void)', create.gettid),
  entry('', 'pid_t getppid(void)', create.getppid),
  entry('', 'pid_t getpgid(pid_t pid)', create.getpgid),
  entry('', 'pid_t getpgrp(void)', create.getpid),
  entry('2.1.11', 'pid_t vfork(void)', vfork, taskOnly),
  entry('2.2.1', 'int sched_setparam(pid_t pid, const struct sched_param *param)', scheduler.sched_setparam),
  entry('2.2.2', 'int sched_getparam(pid_t pid, struct sched_param *param)', scheduler.sched_getparam),
  entry(
    '2.2.3',
    'int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)',
    scheduler.sched_setscheduler,
  ),
  entry('2.2.4', 'int sched_getscheduler(pid_t pid)', scheduler.sched_getscheduler),
  entry('2.2.5', 'int sched_yield(void)', scheduler.sched_yield),
  entry('2.2.6', 'int sched_get_priority_max(int policy)', scheduler.sched_get_priority_max),
  entry('2.2.7', 'int sched_get_priority_min(int policy)', scheduler.sched_get_priority_min),
  entry('2.2.8', 'int sched_rr_get_interval(pid_t pid, struct timespec *interval)', scheduler.sched_rr_get_interval),
  entry('2.3.1', 'int sched_lock(void)', scheduler.sched_lock),
  entry('2.3.2', 'int sched_unlock(void)', scheduler.sched_unlock),
  entry('2.3.3', 'int sched_lockcount(void)', scheduler.sched_lockcount),
  entry('', 'bool sched_idletask(void)', create.sched_idletask),
  entry(
    '2.3.4',
    'pid_t waitpid(pid_t pid, int *stat_loc, int options)',
    wait.waitpid,
    resumedBy(wait.resumeWaitpid),
    waitsCancellably,
  ),
  entry(
    '2.3.5',
    'int waitid(idtype_t idtype, id_t id, siginfo_t *info, int options)',
    wait.waitid,
    resumedBy(wait.resumeWaitid),
    waitsCancellably,
  ),
  entry('2.3.6', 'pid_t wait(int *stat_loc)', wait.wait, resumedBy(wait.resumeWait), waitsCancellably),
  entry('2.3.7', 'int atexit(void (*func)(void))', atexit.atexit),
  entry('2.3.8', 'int on_exit(void (*func)(int, void *), void *arg)', atexit.on_exit),
  entry('', 'int at_quick_exit(void (*func)(void))', atexit.at_quick_exit),
  entry('', 'int prctl(int option, ...)', create.prctl),
  entry(
    '',
    'int work_queue(int qid, struct work_s *work, worker_t worker, void *arg, clock_t delay)',
    wqueue.work_queue,
    returned,
  ),
  entry('', 'int work_cancel(int qid, struct work_s *work)', wqueue.work_cancel, returned),
  entry(
    '',
    'int work_cancel_sync(int qid, struct work_s *work)',
    wqueue.work_cancel_sync,
    returned,
    resumedBy(wqueue.cancelSyncAgain),
    waits,
  ),
  entry('', 'clock_t work_timeleft(struct work_s *work)', wqueue.work_timeleft, returned),
] as const;
