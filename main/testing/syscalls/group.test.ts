/** Task groups: waiting for children, exit functions, the end of a task with its threads (manual 2.1.9, 2.3). */
import { describe, expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

const parents = { CONFIG_SCHED_WAITPID: true, CONFIG_SCHED_HAVE_PARENT: true };
const statuses = { ...parents, CONFIG_SCHED_CHILD_STATUS: true };

const setup = `#include <signal.h>
#include <sys/wait.h>
static sem_t g_gate = SEM_INITIALIZER(0);
static int g_status;
static pid_t g_pid;
static siginfo_t g_info;
static int g_caught;

static int quits(int argc, FAR char *argv[])
{
  return atoi(argv[1]);
}

static int blocks(int argc, FAR char *argv[])
{
  while (sem_wait(&g_gate) < 0)
    {
    }

  return 5;
}

static void caught(int signo)
{
  g_caught++;
}

/* Interrupts the parent. */

static int interrupts(int argc, FAR char *argv[])
{
  usleep(20000);
  kill(getppid(), SIGUSR1);
  return 0;
}

static int stops(int argc, FAR char *argv[])
{
  usleep(20000);
  kill(g_pid, SIGSTOP);
  usleep(20000);
  kill(g_pid, SIGCONT);
  return 0;
}

static pid_t make(FAR const char *status, int priority)
{
  FAR char *argv[] = { (FAR char *)status, NULL };
  return task_create("quits", priority, 2048, quits, argv);
}

static int on(int signo, int flags)
{
  struct sigaction sa = { .sa_handler = caught, .sa_flags = flags };
  return sigaction(signo, &sa, NULL);
}
`;

test('waitpid, waitid and wait with retained statuses', () =>
  expectCalls(setup, [
    ['waitpid(12345, &g_status, 0)', 'ECHILD'],
    ['waitpid(getpid(), &g_status, 0)', 'ECHILD'],
    ['waitpid(-12345, &g_status, 0)', 'ECHILD'],
    ['waitpid(-1, &g_status, 1 << 20)', 'EINVAL'],
    ['waitid(P_ALL, 0, &g_info, 0)', 'EINVAL'],
    ['waitid(P_ALL, 0, &g_info, WEXITED | 1 << 20)', 'EINVAL'],
    ['waitid(7, 0, &g_info, WEXITED)', 'EINVAL'],
    ['waitid(P_ALL, 0, NULL, WEXITED)', 'EINVAL'],
    ['waitid(P_PID, 12345, &g_info, WEXITED)', 'ECHILD'],
    ['wait(&g_status)', 'ECHILD'],
    // One that is dead is told of once.
    ['(g_pid = make("7", 150)) > 0', 1],
    ['waitpid(g_pid, &g_status, 0) == g_pid', 1],
    ['WIFEXITED(g_status) && !WIFSIGNALED(g_status) && !WIFSTOPPED(g_status) && !WIFCONTINUED(g_status)', 1],
    ['WEXITSTATUS(g_status)', 7],
    ['waitpid(g_pid, &g_status, 0)', 'ECHILD'],
    // One that lives is waited for.
    ['(g_pid = make("300", 50)) > 0', 1],
    ['waitpid(g_pid, NULL, WNOHANG)', 0],
    ['waitpid(g_pid, &g_status, 0) == g_pid', 1],
    ['WEXITSTATUS(g_status)', 300 & 0xff],
    ['(g_pid = make("1", 50), make("2", 60)) > 0', 1],
    ['wait(&g_status) == g_pid + 1', 1],
    ['wait(&g_status) == g_pid', 1],
    // Looked at without being taken.
    ['(g_pid = make("9", 150)) > 0', 1],
    ['waitid(P_PID, g_pid, &g_info, WEXITED | WNOWAIT)', 0],
    ['g_info.si_signo * 1000 + g_info.si_code * 100 + g_info.si_status', 17509],
    ['waitid(P_ALL, 0, &g_info, WEXITED | WNOHANG)', 0],
    ['g_info.si_pid == g_pid', 1],
    ['waitid(P_PID, g_pid, &g_info, WEXITED)', 'ECHILD'],
    // Every task is a process group of its own.
    ['(g_pid = make("3", 150)) > 0', 1],
    ['waitid(P_PGID, g_pid, &g_info, WEXITED)', 0],
    ['waitpid(-make("3", 150), &g_status, 0) == g_pid + 1', 1],
    // Signals interrupt the wait; SIGCHLD with a handler does not.
    ['on(SIGUSR1, 0)', 0],
    ['on(SIGCHLD, 0)', 0],
    ['(g_pid = task_create("blocks", 90, 2048, blocks, NULL)) > 0', 1],
    ['task_create("interrupts", 110, 2048, interrupts, NULL) > 0', 1],
    ['waitpid(g_pid, &g_status, 0)', 'EINTR'],
    // With the SIGCHLD of the one that sent it.
    ['g_caught', 2],
    ['task_create("interrupts", 110, 2048, interrupts, NULL) > 0', 1],
    ['waitid(P_PID, g_pid, &g_info, WEXITED)', 'EINTR'],
    ['waitpid(-1, NULL, WNOHANG) > 0 && waitpid(-1, NULL, WNOHANG) > 0', 1],
    ['sem_post(&g_gate)', 0],
    ['waitpid(g_pid, &g_status, 0) == g_pid', 1],
    ['WEXITSTATUS(g_status)', 5],
    // No statuses are kept from now on.
    ['on(SIGCHLD, SA_NOCLDWAIT)', 0],
    ['(g_pid = make("7", 150)) > 0', 1],
    ['waitpid(g_pid, &g_status, 0)', 'ECHILD'],
  ], { config: statuses })); // prettier-ignore

test('waitpid with WUNTRACED and WCONTINUED, waitid with WSTOPPED', () =>
  expectCalls(setup, [
    ['(g_pid = task_create("blocks", 90, 2048, blocks, NULL)) > 0', 1],
    ['task_create("stops", 110, 2048, stops, NULL) > 0', 1],
    ['waitpid(g_pid, &g_status, WUNTRACED) == g_pid', 1],
    ['WIFSTOPPED(g_status) && !WIFEXITED(g_status) && WSTOPSIG(g_status) == SIGSTOP', 1],
    ['waitpid(g_pid, &g_status, WUNTRACED | WNOHANG)', 0],
    ['waitpid(g_pid, &g_status, WCONTINUED) == g_pid', 1],
    ['WIFCONTINUED(g_status)', 1],
    ['usleep(50000)', 0],
    ['task_create("stops", 110, 2048, stops, NULL) > 0', 1],
    ['waitid(P_PID, g_pid, &g_info, WSTOPPED)', 0],
    ['g_info.si_code * 100 + g_info.si_status', 919],
    ['waitid(P_PID, g_pid, &g_info, WCONTINUED)', 0],
    ['g_info.si_code', 10],
    ['sem_post(&g_gate)', 0],
    ['waitpid(g_pid, &g_status, 0) == g_pid', 1],
  ], { config: { ...statuses, CONFIG_SIG_DEFAULT: true } })); // prettier-ignore

test('a parent without retained statuses has to wait before the child ends', () =>
  expectCalls(setup, [
    ['waitpid(-1, NULL, WNOHANG)', 'ECHILD'],
    ['(g_pid = make("7", 150)) > 0', 1],
    ['waitpid(g_pid, &g_status, 0)', 'ECHILD'],
    ['(g_pid = make("8", 50)) > 0', 1],
    ['waitid(P_PID, g_pid, &g_info, WEXITED)', 0],
    ['g_info.si_status', 8],
    // As on NuttX, who had a child once always has.
    ['waitpid(-1, NULL, WNOHANG)', 0],
    ['(sched_lock(), g_pid = make("9", 150), waitpid(g_pid, &g_status, 0) == g_pid)', 1],
    ['sched_unlock()', 0],
    ['WEXITSTATUS(g_status)', 9],
  ], { config: parents })); // prettier-ignore

test('without parents any task can be waited for', () =>
  expectCalls(setup, [
    ['wait(&g_status)', 'ENOSYS'],
    ['waitid(P_ALL, 0, &g_info, WEXITED)', 'ENOSYS'],
    ['waitpid(12345, &g_status, 0)', 'ECHILD'],
    ['getppid()', 0],
    ['(g_pid = make("8", 50)) > 0', 1],
    ['waitpid(g_pid, &g_status, WNOHANG)', 0],
    ['waitpid(g_pid, &g_status, 0) == g_pid', 1],
    ['WEXITSTATUS(g_status)', 8],
    ['waitpid(g_pid, &g_status, 0)', 'ECHILD'],
  ], { config: { CONFIG_SCHED_WAITPID: true } })); // prettier-ignore

test('waitpid has to be configured', () =>
  expectCalls(
    setup,
    [
      ['waitpid(-1, NULL, 0)', 'ENOSYS'],
      ['wait(NULL)', 'ENOSYS'],
    ],
    { config: { CONFIG_SCHED_WAITPID: false } },
  ));

test('a full pool of statuses loses those of new children', async () => {
  const firmware = await compile(
    `#include <sched.h>
#include <stdio.h>
#include <errno.h>
#include <sys/wait.h>
static int child(int argc, FAR char *argv[]) { return 1; }
int main(int argc, FAR char *argv[])
{
  pid_t pid = 0;
  for (int i = 0; i < 4; i++) pid = task_create("child", 150, 2048, child, NULL);
  printf("%d %d\\n", waitpid(pid, NULL, 0), errno == ECHILD);
  return 0;
}
`,
    { config: { ...statuses, CONFIG_PREALLOC_CHILDSTATUS: 3 } },
  );
  const machine = firmware.boot();
  machine.run({ ticks: 0, entries: Infinity });
  machine.finish();
  expect(machine.lines).toEqual(['-1 1']);
  // Those that were kept are free again with the parent.
  expect(machine.machine.kernel.state.childStatuses).toEqual({ kept: 0, lost: 1 });
});

describe('exit functions', async () => {
  const source = `#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void a(void) { printf("a\\n"); }
static void b(void) { usleep(1000); printf("b\\n"); atexit(a); }
static void on(int status, void *arg) { printf("on_exit %d %s\\n", status, (char *)arg); }
static void quick(void) { printf("quick\\n"); }

static void *thread(void *arg)
{
  exit(12);
}

int main(int argc, FAR char *argv[])
{
  int results[] = { atexit(a), at_quick_exit(quick), on_exit(on, "x"), atexit(b), atexit(a), atexit(NULL) };
  for (int i = 0; i < 6; i++) printf("%d ", results[i]);
  printf("\\n");
  if (strcmp(argv[1], "exit") == 0) exit(3);
  if (strcmp(argv[1], "_exit") == 0) _exit(4);
  if (strcmp(argv[1], "_Exit") == 0) _Exit(5);
  if (strcmp(argv[1], "quick_exit") == 0) quick_exit(6);
  if (strcmp(argv[1], "delete") == 0) task_delete(0);
  if (strcmp(argv[1], "thread") == 0)
    {
      pthread_t t;
      pthread_create(&t, NULL, thread, NULL);
      pthread_join(t, NULL);
    }

  return 7;
}
`;
  const firmware = await compile(source, { config: { CONFIG_LIBC_MAX_EXITFUNS: 5, CONFIG_CANCELLATION_POINTS: true } });
  const all = ['a', 'b', 'a', 'on_exit 3 x', 'a'];

  test.each([
    // A function that a function registers comes next.
    ['exit', 3, all],
    ['return', 7, all.map((line) => line.replace('3', '7'))],
    ['_exit', 4, []],
    ['_Exit', 5, []],
    ['quick_exit', 6, ['quick']],
    ['delete', 0, []],
    // NuttX: the main thread was cancelled, and its status counts.
    ['thread', 0, all.map((line) => line.replace('3', '12'))],
  ])('atexit and on_exit after %s', (how, status, lines) => {
    const machine = firmware.run(how);
    expect(machine.dump).toBeNull();
    expect(machine.lines).toEqual(['0 0 0 0 0 -1 ', ...lines]);
    expect(machine.status).toBe(status);
    expect(machine.machine.kernel.state.quirks.get('exitStatus')?.count).toBe(how === 'thread' ? 1 : undefined);
  });

  test('as POSIX has it, a pthread’s exit status is the task’s', async () => {
    const config = {
      CONFIG_LIBC_MAX_EXITFUNS: 5,
      CONFIG_CANCELLATION_POINTS: true,
      CONFIG_TICKSCOPE_POSIX_EXIT_STATUS: true,
    };
    const machine = (await compile(source, { config })).run('thread');
    expect(machine.status).toBe(12);
    expect(machine.events('quirk')).toEqual([]);
  });

  test('atexit has to be configured, and there is an end to it', async () => {
    await expectCalls(
      'static void f(void) { usleep(1); }\n',
      [
        ['atexit(f)', 'ENOSYS'],
        ['on_exit((FAR void *)f, NULL)', 'ENOSYS'],
      ],
      { config: { CONFIG_LIBC_MAX_EXITFUNS: 0 } },
    );
    await expectCalls('static void f(void) { usleep(1); }\n', [
      ['atexit(f)', 0],
      ['atexit(f)', 'ENOMEM'],
      ['on_exit((FAR void *)f, NULL)', 'ENOMEM'],
      ['on_exit(NULL, NULL)', 'EINVAL'],
    ], { config: { CONFIG_LIBC_MAX_EXITFUNS: 1 } }); // prettier-ignore
  });
});

describe('a group on its way out', async () => {
  const source = `#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/wait.h>

static sem_t g_sem = SEM_INITIALIZER(0);

static void clean(void *arg) { printf("cleaned up\\n"); }

static void *waits(void *arg)
{
  pthread_cleanup_push(clean, NULL);
  sem_wait(&g_sem);
  printf("not reached\\n");
  pthread_cleanup_pop(0);
  return NULL;
}

static void *spins(void *arg)
{
  int old;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
  for (; ; )
    {
    }
}

static int task(int argc, FAR char *argv[])
{
  pthread_t t;
  pthread_create(&t, NULL, waits, NULL);
  pthread_create(&t, NULL, spins, NULL);
  sched_yield();
  exit(9);
}

int main(int argc, FAR char *argv[])
{
  int status;
  pid_t pid = task_create("task", 90, 4096, task, NULL);
  printf("%d ", waitpid(pid, &status, 0) == pid);
  printf("%d\\n", WEXITSTATUS(status));
  sem_getvalue(&g_sem, &status);
  printf("%d\\n", status);
  return 0;
}
`;

  test.each([false, true])('takes every thread with it; default actions of signals: %s', async (on) => {
    const config = { ...statuses, CONFIG_CANCELLATION_POINTS: true, CONFIG_TLS_NCLEANUP: 4, CONFIG_SIG_DEFAULT: on };
    const machine = (await compile(source, { config })).run();
    expect(machine.dump).toBeNull();
    expect(machine.lines.filter((line) => line !== 'cleaned up')).toEqual(['1 9', '0']);
    expect(machine.lines).toContain('cleaned up');
    expect(machine.machine.kernel.state.groups.size).toBe(1);
  });
});
