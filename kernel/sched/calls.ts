/** Task control, scheduling, groups (manual 2.1 to 2.3). */
import { entry, resumedBy, returned, waits, waitsCancellably } from '../call';
import * as cancel from './cancel';
import * as exit from './exit';
import * as scheduler from './setscheduler';
import * as task from './task';
import * as wqueue from './wqueue';

export const schedCalls = [
  entry(
    '2.1.1',
    'int task_create(const char *name, int priority, int stack_size, main_t entry, char *const argv[])',
    task.task_create,
  ),
  entry('2.1.4', 'int task_delete(pid_t pid)', exit.task_delete),
  entry('2.1.6', 'int task_setcancelstate(int state, int *oldstate)', cancel.task_setcancelstate),
  entry('2.1.7', 'int task_setcanceltype(int type, int *oldtype)', cancel.task_setcanceltype),
  entry('2.1.8', 'void task_testcancel(void)', cancel.task_testcancel, waitsCancellably),
  entry('2.1.10', 'void exit(int status)', exit.exit),
  entry('2.1.11', 'void _exit(int status)', exit._exit),
  entry('2.1.12', 'pid_t getpid(void)', task.getpid),
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
  entry('', 'int prctl(int option, ...)', task.prctl),
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
    resumedBy(wqueue.work_cancel_sync),
    waits,
  ),
  entry('', 'clock_t work_timeleft(struct work_s *work)', wqueue.work_timeleft, returned),
] as const;
