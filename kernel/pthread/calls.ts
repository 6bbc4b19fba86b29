/** Pthreads (manual 2.8). */
import { entry, positive, resumedBy, returned, waitsCancellably } from '../call';
import * as sched from '../sched/cancel';
import { sched_yield } from '../sched/setscheduler';
import * as attr from './attr';
import * as cancel from './cancel';
import * as create from './create';
import * as exit from './exit';
import * as join from './join';
import * as self from './self';

export const pthreadCalls = [
  entry('2.8.1', 'int pthread_attr_init(pthread_attr_t *attr)', attr.pthread_attr_init, positive),
  entry(
    '2.8.11',
    'int pthread_create(pthread_t *thread, const pthread_attr_t *attr, pthread_startroutine_t start, pthread_addr_t arg)',
    create.pthread_create,
    positive,
  ),
  entry('2.8.12', 'int pthread_detach(pthread_t thread)', join.pthread_detach, positive),
  entry('2.8.13', 'void pthread_exit(pthread_addr_t value)', exit.pthread_exit),
  entry('2.8.14', 'int pthread_cancel(pthread_t thread)', cancel.pthread_cancel, positive),
  entry('2.8.15', 'int pthread_setcancelstate(int state, int *oldstate)', sched.task_setcancelstate, positive),
  entry('2.8.16', 'int pthread_setcanceltype(int type, int *oldtype)', sched.task_setcanceltype, positive),
  entry('2.8.17', 'void pthread_testcancel(void)', sched.task_testcancel, waitsCancellably),
  entry('2.8.18', 'void pthread_cleanup_pop(int execute)', cancel.pthread_cleanup_pop),
  entry('2.8.19', 'void pthread_cleanup_push(void (*routine)(void *), void *arg)', cancel.pthread_cleanup_push),
  entry(
    '2.8.20',
    'int pthread_join(pthread_t thread, pthread_addr_t *value)',
    join.pthread_join,
    positive,
    waitsCancellably,
    resumedBy(join.joinAgain),
  ),
  entry('2.8.21', 'void pthread_yield(void)', sched_yield),
  entry('2.8.22', 'pthread_t pthread_self(void)', self.pthread_self, returned),
] as const;
