/**
 * The system-call table: every function of the API that the kernel provides, once. The C binding, the names in the
 * event log, the list of what a firmware can link against and the coverage report are all derived from it.
 */
import * as clock from './clock/clock';
import * as sleeping from './clock/sleep';
import * as console from './fs/console';
import type { Kernel } from './kernel';
import { errnoAddress } from './sched/task';
import * as heap from './mm/heap';
import * as mqueue from './mqueue/mqueue';
import * as random from './random';
import * as scheduler from './sched/setscheduler';
import * as task from './sched/task';
import * as sem from './semaphore/sem';
import { MachineFault } from './memory';
import { running } from './kernel';

export interface SystemCall {
  name: string;
  /** Its C prototype. */
  prototype: string;
  /** Section of the manual; empty for what the manual does not have. */
  section: string;
  /** Does the work; gives the result, a negated errno, or BLOCKED. */
  call: (k: Kernel, ...args: number[]) => number;
  /**
   * How an error reaches the caller: in errno, with -1 returned; or as the returned value itself.
   */
  errors: 'errno' | 'returned';
  /** What the task does when its wait is over; without it the call gives what the wait gave. */
  resume?: (k: Kernel, ...args: number[]) => number;
  /** Returns at once without being a point where the machine can stop or a task can lose the CPU. */
  immediate?: true;
}

type Options = Partial<Pick<SystemCall, 'errors' | 'resume' | 'immediate'>>;

const entry = (section: string, prototype: string, call: SystemCall['call'], options: Options = {}): SystemCall => ({
  name: /(\w+)\(/.exec(prototype)![1]!,
  prototype,
  section,
  call,
  errors: 'errno',
  ...options,
});

const returned: Options = { errors: 'returned' };
const immediate: Options = { errors: 'returned', immediate: true };
const again = (call: SystemCall['call']): Options => ({ resume: mqueue.resumeQueueCall(call) });

export const systemCalls: readonly SystemCall[] = [
  entry(
    '2.1.1',
    'int task_create(const char *name, int priority, int stack_size, main_t entry, char *const argv[])',
    task.task_create,
  ),
  entry('2.1.4', 'int task_delete(pid_t pid)', task.task_delete),
  entry('2.1.10', 'void exit(int status)', task.exit),
  entry('2.1.11', 'void _exit(int status)', task._exit),
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

  entry('2.4.1', 'mqd_t mq_open(const char *name, int oflag, ...)', mqueue.mq_open),
  entry('2.4.2', 'int mq_close(mqd_t mqdes)', mqueue.mq_close),
  entry('2.4.3', 'int mq_unlink(const char *name)', mqueue.mq_unlink),
  entry(
    '2.4.4',
    'int mq_send(mqd_t mqdes, const char *msg, size_t msglen, unsigned int prio)',
    mqueue.mq_send,
    again(mqueue.mq_send),
  ),
  entry(
    '2.4.5',
    'int mq_timedsend(mqd_t mqdes, const char *msg, size_t msglen, unsigned int prio, const struct timespec *abstime)',
    mqueue.mq_timedsend,
    again(mqueue.mq_timedsend),
  ),
  entry(
    '2.4.6',
    'ssize_t mq_receive(mqd_t mqdes, char *msg, size_t msglen, unsigned int *prio)',
    mqueue.mq_receive,
    again(mqueue.mq_receive),
  ),
  entry(
    '2.4.7',
    'ssize_t mq_timedreceive(mqd_t mqdes, char *msg, size_t msglen, unsigned int *prio, const struct timespec *abstime)',
    mqueue.mq_timedreceive,
    again(mqueue.mq_timedreceive),
  ),
  entry(
    '2.4.9',
    'int mq_setattr(mqd_t mqdes, const struct mq_attr *mqstat, struct mq_attr *oldstat)',
    mqueue.mq_setattr,
  ),
  entry('2.4.10', 'int mq_getattr(mqd_t mqdes, struct mq_attr *mqstat)', mqueue.mq_getattr),

  entry('2.5.1', 'int sem_init(sem_t *sem, int pshared, unsigned int value)', sem.sem_init),
  entry('2.5.2', 'int sem_destroy(sem_t *sem)', sem.sem_destroy),
  entry('2.5.6', 'int sem_wait(sem_t *sem)', sem.sem_wait),
  entry('2.5.7', 'int sem_timedwait(sem_t *sem, const struct timespec *abstime)', sem.sem_timedwait),
  entry('2.5.8', 'int sem_trywait(sem_t *sem)', sem.sem_trywait),
  entry('2.5.9', 'int sem_post(sem_t *sem)', sem.sem_post),
  entry('2.5.10', 'int sem_getvalue(sem_t *sem, int *sval)', sem.sem_getvalue),
  entry('2.5.11', 'int sem_getprotocol(sem_t *sem, int *protocol)', sem.sem_getprotocol),
  entry('2.5.12', 'int sem_setprotocol(sem_t *sem, int protocol)', sem.sem_setprotocol),

  entry('2.6.1', 'int clock_settime(clockid_t clock_id, const struct timespec *tp)', clock.clock_settime),
  entry('2.6.2', 'int clock_gettime(clockid_t clock_id, struct timespec *tp)', clock.clock_gettime),
  entry('2.6.3', 'int clock_getres(clockid_t clock_id, struct timespec *res)', clock.clock_getres),
  entry('', 'clock_t clock_systime_ticks(void)', clock.clock_systime_ticks, returned),
  entry('', 'int usleep(useconds_t usec)', sleeping.usleep),
  entry('', 'unsigned int sleep(unsigned int seconds)', sleeping.sleep, returned),
  entry('', 'int nanosleep(const struct timespec *rqtp, struct timespec *rmtp)', sleeping.nanosleep),

  entry('', 'int prctl(int option, ...)', task.prctl),
  entry('', 'ssize_t read(int fd, void *buf, size_t nbytes)', console.read, { resume: console.read }),
  entry('', 'ssize_t write(int fd, const void *buf, size_t nbytes)', console.write),

  entry('', 'void *malloc(size_t size)', heap.malloc, immediate),
  entry('', 'void *calloc(size_t n, size_t elem_size)', heap.calloc, immediate),
  entry('', 'void *realloc(void *oldmem, size_t size)', heap.realloc, immediate),
  entry('', 'void *memalign(size_t alignment, size_t size)', heap.memalign, immediate),
  entry('', 'void *aligned_alloc(size_t alignment, size_t size)', heap.memalign, immediate),
  entry('', 'void free(void *mem)', heap.free, immediate),
  entry('', 'uint32_t arc4random(void)', random.arc4random, immediate),
  entry('', 'void arc4random_buf(void *buffer, size_t size)', random.arc4random_buf, immediate),
  entry('', 'ssize_t getrandom(void *bytes, size_t nbytes, unsigned int flags)', random.getrandom),
  entry('3.2', 'int *__errno(void)', errnoLocation, immediate),
  entry('', 'void __assert(const char *filename, int linenum, const char *msg)', assertionFailed, immediate),
  entry('', 'void abort(void)', abort, immediate),
];

/** Names that a firmware can call. */
export const systemCallNames: ReadonlySet<string> = new Set(systemCalls.map((call) => call.name));

/** errno is an int of each thread (manual 3.2). What the C library noted for itself is moved there first. */
function errnoLocation(k: Kernel): number {
  const address = errnoAddress(running(k));
  const library = k.firmware.takeLibraryErrno();
  if (library !== 0) k.memory.store32(address, library);
  return address;
}

function assertionFailed(k: Kernel, file: number, line: number, message: number): number {
  const text = message === 0 ? '' : `: ${k.memory.string(message)}`;
  throw new MachineFault(
    `Assertion failed at ${file === 0 ? '?' : k.memory.string(file)}:${line}${text}`,
    'The firmware checked this itself. The call stack shows how it came there.',
  );
}

function abort(): number {
  throw new MachineFault('abort', 'The firmware called abort. The call stack shows where.');
}
