/** What the report has to be told about the manual's functions. */

/** Names of the manual that are another name of a function today. */
export const aliases: Record<string, string> = { sched_get_rr_interval: 'sched_rr_get_interval' };

/** Functions that the manual lists for machines of another kind, and why they are not here. */
export const notThere: Record<string, string> = { sbrk: 'only with an MMU' };

const ownThread = 'it is about the caller, which is always there';
const noPermissions = 'NuttX has no permissions: every task may do it';
const noFirewall = 'there is no firewall';
const memoryIsNoMem = 'no memory gives ENOMEM';
const noMemory = 'what it needs is there already';

/** Errno values that the manual lists and a real NuttX, and so this kernel, never gives; and why. */
export const neverGiven: Record<string, Record<string, string>> = {
  sched_setparam: { EPERM: noPermissions },
  sched_get_rr_interval: {
    EFAULT: 'an address that is none stops the board with a crash dump; a null pointer gives EINVAL',
    ENOSYS: 'the function is always there',
  },
  mq_notify: { ENOMEM: 'a notification is kept in the queue, and needs no memory' },
  sem_timedwait: { EDEADLK: 'NuttX looks for no deadlocks of semaphores' },
  timer_create: { ENOTSUP: 'a clock that a timer cannot have gives EINVAL' },
  sigqueue: {
    EAGAIN: 'what is pending is kept by the kernel, without a limit of its own',
    EPERM: noPermissions,
  },
  pthread_kill: { EPERM: noPermissions },
  task_setcancelstate: { ESRCH: ownThread },
  task_setcanceltype: { ESRCH: ownThread },
  pthread_setcancelstate: { ESRCH: ownThread },
  pthread_self: { ESRCH: ownThread },
  pthread_setschedparam: { EPERM: noPermissions, ENOTSUP: 'a policy that is none gives EINVAL' },
  pthread_key_create: { ENOMEM: 'a thread has room for the values of all CONFIG_TLS_NELEM keys from its beginning' },
  pthread_setspecific: { ENOMEM: 'a thread has room for the values of all CONFIG_TLS_NELEM keys from its beginning' },
  pthread_mutex_lock: { EINTR: 'listed as what the function never returns' },
  pthread_mutex_trylock: { EINTR: 'listed as what the function never returns' },
  pthread_mutex_unlock: { EINTR: 'listed as what the function never returns' },
  pthread_mutex_timedlock: {
    EINTR: 'listed as what the function never returns',
    EAGAIN: 'a recursive mutex that is locked too often gives EOVERFLOW',
  },
  poll: {
    ENOMEM: 'what poll keeps is no memory of the board',
    ENOSYS: 'every file that there is can be polled',
  },
  shmat: { ENOMEM: 'all tasks share one address space, in which the memory is there already' },
  shmctl: {
    EOVERFLOW: 'struct shmid_ds has no user and group ids',
    EPERM: noPermissions,
  },
  socket: { EACCES: noPermissions, ENOBUFS: memoryIsNoMem },
  bind: { EACCES: noPermissions },
  connect: { EAGAIN: 'there is memory for fewer sockets than there are ports', EPERM: noFirewall },
  listen: { ECONNREFUSED: 'it is what the other side may get' },
  accept: {
    ENOBUFS: memoryIsNoMem,
    EPERM: noFirewall,
    EPROTO: 'what is wrong with a connection is found before it is one',
  },
  sendto: { ENOMEM: 'what is missing are I/O buffers: it waits for them, or gives EAGAIN, or ENOBUFS for fragments' },
  recvfrom: { ENOMEM: noMemory },
  setsockopt: {
    EISCONN: 'every option can be set of a socket that is connected',
    ENOBUFS: noMemory,
    ENOMEM: noMemory,
  },
  getsockopt: { ENOBUFS: noMemory },
  pthread_barrier_init: {
    EAGAIN: 'a barrier needs nothing beyond its own memory',
    ENOMEM: 'a barrier needs nothing beyond its own memory',
  },
};
