import { expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { compile } from '../firmware';

test('close, dup, dup2 and fcntl; open and creat of a device; read, write and isatty', () =>
  expectCalls(
    `static int g_fds[2];
static int g_fd;
static char g_buffer[8];

/* Descriptors until there are no more: how many the task has then; they are closed. */

static int fill(void)
{
  int fd, count = 0;
  while ((fd = dup(0)) >= 0) count = fd + 1;
  for (fd = 3; fd < count; fd++) close(fd);
  return count;
}

static int until_full(int which)
{
  int fd, error;
  while (dup(0) >= 0);
  errno = 0;
  int result = which == 0 ? dup(0) : which == 1 ? open("/dev/console", O_RDWR) : which == 2 ? pipe(g_fds) :
               which == 3 ? fcntl(0, F_DUPFD, 3) : mq_open("full", O_RDWR | O_CREAT, 0666, NULL);
  error = errno;
  for (fd = 3; fd < 256; fd++) close(fd);
  errno = error;
  return result;
}
`,
    [
      ['close(-1)', 'EBADF'],
      ['close(3)', 'EBADF'],
      ['close(1000000)', 'EBADF'],
      ['dup(3)', 'EBADF'],
      ['dup(-1)', 'EBADF'],
      ['dup2(3, 4)', 'EBADF'],
      ['dup2(0, -1)', 'EBADF'],
      ['dup2(0, 256)', 'EMFILE'],
      ['fcntl(3, F_GETFL)', 'EBADF'],
      ['fcntl(0, 77)', 'EINVAL'],
      ['fcntl(0, F_DUPFD, -1)', 'EINVAL'],
      ['fcntl(0, F_DUPFD, 256)', 'EINVAL'],
      ['fcntl(0, F_SETFD, 2)', 'ENOSYS'],
      ['read(3, g_buffer, 1)', 'EBADF'],
      ['write(3, "x", 1)', 'EBADF'],
      ['open(NULL, O_RDWR)', 'EINVAL'],
      ['open("/dev/nothing", O_RDWR)', 'ENOENT'],
      ['open("/dev/nothing", O_RDWR | O_CREAT, 0666)', 'ENOENT'],
      ['creat("/dev/nothing", 0666)', 'ENOENT'],
      ['unlink("/dev/nothing")', 'ENOENT'],
      ['unlink(NULL)', 'EINVAL'],

      // The lowest number is the next.
      ['open("/dev/console", O_RDONLY)', 3],
      ['open("dev//console", O_WRONLY)', 4],
      ['creat("/dev/console", 0666)', 5],
      ['close(3)', 0],
      ['dup(4)', 3],
      ['write(3, "", 0)', 0],
      ['read(3, g_buffer, 1)', 'EACCES'],
      ['(close(3), open("/dev/console", O_RDONLY | O_NONBLOCK))', 3],
      ['write(3, "x", 1)', 'EACCES'],
      ['read(3, g_buffer, 0)', 0],
      ['read(3, g_buffer, 1)', 'EAGAIN'],
      ['isatty(0) + isatty(3)', 2],
      ['isatty(9) == 0 && errno == EBADF', 1],

      // Flags are shared by what was duplicated, but for FD_CLOEXEC.
      ['fcntl(3, F_GETFL) == (O_RDONLY | O_NONBLOCK)', 1],
      ['dup2(3, 9)', 9],
      ['dup2(9, 9)', 9],
      ['fcntl(9, F_SETFL, O_RDWR)', 0],
      ['fcntl(3, F_GETFL) == O_RDONLY', 1],
      ['fcntl(3, F_SETFL, O_NONBLOCK)', 0],
      ['read(9, g_buffer, 1)', 'EAGAIN'],
      ['fcntl(9, F_GETFD)', 0],
      ['fcntl(9, F_SETFD, FD_CLOEXEC)', 0],
      ['fcntl(9, F_GETFD)', 1],
      ['fcntl(3, F_GETFD)', 0],
      ['fcntl(3, F_DUPFD, 7)', 7],
      ['fcntl(3, F_DUPFD, 7)', 8],
      ['open("/dev/console", O_RDWR | O_CLOEXEC)', 6],
      ['fcntl(6, F_GETFD)', 1],
      ['fcntl(3, F_DUPFD_CLOEXEC, 5)', 10],
      ['fcntl(10, F_GETFD)', 1],
      // The file is open as long as one of its descriptors is.
      ['close(3) + close(10) + close(7) + close(8)', 0],
      ['read(9, g_buffer, 1)', 'EAGAIN'],
      ['fill()', 256],
      ['until_full(0)', 'EMFILE'],
      ['until_full(1)', 'EMFILE'],
      ['until_full(2)', 'EMFILE'],
      ['until_full(3)', 'EMFILE'],
      ['until_full(4)', 'EMFILE'],

      // What is no byte stream.
      ['(g_fd = mq_open("q", O_RDWR | O_CREAT, 0666, NULL))', 3],
      ['read(g_fd, g_buffer, 8)', 'EBADF'],
      ['write(g_fd, "x", 1)', 'EBADF'],
      ['isatty(g_fd) == 0 && errno == ENOTTY', 1],
      ['mq_send(dup(g_fd), "x", 1, 1)', 0],
      ['mq_unlink("q") + close(g_fd)', 0],
      ['mq_send(g_fd, "x", 1, 1)', 'EBADF'],
      ['mq_send(4, "y", 1, 1)', 0],
      ['mq_close(4)', 0],
      ['unlink("/dev/console")', 0],
      ['open("/dev/console", O_RDWR)', 'ENOENT'],
    ],
  ));

const program = (body: string) => `#include <nuttx/config.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
${body}`;

const family = program(`
static int g_fds[2];

static void *thread(void *arg)
{
  close(g_fds[0]);
  return NULL;
}

static int task(int argc, char *argv[])
{
  printf("%s %d %d %d\\n", argv[1], fcntl(1, F_GETFL) >= 0, fcntl(g_fds[0], F_GETFL), fcntl(g_fds[1], F_GETFL));
  close(1);
  return 0;
}

int main(int argc, char *argv[])
{
  char *created[] = { "task", NULL };
  pthread_t other;
  char byte;
  pipe(g_fds);
  fcntl(g_fds[0], F_SETFD, FD_CLOEXEC);
  task_create("task", 110, 2048, task, created);

  /* What the task closed is the task's. */

  printf("write %d\\n", (int)write(g_fds[1], "x", 1));
  printf("read %d\\n", (int)read(g_fds[0], &byte, 1));
  pid_t pid = vfork();
  if (pid == 0)
    {
      printf("vfork %d\\n", fcntl(g_fds[0], F_GETFL));
      close(g_fds[0]);
      _exit(0);
    }

  printf("flags %d\\n", fcntl(g_fds[0], F_GETFL));
  pthread_create(&other, NULL, thread, NULL);
  pthread_join(other, NULL);
  printf("flags %d, %d\\n", fcntl(g_fds[0], F_GETFL), errno == EBADF);
  return 0;
}
`);

test('a new task has descriptors of its own, of the same files; threads share them', async () => {
  const machine = (await compile(family)).run();
  expect(machine.lines).toEqual(['task 1 -1 1', 'write 1', 'read 1', 'vfork 0', 'flags 0', 'flags -1, 1']);
  // What nobody has open any more is gone.
  expect(machine.machine.kernel.state.pipes.size).toBe(0);
  expect(machine.machine.kernel.state.files.size).toBe(1);
});

test('with CONFIG_FDCLONE_STDIO a new task has the first three only', async () => {
  const machine = (await compile(family, { config: { CONFIG_FDCLONE_STDIO: true } })).run();
  expect(machine.lines.slice(0, 2)).toEqual(['task 1 -1 -1', 'write 1']);
});

test('what is spawned writes to and reads from where the file actions say', async () => {
  const machine = (
    await compile(
      program(`
static int upper(int argc, char *argv[])
{
  char line[40];
  while (fgets(line, sizeof(line), stdin))
    {
      for (char *c = line; *c; c++) if (*c >= 'a' && *c <= 'z') *c -= 32;
      printf("<%s", line);
    }

  printf("end\\n");
  return 3;
}

int main(int argc, char *argv[])
{
  int in[2], out[2], status;
  char buffer[100];
  char *none[] = { NULL };
  posix_spawn_file_actions_t actions;
  pipe(in);
  pipe(out);
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], 0);
  posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  for (int i = 0; i < 2; i++)
    {
      posix_spawn_file_actions_addclose(&actions, in[i]);
      posix_spawn_file_actions_addclose(&actions, out[i]);
    }

  pid_t pid = task_spawn("upper", upper, &actions, NULL, none, NULL);
  close(in[0]);
  close(out[1]);
  write(in[1], "one\\ntwo\\n", 8);
  close(in[1]);
  waitpid(pid, &status, 0);
  memset(buffer, 0, sizeof(buffer));
  ssize_t n = read(out[0], buffer, sizeof(buffer) - 1);
  printf("%d bytes, status %d:\\n%s", (int)n, WEXITSTATUS(status), buffer);
  printf("%d\\n", (int)read(out[0], buffer, 1));
  return 0;
}
`),
    )
  ).run();
  expect(machine.dump?.text).toBeUndefined();
  expect(machine.lines).toEqual(['14 bytes, status 3:', '<ONE', '<TWO', 'end', '0']);
});

test('printf into a full pipe waits, and others print meanwhile', async () => {
  const machine = (
    await compile(
      program(`
static int talker(int argc, char *argv[])
{
  for (int i = 0; i < 200; i++) printf("line %d of what is said\\n", i);
  return 0;
}

int main(int argc, char *argv[])
{
  int fds[2], saved = dup(1), total = 0, lines = 0, wrong = 0, at = 0;
  char buffer[64], line[64];
  ssize_t n;
  pipe(fds);
  dup2(fds[1], 1);
  task_create("talker", 120, 4096, talker, NULL);
  dup2(saved, 1);
  close(fds[1]);
  printf("the talker waits\\n");
  while ((n = read(fds[0], buffer, sizeof(buffer))) > 0)
    {
      total += n;
      for (int i = 0; i < n; i++)
        {
          line[at++] = buffer[i];
          if (buffer[i] != '\\n') continue;
          char wanted[64];
          snprintf(wanted, sizeof(wanted), "line %d of what is said\\n", lines++);
          wrong += strlen(wanted) != at || memcmp(wanted, line, at) != 0;
          if (lines % 50 == 0) printf("%d lines, %d bytes\\n", lines, total > 0);
          at = 0;
        }
    }

  printf("%d lines, %d wrong, rest %d\\n", lines, wrong, at);
  return 0;
}
`),
    )
  ).run();
  expect(machine.dump?.text).toBeUndefined();
  expect(machine.lines).toEqual([
    'the talker waits',
    ...[50, 100, 150, 200].map((count) => `${count} lines, 1 bytes`),
    '200 lines, 0 wrong, rest 0',
  ]);
});

test('a printer whom nobody hears is told so', async () => {
  const machine = (
    await compile(
      program(`
int main(int argc, char *argv[])
{
  int fds[2], saved = dup(1);
  pipe(fds);
  dup2(fds[1], 1);
  close(fds[0]);
  int result = printf("unheard\\n");
  int error = errno;
  int failed = ferror(stdout) != 0;
  clearerr(stdout);
  dup2(saved, 1);
  printf("%d %d %d\\n", result < 0, failed, error == EPIPE);
  return 0;
}
`),
    )
  ).run();
  expect(machine.lines).toEqual(['1 1 1']);
});

test('an unfinished line goes into the pipe when its task ends', async () => {
  const machine = (
    await compile(
      program(`
static int talker(int argc, char *argv[])
{
  printf("no end");
  return 0;
}

int main(int argc, char *argv[])
{
  for (int priority = 90; priority <= 110; priority += 20)
    {
      int fds[2], saved = dup(1);
      char buffer[20] = "";
      pipe(fds);
      dup2(fds[1], 1);
      task_create("talker", priority, 2048, talker, NULL);
      dup2(saved, 1);
      close(fds[1]);
      close(saved);
      ssize_t n = read(fds[0], buffer, sizeof(buffer));
      printf("%d %s, then %d\\n", (int)n, buffer, (int)read(fds[0], buffer, 1));
    }

  return 0;
}
`),
    )
  ).run();
  expect(machine.dump?.text).toBeUndefined();
  expect(machine.lines).toEqual(['6 no end, then 0', '6 no end, then 0']);
});
