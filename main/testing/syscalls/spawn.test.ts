/** Programs under /bin: exec, posix_spawn, task_spawn; vfork (manual 2.1.11 to 2.1.31). */
import { describe, expect, test } from 'vitest';
import type { NativeProgram } from '../../../kernel/binfmt/native';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

const config = { CONFIG_SCHED_WAITPID: true, CONFIG_SCHED_HAVE_PARENT: true, CONFIG_SCHED_CHILD_STATUS: true };

/** A program that says what it was given, and exits with the number of its arguments. */
const echo: NativeProgram = {
  name: 'echo',
  priority: 110,
  stackSize: 4096,
  *entry(sys, argc, argv) {
    const text = `${(yield* sys.argv(argc, argv)).join('|')}\n`;
    const buffer = yield* sys.alloc(text.length + 1);
    yield* sys.store(
      buffer,
      Uint8Array.from(text, (c) => c.charCodeAt(0)),
    );
    yield* sys.write(1, buffer, text.length);
    return argc;
  },
};

const prelude = `#include <nuttx/config.h>
#include <nuttx/binfmt/binfmt.h>
#include <errno.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>
`;

/** Output and final status of a main function; with the programs native `echo` and the C program itself, `main`. */
async function run(source: string, ...args: string[]) {
  const firmware = await compile(prelude + source, { config });
  const machine = firmware.boot(args, { programs: [echo] });
  machine.finish();
  expect(machine.dump?.text).toBeUndefined();
  expect(machine.machine.kernel.state.groups.size).toBe(1);
  return { lines: machine.lines, status: machine.status };
}

test('exec starts a program beside the caller', async () => {
  const { lines } = await run(`int main(int argc, FAR char *argv[])
{
  FAR char *args[] = { "echo", "one", "two words", NULL };
  if (argc > 1) return 0;
  printf("%d\\n", exec("/bin/echo", args, NULL, 0));
  printf("%d\\n", exec("/bin/echo", NULL, NULL, 0));
  printf("%d %d\\n", exec("/bin/nothing", args, NULL, 0), errno);
  printf("%d %d\\n", exec(NULL, args, NULL, 0), errno);
  return 0;
}
`);
  expect(lines).toEqual(['echo|one|two words', '0', 'echo', '0', '-1 2', '-1 22']);
});

test.each([
  ['execv("/bin/echo", args)', 'echo|x'],
  ['execl("/bin/echo", "echo", "1", "2", NULL)', 'echo|1|2'],
  ['execve("/bin/echo", args, args)', 'echo|x'],
])('%s puts a program in place of the caller', async (call, line) => {
  const { lines } = await run(`static int child(int argc, FAR char *argv[])
{
  FAR char *args[] = { "echo", "x", NULL };
  printf("%d %d\\n", execv("/bin/nothing", args), errno);
  ${call};
  printf("not reached\\n");
  return 0;
}

int main(int argc, FAR char *argv[])
{
  int status;
  pid_t pid = task_create("child", 90, 4096, child, NULL);
  printf("%d ", waitpid(pid, &status, 0) == pid);
  printf("%d\\n", WEXITSTATUS(status));
  return 0;
}
`);
  expect(lines).toEqual(['-1 2', line, `1 ${line.split('|').length}`]);
});

describe('vfork', () => {
  test('runs the child on the parent’s stack until it exits', async () => {
    const { lines, status } = await run(
      `static int deep(int depth, FAR int *seen, volatile int *local)
{
  int area[16];
  memset(area, depth, sizeof(area));
  if (depth > 0) return deep(depth - 1, seen, local) + area[3] - area[3];
  pid_t pid = vfork();
  if (pid == 0)
    {
      int mine[64];
      memset(mine, 1, sizeof(mine));
      *seen = getpid();
      *local = 77;
      usleep(30000);
      printf("child %d\\n", getppid() != getpid());
      _exit(mine[5] == 0x01010101 ? 4 : 5);
    }

  return pid;
}

int main(int argc, FAR char *argv[])
{
  int seen = 0;
  int status;
  volatile int local = 1;
  pid_t pid = deep(20, &seen, &local);
  printf("parent %d %d\\n", pid == seen, local);
  printf("%d ", waitpid(pid, &status, 0) == pid);
  printf("%d\\n", WEXITSTATUS(status));
  return 9;
}
`,
    );
    expect(lines).toEqual(['child 1', 'parent 1 77', '1 4']);
    expect(status).toBe(9);
  });

  test('or until it is another program, which keeps its pid', async () => {
    const { lines } = await run(`int main(int argc, FAR char *argv[])
{
  int status;
  if (argc > 1) return 3;
  pid_t pid = vfork();
  if (pid == 0)
    {
      execl("/bin/main", "main", "again", NULL);
      _exit(1);
    }

  printf("parent goes on\\n");
  printf("%d ", waitpid(pid, &status, 0) == pid);
  printf("%d\\n", WEXITSTATUS(status));
  return 0;
}
`);
    expect(lines).toEqual(['parent goes on', '1 3']);
  });

  test('signals for the parent wait, and a parent that dies leaves its stack to the child', async () => {
    const { lines } = await run(`static void handler(int signo) { printf("handler\\n"); }

static int task(int argc, FAR char *argv[])
{
  signal(SIGUSR1, handler);
  pid_t parent = getpid();
  if (vfork() == 0)
    {
      char area[256];
      kill(parent, SIGUSR1);
      memset(area, 5, sizeof(area));
      usleep(20000);
      printf("child %d\\n", area[200]);
      if (argc > 1) usleep(50000);
      printf("child ends\\n");
      _exit(0);
    }

  printf("parent\\n");
  return 0;
}

int main(int argc, FAR char *argv[])
{
  FAR char *args[] = { "x", NULL };
  pid_t pid = task_create("task", 90, 4096, task, NULL);
  waitpid(pid, NULL, 0);
  pid = task_create("task", 90, 4096, task, args);
  usleep(60000);
  printf("%d\\n", task_delete(pid));
  usleep(100000);
  return 0;
}
`);
    expect(lines).toEqual(['child 5', 'child ends', 'handler', 'parent', 'child 5', '0', 'child ends']);
  });

  test('the same at every position, and from a native program', async () => {
    const native: NativeProgram = {
      name: 'forks',
      priority: 110,
      stackSize: 4096,
      *entry(sys) {
        const status = yield* sys.alloc(4);
        const pid = yield* sys.vfork();
        if (pid === 0) yield* sys._exit(6);
        yield* sys.waitpid(pid, status, 0);
        return ((yield* sys.load32(status)) >> 8) + 1;
      },
    };
    const firmware = await compile(
      `${prelude}int main(int argc, FAR char *argv[])
{
  int status;
  pid_t pid;
  FAR char *args[] = { "forks", NULL };
  posix_spawn(&pid, "/bin/forks", NULL, NULL, args, NULL);
  waitpid(pid, &status, 0);
  pid = vfork();
  if (pid == 0) _exit(2);
  printf("%d %d\\n", WEXITSTATUS(status), pid > 0);
  return 0;
}
`,
      { config },
    );
    expect(expectCheckpointsHold(firmware.boot([], { programs: [native] }))).toEqual(['7 1']);
  });
});

const setup = `#include <nuttx/binfmt/binfmt.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
static posix_spawnattr_t g_attr;
static posix_spawn_file_actions_t g_actions;
static struct sched_param g_param;
static sigset_t g_set;
static short g_flags;
static int g_policy;
static int g_status;
static size_t g_size;
static pid_t g_pid;
static FAR char *g_argv[] = { "task", "x", NULL };
static FAR char *g_envp[] = { "E=1", NULL };

static int task(int argc, FAR char *argv[])
{
  struct sched_param param;
  sigset_t set;
  sched_getparam(0, &param);
  sigprocmask(SIG_BLOCK, NULL, &set);
  return param.sched_priority + (sched_getscheduler(0) == SCHED_FIFO) + 2 * sigismember(&set, SIGUSR2)
    + (getenv("E") != NULL ? 4 : 0) + (write(1, "", 0) < 0 ? 8 : 0);
}

/* What task gives when it is spawned so. */

static int spawned(FAR const posix_spawnattr_t *attr, FAR char **envp)
{
  pid_t pid = task_spawn("task", task, &g_actions, attr, g_argv, envp);
  if (pid < 0) return pid;
  waitpid(pid, &g_status, 0);
  return WEXITSTATUS(g_status);
}
`;

test('spawn attributes and file actions', () =>
  expectCalls(setup, [
    ['posix_spawnattr_init(NULL)', 22],
    ['posix_spawnattr_init(&g_attr)', 0],
    ['posix_spawnattr_getflags(&g_attr, &g_flags) + g_flags', 0],
    ['posix_spawnattr_getschedparam(&g_attr, &g_param) + g_param.sched_priority', 0],
    ['posix_spawnattr_getschedpolicy(&g_attr, &g_policy) + g_policy', 2],
    ['posix_spawnattr_getsigmask(&g_attr, &g_set) + sigismember(&g_set, SIGUSR2)', 0],
    ['task_spawnattr_getstacksize(&g_attr, &g_size) + g_size', 0],
    ['posix_spawn_file_actions_init(&g_actions)', 0],
    ['spawned(NULL, NULL)', 100],
    ['spawned(&g_attr, NULL)', 100],
    ['spawned(NULL, g_envp)', 104],
    ['(g_param.sched_priority = 120, posix_spawnattr_setschedparam(&g_attr, &g_param))', 0],
    ['posix_spawnattr_setschedpolicy(&g_attr, SCHED_FIFO)', 0],
    ['(sigaddset(&g_set, SIGUSR2), posix_spawnattr_setsigmask(&g_attr, &g_set))', 0],
    ['task_spawnattr_setstacksize(&g_attr, 4096)', 0],
    ['task_spawnattr_getstacksize(&g_attr, &g_size) + g_size', 4096],
    ['spawned(&g_attr, NULL)', 120],
    ['posix_spawnattr_setflags(&g_attr, POSIX_SPAWN_SETSCHEDPARAM | POSIX_SPAWN_SETSCHEDULER | POSIX_SPAWN_SETSIGMASK)', 0],
    ['posix_spawnattr_getflags(&g_attr, &g_flags) + g_flags', 44],
    ['spawned(&g_attr, NULL)', 123],
    ['posix_spawnattr_setflags(&g_attr, 1 << 9)', 22],
    ['(posix_spawnattr_setschedpolicy(&g_attr, 9), spawned(&g_attr, NULL))', -22],
    ['posix_spawnattr_destroy(&g_attr)', 0],
    // Descriptors.
    ['posix_spawn_file_actions_addclose(&g_actions, 1)', 0],
    ['spawned(NULL, NULL)', 108],
    ['posix_spawn_file_actions_adddup2(&g_actions, 2, 1)', 0],
    ['spawned(NULL, NULL)', 100],
    ['posix_spawn_file_actions_addopen(&g_actions, 1, "/dev/console", O_RDWR, 0)', 0],
    ['spawned(NULL, NULL)', 100],
    ['posix_spawn_file_actions_adddup2(&g_actions, 17, 1)', 0],
    ['spawned(NULL, NULL)', -9],
    ['posix_spawn_file_actions_destroy(&g_actions)', 0],
    ['posix_spawn_file_actions_addopen(&g_actions, 1, "/no/such/file", O_RDWR, 0)', 0],
    ['spawned(NULL, NULL)', -2],
    ['posix_spawn_file_actions_destroy(&g_actions)', 0],
    ['posix_spawn_file_actions_addclose(&g_actions, -1)', 9],
    ['posix_spawn_file_actions_addopen(&g_actions, 1, NULL, 0, 0)', 22],
    ['posix_spawn_file_actions_init(NULL)', 22],
    // Programs.
    ['posix_spawn(&g_pid, "/bin/nothing", NULL, NULL, g_argv, NULL)', 2],
    ['posix_spawn(&g_pid, NULL, NULL, NULL, g_argv, NULL) == EINVAL', 1],
    ['posix_spawn(&g_pid, "main", NULL, NULL, g_argv, NULL)', 2],
    ['posix_spawnp(&g_pid, "nothing", NULL, NULL, g_argv, NULL)', 2],
    ['posix_spawnp(NULL, NULL, NULL, NULL, g_argv, NULL) == EINVAL', 1],
    ['(setenv("PATH", "/sbin:/usr/bin", 1), posix_spawnp(&g_pid, "main", NULL, NULL, g_argv, NULL))', 2],
    // The attributes name a policy that there is not.
    ['posix_spawn(&g_pid, "/bin/main", NULL, &g_attr, g_argv, NULL) == EINVAL', 1],
    ['posix_spawnp(&g_pid, "/bin/main", NULL, &g_attr, g_argv, NULL) == EINVAL', 1],
  ], { config })); // prettier-ignore

test('posix_spawn and posix_spawnp start programs', async () => {
  const { lines } = await run(`int main(int argc, FAR char *argv[])
{
  FAR char *args[] = { "echo", "x", NULL };
  pid_t pid;
  int status;
  printf("%d\\n", posix_spawn(&pid, "/bin/echo", NULL, NULL, args, NULL));
  printf("%d %d\\n", waitpid(pid, &status, 0) == pid, status);
  printf("%d\\n", posix_spawnp(NULL, "echo", NULL, NULL, args, NULL));
  setenv("PATH", "/sbin:/bin", 1);
  printf("%d\\n", posix_spawnp(&pid, "echo", NULL, NULL, args, NULL));
  return 0;
}
`);
  expect(lines).toEqual(['echo|x', '0', '1 512', 'echo|x', '0', 'echo|x', '0']);
});

test('task_init, task_activate, task_create_with_stack, kthread_create, task_restart', () =>
  expectCalls(`#include <nuttx/kthread.h>
#include <nuttx/sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
static struct tcb_s g_tcb;
static char g_stack[4096];
static int g_runs;
static FAR char *g_where;
static sem_t g_gate = SEM_INITIALIZER(0);
static FAR char *g_args[] = { "x", NULL };
static pid_t g_pid;
static char g_name[64];

static int task(int argc, FAR char *argv[])
{
  char local;
  g_where = &local;
  g_runs += argc;
  while (sem_wait(&g_gate) < 0)
    {
    }

  return 0;
}
`, [
    ['task_init(&g_tcb, "made", 120, (FAR uint32_t *)(g_stack + 1), 4000, task, g_args)', 0],
    ['g_runs', 0],
    ['task_activate(&g_tcb)', 0],
    ['g_runs', 2],
    ['g_where > g_stack && g_where < g_stack + 4001', 1],
    ['task_activate(&g_tcb)', 'EINVAL'],
    ['task_activate(NULL)', 'EINVAL'],
    ['task_init(&g_tcb, "small", 120, (FAR uint32_t *)g_stack, 200, task, NULL)', 'ENOMEM'],
    ['task_init(NULL, "none", 120, NULL, 2048, task, NULL)', 'EINVAL'],
    ['prctl(PR_GET_NAME_EXT, g_name, g_tcb.pid) + strcmp(g_name, "made")', 0],
    // Anew, with the priority and the arguments that it had.
    ['task_restart(g_tcb.pid)', 0],
    ['g_runs', 4],
    ['task_restart(getpid())', 'ENOSYS'],
    ['task_restart(0)', 'ENOSYS'],
    ['task_restart(12345)', 'ESRCH'],
    ['(sem_getvalue(&g_gate, &g_runs), g_runs)', -1],
    ['task_delete(g_tcb.pid)', 0],
    // One that never began.
    ['task_init(&g_tcb, "idle", 120, NULL, 2048, task, NULL)', 0],
    ['task_delete(g_tcb.pid)', 0],
    ['task_activate(&g_tcb)', 'EINVAL'],
    ['(g_pid = task_create_with_stack("given", 120, g_stack, sizeof(g_stack), task, NULL)) > 0', 1],
    ['g_where > g_stack && g_where < g_stack + sizeof(g_stack)', 1],
    ['task_delete(g_pid)', 0],
    ['(g_runs = 0, g_pid = kthread_create("kernel", 120, 2048, task, NULL)) > 0', 1],
    ['g_runs', 1],
    ['task_delete(g_pid)', 'EACCES'],
    ['sem_post(&g_gate)', 0],
    ['getpgid(g_pid)', 'ESRCH'],
    ['getpgid(0) == getpid() && getpgrp() == getpid() && gettid() == getpid()', 1],
    ['getppid()', 0],
    ['sched_idletask()', 0],
    ['prctl(99, g_name)', 'EINVAL'],
    ['prctl(PR_SET_NAME, NULL)', 'EFAULT'],
    ['prctl(PR_GET_NAME_EXT, g_name, 12345)', 'ESRCH'],
  ])); // prettier-ignore
