import { describe, expect, test } from 'vitest';
import type { ConfigValue } from '../../contract/project';
import { compile } from '../firmware';

const config: Record<string, ConfigValue> = {
  CONFIG_SIG_DEFAULT: true,
  CONFIG_SCHED_WAITPID: true,
  CONFIG_SCHED_HAVE_PARENT: true,
  CONFIG_SCHED_CHILD_STATUS: true,
  CONFIG_CANCELLATION_POINTS: true,
  CONFIG_LIBC_MAX_EXITFUNS: 4,
};

const prelude = `
#include <nuttx/config.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>

static volatile unsigned int g_work;

static int waiter(int argc, FAR char *argv[])
{
  sem_t sem;
  sem_init(&sem, 0, 0);
  int result = sem_wait(&sem);
  printf("%d %d\\n", result, errno == EINTR);
  return 0;
}

static int worker(int argc, FAR char *argv[])
{
  for (;;)
    {
      g_work++;
    }
}
`;

async function output(source: string, more: Record<string, ConfigValue> = {}): Promise<string[]> {
  const machine = (await compile(prelude + source, { config: { ...config, ...more } })).run();
  expect(machine.dump?.text).toBeUndefined();
  return machine.lines;
}

describe('termination', () => {
  const kill = (signal: string) => `
int main(int argc, FAR char *argv[])
{
  int status = 0x5555;
  pid_t pid = task_create("waiter", 110, 2048, waiter, NULL);
  printf("%d\\n", kill(pid, ${signal}));
  printf("%d %d\\n", kill(pid, 0), errno == ESRCH);
  waitpid(pid, &status, WNOHANG);
  printf("0x%04x\\n", status);
  return 0;
}
`;
  const goesOn = ['-1 1', '0', '-1 1', '0x0000'];
  const ends = ['0', '-1 1', '0x0100'];

  test.each(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGKILL'])('%s, CONFIG_SIG_SIGKILL_ACTION', async (signal) => {
    expect(await output(kill(signal))).toEqual(ends);
    expect(await output(kill(signal), { CONFIG_SIG_SIGKILL_ACTION: false })).toEqual(goesOn);
    expect(await output(kill(signal), { CONFIG_SIG_DEFAULT: false })).toEqual(goesOn);
  });

  test.each(['USR1', 'USR2', 'ALRM', 'POLL'])('SIG%s, which has an option of its own', async (name) => {
    expect(await output(kill(`SIG${name}`))).toEqual(goesOn);
    expect(await output(kill(`SIG${name}`), { [`CONFIG_SIG_SIG${name}_ACTION`]: true })).toEqual(ends);
  });

  test('a signal that is ignored by default only ends waits', async () => {
    expect(await output(kill('SIGCHLD'))).toEqual(goesOn);
  });

  test('it comes when the task next runs, takes all its threads and calls no exit functions', async () => {
    const lines = await output(`
static void never(void)
{
  printf("exit function\\n");
}

static FAR void *thread(FAR void *arg)
{
  for (;;)
    {
      usleep(10000);
    }
}

static int parent(int argc, FAR char *argv[])
{
  pthread_t other;
  atexit(never);
  pthread_create(&other, NULL, thread, NULL);
  for (;;)
    {
      usleep(10000);
    }
}

int main(int argc, FAR char *argv[])
{
  pid_t pid = task_create("parent", 90, 4096, parent, NULL);
  usleep(50000);
  kill(pid, SIGTERM);
  printf("%d\\n", kill(pid, 0));
  usleep(100000);
  printf("%d\\n", kill(pid, 0));
  return 0;
}
`);
    expect(lines).toEqual(['0', '-1']);
  });
});

test('SIGKILL and SIGSTOP cannot be caught, ignored or blocked; others can, and get their default back', async () => {
  const lines = await output(`
static void handler(int signo)
{
  printf("handler %d\\n", signo);
}

int main(int argc, FAR char *argv[])
{
  printf("%d %d\\n", signal(SIGKILL, handler) == SIG_ERR, errno);
  printf("%d %d\\n", sigignore(SIGSTOP), errno);
  struct sigaction act = { .sa_handler = handler };
  printf("%d %d\\n", sigaction(SIGKILL, &act, NULL), errno);
  printf("%d\\n", signal(SIGTERM, handler) == SIG_DFL);
  raise(SIGTERM);
  printf("%d\\n", signal(SIGTERM, SIG_IGN) == handler);
  raise(SIGTERM);
  printf("%d\\n", signal(SIGTERM, SIG_DFL) == SIG_IGN);
  raise(SIGTERM);
  printf("not reached\\n");
  return 0;
}
`);
  expect(lines).toEqual(['1 22', '-1 22', '-1 22', '1', 'handler 15', '1', '1']);
});

test('SIGSTOP stops all threads, waits end with EINTR; SIGCONT lets them go on; the parent is told', async () => {
  const lines = await output(`
static void changed(int signo, FAR siginfo_t *info, FAR void *context)
{
  printf("SIGCHLD %d %d\\n", info->si_code, info->si_status);
}

static FAR void *thread(FAR void *arg)
{
  waiter(0, NULL);
  return NULL;
}

static int child(int argc, FAR char *argv[])
{
  pthread_t other;
  pthread_create(&other, NULL, thread, NULL);
  return worker(argc, argv);
}

int main(int argc, FAR char *argv[])
{
  int status = 0x5555;
  unsigned int work;
  struct sigaction act = { .sa_sigaction = changed, .sa_flags = SA_SIGINFO };
  sigaction(SIGCHLD, &act, NULL);
  pid_t pid = task_create("child", 90, 4096, child, NULL);
  usleep(50000);
  kill(pid, SIGTSTP);
  work = g_work;
  printf("not yet\\n");
  usleep(30000);
  work = g_work;
  usleep(50000);
  printf("stopped: %d\\n", g_work == work);
  printf("%d\\n", waitpid(pid, &status, WNOHANG));
  printf("%d", waitpid(pid, &status, WNOHANG | WUNTRACED) == pid);
  printf(" %d %d\\n", WIFSTOPPED(status), WSTOPSIG(status));
  printf("%d\\n", waitpid(pid, &status, WNOHANG | WUNTRACED));
  kill(pid, SIGTERM);
  usleep(30000);
  printf("stopped still: %d\\n", kill(pid, 0) == 0);
  kill(pid, SIGCONT);
  printf("%d", waitpid(pid, &status, WNOHANG | WCONTINUED) == pid);
  printf(" %d\\n", WIFCONTINUED(status));
  usleep(50000);
  printf("%d\\n", kill(pid, 0));
  return 0;
}
`);
  expect(lines).toEqual([
    'not yet',
    'SIGCHLD 9 20',
    'stopped: 1',
    '0',
    '1 1 20',
    '0',
    'stopped still: 1',
    'SIGCHLD 10 18',
    '1 1',
    'SIGCHLD 5 1',
    '-1',
  ]);
});

test('waitpid waits until a child is stopped or goes on, also with SA_NOCLDSTOP', async () => {
  const lines = await output(`
static void ended(int signo)
{
}

static int stopper(int argc, FAR char *argv[])
{
  int victim = atoi(argv[1]);
  usleep(20000);
  kill(victim, SIGSTOP);
  usleep(20000);
  kill(victim, SIGCONT);
  return 0;
}

int main(int argc, FAR char *argv[])
{
  int status;
  char pid[16];
  FAR char *args[] = { pid, NULL };
  struct sigaction act = { .sa_handler = SIG_DFL };
  for (int i = 0; i < 2; i++)
    {
      pid_t victim = task_create("worker", 90, 2048, worker, NULL);
      snprintf(pid, sizeof(pid), "%d", victim);
      task_create("stopper", 100, 2048, stopper, args);
      printf("%d", waitpid(victim, &status, WUNTRACED) == victim);
      printf(" 0x%04x\\n", status);
      printf("%d", waitpid(victim, &status, WCONTINUED) == victim);
      printf(" 0x%04x\\n", status);
      kill(victim, SIGKILL);
      waitpid(victim, &status, 0);
      usleep(20000);
      act.sa_handler = ended;
      act.sa_flags = SA_NOCLDSTOP;
      sigaction(SIGCHLD, &act, NULL);
    }

  return 0;
}
`);
  expect(lines).toEqual(['1 0x137f', '1 0xffff', '1 0x137f', '1 0xffff']);
});

test('a stopped wait gives EINTR', async () => {
  const lines = await output(`
int main(int argc, FAR char *argv[])
{
  pid_t pid = task_create("waiter", 110, 2048, waiter, NULL);
  kill(pid, SIGSTOP);
  printf("stopped\\n");
  kill(pid, SIGCONT);
  printf("continued\\n");
  return 0;
}
`);
  expect(lines).toEqual(['stopped', '-1 1', 'continued']);
});

test('without CONFIG_SIG_SIGSTOP_ACTION nothing is stopped', async () => {
  const lines = await output(
    `
int main(int argc, FAR char *argv[])
{
  pid_t pid = task_create("waiter", 110, 2048, waiter, NULL);
  kill(pid, SIGSTOP);
  return 0;
}
`,
    { CONFIG_SIG_SIGSTOP_ACTION: false },
  );
  expect(lines).toEqual(['-1 1']);
});
