import { describe, expect, test } from 'vitest';
import { configRecord } from '../../../kernel/config';
import type { Snapshot } from '../../contract/target';
import { compile, type Choice } from '../../testing/firmware';
import { Session } from '../session';

const INCLUDES = [
  'nuttx/config.h',
  'nuttx/wdog.h',
  'nuttx/wqueue.h',
  'fcntl.h',
  'pthread.h',
  'sched.h',
  'semaphore.h',
  'signal.h',
]
  .concat(['stdlib.h', 'sys/wait.h', 'time.h', 'unistd.h'])
  .map((name) => `#include <${name}>\n`)
  .join('');

/** A session of a firmware whose `main` has this body, and what it shows. */
async function show(setup: string, body: string, choice: Choice = {}) {
  const { project, linked } = await compile(
    `${INCLUDES}${setup}\nint main(int argc, FAR char *argv[])\n{\n${body}\n  return 0;\n}\n`,
    choice,
  );
  let snapshot: Snapshot | undefined;
  const session = new Session(({ event, payload }) => {
    if (event === 'snapshot') snapshot = payload;
  });
  session.load({
    linked,
    board: project.board.name,
    config: configRecord(project.config),
    apps: project.apps.map((app) => ({ ...app, args: [] })),
    seed: 1,
  });
  const task = (name: string) => snapshot!.tasks.find((each) => each.name === name)!;
  const ticks = (count: number) => {
    for (let i = 0; i < count; i++) session.step('tick', false);
  };
  return { session, ticks, task, snapshot: () => snapshot! };
}

const RECEIVER = `
static volatile int g_got;
static void on_usr1(int signo, FAR siginfo_t *info, FAR void *context)
{
  g_got = info->si_value.sival_int;
  usleep(20000);
}
static int receiver(int argc, FAR char *argv[])
{
  struct sigaction action = { .sa_sigaction = on_usr1, .sa_flags = SA_SIGINFO };
  sigset_t set;
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGUSR2);
  sigaction(SIGUSR1, &action, NULL);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  usleep(45000);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  for (; ; ) pause();
}
static void send(int pid, int value)
{
  sigqueue(pid, SIGUSR1, (union sigval){ .sival_int = value });
}
`;

describe('signals', () => {
  test('who blocks, what is pending, what is to be done, and the way of each signal', async () => {
    const { session, ticks, task, snapshot } = await show(
      RECEIVER,
      `int pid = task_create("receiver", 110, 2048, receiver, NULL);
       usleep(15000);
       send(pid, 42);
       usleep(200000);
       send(pid, 43);
       kill(pid, SIGUSR2);`,
    );
    ticks(4);
    const { pid } = task('receiver');
    const sender = task('main').pid;
    const signals = () => snapshot().signals.find((thread) => thread.pid === pid)!;
    expect(signals()).toEqual({
      pid,
      mask: ['SIGUSR1'],
      pending: [{ signal: 'SIGUSR1', code: 'SI_QUEUE', value: 42, sender, at: 'task' }],
      handling: [],
      actions: [{ signal: 'SIGUSR1', handler: 'on_usr1', flags: ['SA_SIGINFO'], mask: ['SIGUSR2'] }],
    });
    const way = () =>
      session.signalTrace().map(({ kind, signal, value, latency }) => `${kind} ${signal} ${value} ${latency?.ticks}`);
    expect(way()).toEqual(['sent SIGUSR1 42 undefined', 'queued SIGUSR1 42 undefined']);

    ticks(3);
    expect(signals()).toMatchObject({ mask: ['SIGUSR1', 'SIGUSR2'], pending: [], handling: ['SIGUSR1'] });
    expect(task('receiver').entry).toBe('receiver');
    const frames = session.stack(pid).map((frame) => frame.function);
    expect(frames.slice(frames.indexOf('on_usr1'))).toEqual(['on_usr1', '<signal handler called>', 'receiver']);
    const delivered = session.signalTrace().at(-1)!;
    expect(delivered).toMatchObject({ kind: 'delivered', sender, receiver: pid, code: 'SI_QUEUE', value: 42 });
    expect(delivered.latency!.ticks).toBe(delivered.tick - session.signalTrace()[0]!.tick);
    expect(delivered.latency!.ticks).toBeGreaterThan(1);

    ticks(30);
    expect(way().slice(3)).toEqual([
      expect.stringMatching(/^handled SIGUSR1 42 [23]$/),
      'sent SIGUSR1 43 undefined',
      'delivered SIGUSR1 43 0',
      'sent SIGUSR2 0 undefined',
      'queued SIGUSR2 0 undefined',
      expect.stringMatching(/^handled SIGUSR1 43 [23]$/),
      expect.stringMatching(/^ignored SIGUSR2 0 [23]$/),
    ]);
    while (snapshot().tick > 4) session.step('tick', true);
    expect(way()).toEqual(['sent SIGUSR1 42 undefined', 'queued SIGUSR1 42 undefined']);
  });

  test('a task that waits for signals says for which', async () => {
    const { ticks, task } = await show(
      '',
      `sigset_t set;
       sigemptyset(&set);
       sigaddset(&set, SIGUSR2);
       sigaddset(&set, SIGRTMIN + 2);
       sigwaitinfo(&set, NULL);`,
    );
    ticks(2);
    expect(task('main')).toMatchObject({
      stateClass: 'signal',
      waitsFor: { kind: 'signal', label: 'SIGUSR2, SIGRTMIN+2' },
    });
  });
});

test('pending signals stand in the order in which they will be delivered', async () => {
  const { ticks, snapshot, task } = await show(
    '',
    `sigset_t set;
     sigfillset(&set);
     sigprocmask(SIG_SETMASK, &set, NULL);
     for (int i = 1; i < 3; i++) sigqueue(getpid(), SIGRTMIN + 3, (union sigval){ .sival_int = i });
     kill(getpid(), SIGUSR1);
     sleep(1);`,
  );
  ticks(2);
  const { pending } = snapshot().signals.find(({ pid }) => pid === task('main').pid)!;
  expect(pending.map(({ signal, value }) => `${signal} ${value}`)).toEqual([
    'SIGUSR1 0',
    'SIGRTMIN+3 1',
    'SIGRTMIN+3 2',
  ]);
});

test('a signal of a timer comes from no task, whichever runs', async () => {
  const { session, ticks, snapshot, task } = await show(
    '',
    `struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 7 };
     struct itimerspec spec = { .it_value.tv_nsec = 20000000 };
     sigset_t set;
     timer_t timer;
     sigemptyset(&set);
     sigaddset(&set, SIGUSR1);
     sigprocmask(SIG_BLOCK, &set, NULL);
     timer_create(CLOCK_MONOTONIC, &event, &timer);
     timer_settime(timer, 0, &spec, NULL);
     usleep(100000);
     sigwaitinfo(&set, NULL);`,
  );
  ticks(6);
  expect(snapshot().signals.find(({ pid }) => pid === task('main').pid)!.pending).toMatchObject([
    { signal: 'SIGUSR1', code: 'SI_TIMER', value: 7, sender: null },
  ]);
  ticks(20);
  expect(session.signalTrace().map(({ kind, sender }) => `${kind} ${sender}`)).toEqual([
    'sent null',
    'queued null',
    'accepted null',
  ]);
});

test('what expires, in its order', async () => {
  const { ticks, snapshot } = await show(
    `static struct wdog_s g_wdog;
     static struct work_s g_work;
     static void bark(wdparm_t arg) {}
     static void dig(FAR void *arg) {}
     static sem_t g_sem;
     static int sleeper(int argc, FAR char *argv[]) { usleep(100000); return 0; }
     static int waiter(int argc, FAR char *argv[])
     {
       struct timespec limit;
       sem_init(&g_sem, 0, 0);
       clock_gettime(CLOCK_REALTIME, &limit);
       limit.tv_sec += 1;
       return sem_timedwait(&g_sem, &limit);
     }`,
    `struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 7 };
     struct itimerspec spec = { .it_value.tv_nsec = 200000000, .it_interval.tv_nsec = 50000000 };
     timer_t timer;
     timer_create(CLOCK_MONOTONIC, &event, &timer);
     timer_create(CLOCK_REALTIME, NULL, &timer);
     timer_settime(timer - 1, 0, &spec, NULL);
     wd_start(&g_wdog, 30, bark, 0);
     work_queue(LPWORK, &g_work, dig, NULL, 50);
     task_create("sleeper", 110, 2048, sleeper, NULL);
     task_create("waiter", 110, 2048, waiter, NULL);
     sigwaitinfo(&(sigset_t){ 0 }, NULL);`,
    { config: { CONFIG_SCHED_LPWORK: true } },
  );
  ticks(2);
  const { timers, timeNs, tasks } = snapshot();
  expect(timers.map(({ kind, label, action }) => `${kind}: ${label}: ${action}`)).toEqual([
    'sleep: usleep: wakes it',
    'timer: timer 1: sends SIGUSR1, value 7',
    'watchdog: g_wdog: calls bark',
    'work: g_work: calls dig',
    'wait: sem_timedwait g_sem: times out',
    'timer: timer 2: sends SIGALRM, value 2',
  ]);
  const times = timers.map(({ expiresNs }) => expiresNs);
  expect(times).toEqual([...times.slice(0, 5).sort((a, b) => a! - b!), null]);
  expect(times[0]).toBeGreaterThan(timeNs);
  const main = tasks.find(({ name }) => name === 'main')!.pid;
  expect(timers[1]).toMatchObject({ owner: main, clock: 'CLOCK_MONOTONIC', intervalNs: 50_000_000, overruns: 0 });
});

test('mutexes, condition variables, barriers and read-write locks beside semaphores', async () => {
  const { ticks, snapshot, task } = await show(
    `static struct { sem_t sem; pthread_mutex_t mutex; } g_part = { SEM_INITIALIZER(3), PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP };
     static pthread_mutex_t g_other = PTHREAD_MUTEX_INITIALIZER;
     static pthread_cond_t g_cond = PTHREAD_COND_INITIALIZER;
     static pthread_barrier_t g_barrier;
     static pthread_rwlock_t g_rwlock = PTHREAD_RWLOCK_INITIALIZER;
     static FAR void *locks(FAR void *arg) { pthread_mutex_lock(&g_part.mutex); return NULL; }
     static FAR void *waits(FAR void *arg)
     {
       pthread_mutex_lock(&g_other);
       pthread_cond_wait(&g_cond, &g_other);
       return NULL;
     }
     static FAR void *arrives(FAR void *arg) { pthread_barrier_wait(&g_barrier); return NULL; }
     static FAR void *joins(FAR void *arg) { pthread_join((pthread_t)(intptr_t)arg, NULL); return NULL; }
     static pthread_t start(pthread_startroutine_t routine, FAR const char *name, intptr_t arg)
     {
       pthread_t thread;
       pthread_create(&thread, NULL, routine, (FAR void *)arg);
       pthread_setname_np(thread, name);
       return thread;
     }`,
    `sem_open("/gate", O_CREAT, 0666, 2);
     sem_post(&g_part.sem);
     pthread_mutex_lock(&g_part.mutex);
     pthread_mutex_lock(&g_part.mutex);
     pthread_rwlock_rdlock(&g_rwlock);
     pthread_barrier_init(&g_barrier, NULL, 3);
     pthread_t first = start(locks, "locks", 0);
     start(waits, "waits", 0);
     start(arrives, "arrives", 0);
     start(joins, "joins", first);
     for (; ; ) usleep(1000000);`,
  );
  ticks(3);
  const pid = (name: string) => task(name).pid;
  const sync = (label: string) => snapshot().sync.filter((object) => object.label === label);
  expect(sync('g_part.sem')).toMatchObject([{ kind: 'semaphore', count: 4 }]);
  expect(sync('/gate')).toMatchObject([{ kind: 'semaphore', count: 2 }]);
  expect(sync('g_part.mutex')).toMatchObject([
    { kind: 'mutex', type: 'recursive', locks: 2, holders: [{ pid: pid('main') }], waiters: [pid('locks')] },
  ]);
  expect(sync('g_other')).toMatchObject([{ kind: 'mutex', type: 'normal', locks: 0, holders: [], robust: true }]);
  expect(sync('g_cond')).toMatchObject([{ kind: 'condition', clock: 'CLOCK_REALTIME', waiters: [pid('waits')] }]);
  expect(sync('g_barrier')).toMatchObject([{ kind: 'barrier', needed: 3, arrived: 1, waiters: [pid('arrives')] }]);
  expect(sync('g_rwlock')).toMatchObject([{ kind: 'rwlock', readers: 1, writing: false }]);
  expect(snapshot().sync).toHaveLength(7);
  const waits = (name: string) => `${task(name).waitsFor?.kind} ${task(name).waitsFor?.label}`;
  expect(waits('locks')).toBe('mutex g_part.mutex');
  expect(waits('waits')).toBe('condition g_cond');
  expect(waits('arrives')).toBe('barrier g_barrier');
  expect(waits('joins')).toBe(`join end of ${pid('locks')} locks`);
  expect(task('joins')).toMatchObject({ kind: 'pthread', group: pid('main'), parent: pid('main') });
});

describe('children', () => {
  const CHILD = 'static int child(int argc, FAR char *argv[]) { return 3; }';
  const config = { CONFIG_SCHED_HAVE_PARENT: true, CONFIG_SCHED_CHILD_STATUS: true, CONFIG_SCHED_WAITPID: true };

  test('what has ended is known until somebody asks', async () => {
    const { ticks, snapshot, task } = await show(
      CHILD,
      `int pid = task_create("child", 110, 2048, child, NULL);
       usleep(30000);
       waitpid(pid, NULL, 0);
       task_create("child", 90, 2048, child, NULL);
       wait(NULL);`,
      { config },
    );
    ticks(2);
    const main = task('main').pid;
    expect(snapshot().retained).toEqual([{ pid: main + 1, name: 'child', parent: main, status: 'Exited with 3' }]);
    expect(snapshot().warnings).toEqual([]);
    ticks(5);
    expect(snapshot().retained).toEqual([]);
  });

  test('threads too, until they are joined; also of one that no stop has shown', async () => {
    const { ticks, snapshot, task } = await show(
      `static void *quick(void *arg) { return arg; }
       static void *slow(void *arg) { for (; ; ) usleep(10000); }`,
      `pthread_t threads[3];
       pthread_create(&threads[0], NULL, quick, (void *)42);
       pthread_create(&threads[1], NULL, quick, threads);
       pthread_create(&threads[2], NULL, slow, NULL);
       pthread_setname_np(threads[0], "quick");
       pthread_setname_np(threads[2], "slow");
       usleep(30000);
       pthread_cancel(threads[2]);
       usleep(30000);`,
      { config },
    );
    ticks(6);
    const main = task('main').pid;
    expect(snapshot().retained).toEqual([
      { pid: main + 1, name: 'quick', parent: main, status: 'Returned 42' },
      { pid: main + 2, name: 'main', parent: main, status: expect.stringMatching(/^Returned 0x2\w{7}$/) as string },
      { pid: main + 3, name: 'slow', parent: main, status: 'Cancelled' },
    ]);
  });

  test('a leak of statuses is a warning', async () => {
    const { ticks, snapshot, task } = await show(
      CHILD,
      `for (int i = 0; i < 4; i++) task_create("child", 110, 2048, child, NULL);
       sleep(1);`,
      { config: { ...config, CONFIG_PREALLOC_CHILDSTATUS: 3 } },
    );
    ticks(2);
    expect(snapshot().warnings).toMatchObject([
      { id: 'childStatus', pid: task('main').pid, option: 'CONFIG_SCHED_CHILD_STATUS' },
    ]);
    expect(snapshot().warnings[0]!.message).toContain('3 of 3 places taken, 1 lost');
  });
});

test("NuttX's own faults are named when they are met", async () => {
  const { ticks, snapshot, task } = await show(
    `${RECEIVER}
     static int sleeper(int argc, FAR char *argv[])
     {
       signal(SIGUSR1, (sighandler_t)on_usr1);
       for (; ; ) usleep(1000000);
     }`,
    `int pid = task_create("sleeper", 110, 2048, sleeper, NULL);
     kill(pid, SIGUSR1);
     usleep(100000);
     kill(pid, SIGUSR1);
     sleep(1);`,
  );
  ticks(20);
  expect(snapshot().warnings).toMatchObject([
    { id: 'nanosleep', pid: task('sleeper').pid, count: 2, option: 'CONFIG_TICKSCOPE_POSIX_NANOSLEEP' },
  ]);
});

describe('SIGEV_THREAD', () => {
  const SETUP = 'static void on_timer(union sigval value) {}';
  const BODY = `struct sigevent event = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_timer };
     struct itimerspec spec = { .it_value.tv_nsec = 50000000 };
     timer_t timer;
     timer_create(CLOCK_MONOTONIC, &event, &timer);
     timer_settime(timer, 0, &spec, NULL);
     sleep(1);`;

  test('without CONFIG_SIG_EVTHREAD it is named when its time comes', async () => {
    const { ticks, snapshot } = await show(SETUP, BODY);
    ticks(2);
    const { action } = snapshot().timers.find(({ kind }) => kind === 'timer')!;
    expect(action).toBe('nothing (CONFIG_SIG_EVTHREAD is not set)');
    expect(snapshot().warnings).toEqual([]);
    ticks(8);
    expect(snapshot().warnings).toMatchObject([{ id: 'evthread', count: 1, option: 'CONFIG_SIG_EVTHREAD' }]);
  });

  test.each([
    [{}, 'nothing (there is no work queue)', ['CONFIG_SCHED_LPWORK']],
    [{ CONFIG_SCHED_HPWORK: true }, 'calls on_timer on hpwork', []],
    [{ CONFIG_SCHED_HPWORK: true, CONFIG_SCHED_LPWORK: true }, 'calls on_timer on lpwork', []],
  ])('with it and %j: %s', async (config, action, options) => {
    const { ticks, snapshot } = await show(SETUP, BODY, { config: { CONFIG_SIG_EVTHREAD: true, ...config } });
    ticks(2);
    expect(snapshot().timers.find(({ kind }) => kind === 'timer')!.action).toBe(action);
    expect(snapshot().warnings.map(({ option }) => option)).toEqual(options);
  });
});

test('a task that is about to go is said to be: cancelled but not gone, or in its exit functions', async () => {
  const { ticks, task } = await show(
    `static void *stubborn(void *arg)
     {
       pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
       for (; ; ) usleep(10000);
     }
     static void slow(void) { usleep(100000); }
     static int leaver(int argc, FAR char *argv[]) { atexit(slow); return 0; }`,
    `pthread_t thread;
     pthread_create(&thread, NULL, stubborn, NULL);
     pthread_setname_np(thread, "stubborn");
     task_create("leaver", 90, 2048, leaver, NULL);
     usleep(10000);
     pthread_cancel(thread);
     sleep(1);`,
    { config: { CONFIG_SCHED_ATEXIT: true } },
  );
  ticks(4);
  expect(task('leaver').entry).toBe('leaver');
  expect(task('stubborn')).toMatchObject({ cancelPending: true, exiting: false });
  expect(task('leaver')).toMatchObject({ cancelPending: false, exiting: true });
  expect(task('main')).toMatchObject({ cancelPending: false, exiting: false });
});

describe('deadlocks', () => {
  const LOCKS = `
static pthread_mutex_t g_a = PTHREAD_MUTEX_INITIALIZER, g_b = PTHREAD_MUTEX_INITIALIZER;
static void lock_both(pthread_mutex_t *first, pthread_mutex_t *second)
{
  pthread_mutex_lock(first);
  usleep(20000);
  pthread_mutex_lock(second);
}
static void *one(void *arg) { lock_both(&g_a, &g_b); return NULL; }
static void *two(void *arg) { lock_both(&g_b, &g_a); return NULL; }
static void start(pthread_t *thread, pthread_startroutine_t entry, const char *name)
{
  pthread_create(thread, NULL, entry, NULL);
  pthread_setname_np(*thread, name);
}`;

  test('tasks that wait for mutexes of each other are named; who waits for them is not', async () => {
    const { ticks, snapshot, task } = await show(
      LOCKS,
      `pthread_t threads[2];
       start(&threads[0], one, "one");
       start(&threads[1], two, "two");
       pthread_join(threads[0], NULL);`,
    );
    ticks(2);
    expect(snapshot().warnings).toEqual([]);
    ticks(4);
    const [first, second] = [`${task('one').pid} one`, `${task('two').pid} two`];
    expect(snapshot().warnings).toMatchObject([{ pid: task('one').pid, option: null }]);
    expect(snapshot().warnings[0]!.message).toContain(
      `Deadlock: ${first} waits for g_b, which ${second} holds; ${second} waits for g_a, which ${first} holds.`,
    );
  });

  test('one that waits for the end of a thread which waits for its mutex', async () => {
    const { ticks, snapshot } = await show(
      LOCKS,
      `pthread_t thread;
       pthread_mutex_lock(&g_b);
       start(&thread, one, "one");
       pthread_join(thread, NULL);`,
    );
    ticks(6);
    expect(snapshot().warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^Deadlock: \d main waits for the end of \d one; \d one waits for g_b, which \d main holds\./,
      ),
    ]);
  });
});

test('what is left of a slice, or of a sporadic budget', async () => {
  const { ticks, task } = await show(
    'static int burn(int argc, FAR char *argv[]) { for (volatile int i = 0; ; i++) continue; }',
    `struct sched_param param = {
       .sched_priority = 90, .sched_ss_low_priority = 20, .sched_ss_max_repl = 3,
       .sched_ss_repl_period.tv_nsec = 500000000, .sched_ss_init_budget.tv_nsec = 50000000,
     };
     int pid = task_create("sporadic", 90, 2048, burn, NULL);
     sched_setscheduler(pid, SCHED_SPORADIC, &param);
     sleep(1);`,
    { config: { CONFIG_SCHED_SPORADIC: true } },
  );
  ticks(1);
  const before = task('sporadic').timesliceLeftMs!;
  ticks(2);
  expect(task('sporadic')).toMatchObject({ policy: 'SPORADIC', priority: 90, timesliceLeftMs: before - 20 });
  ticks(10);
  expect(task('sporadic')).toMatchObject({ priority: 20, timesliceLeftMs: 0 });
  expect(task('main')).toMatchObject({ policy: 'RR', timesliceLeftMs: 200 });
  expect(task('Idle_Task').timesliceLeftMs).toBeNull();
});

test('who made a task with vfork waits for it to leave the stack', async () => {
  const { ticks, task } = await show(
    '',
    `pid_t pid = vfork();
     if (pid == 0)
       {
         usleep(50000);
         _exit(0);
       }
     sleep(1);`,
  );
  ticks(2);
  const main = task('main').pid;
  expect(task('main')).toMatchObject({
    state: 'Inactive',
    waitsFor: { kind: 'child', id: main + 1, label: `exec or end of ${main + 1} main` },
  });
});

test('who is ready while another locks the scheduler waits for that one to unlock it', async () => {
  const { ticks, task } = await show(
    'static int high(int argc, FAR char *argv[]) { for (; ; ) usleep(10000); }',
    `task_create("high", 200, 2048, high, NULL);
     sched_lock();
     sched_lock();
     for (volatile int i = 0; ; i++) continue;`,
  );
  ticks(4);
  const main = task('main');
  expect(main).toMatchObject({ lockCount: 2, waitsFor: null });
  expect(task('high')).toMatchObject({
    state: 'Waiting,Unlock',
    waitsFor: { kind: 'unlock', id: main.pid, label: `sched_unlock by ${main.pid} main` },
  });
});
