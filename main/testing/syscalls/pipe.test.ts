import { beforeAll, describe, expect, test } from 'vitest';
import { NOTE_WORDS } from '../../../kernel/note/note';
import { expectCalls } from '../calls';
import { compile, type TestFirmware } from '../firmware';

test('pipe, pipe2, read and write: errors, ends, O_NONBLOCK', () =>
  expectCalls(
    `#include <sys/stat.h>

static int g_fds[2];
static int g_old[2];
static char g_buffer[2048];
`,
    [
      ['pipe(NULL)', 'EFAULT'],
      ['pipe2(g_fds, O_TRUNC)', 'EINVAL'],
      ['pipe(g_fds)', 0],
      ['read(g_fds[1], g_buffer, 1)', 'EACCES'],
      ['write(g_fds[0], "x", 1)', 'EACCES'],
      ['write(g_fds[1], "hello", 5)', 5],
      ['read(g_fds[0], g_buffer, 0)', 0],
      ['read(g_fds[0], g_buffer, 2)', 2],
      ['read(g_fds[0], g_buffer, 100)', 3],
      ['memcmp(g_buffer, "llo", 3)', 0],
      ['write(g_fds[1], "x", 1)', 1],
      ['close(g_fds[1])', 0],
      ['read(g_fds[0], g_buffer, 10)', 1],
      ['read(g_fds[0], g_buffer, 10)', 0],
      ['close(g_fds[0])', 0],
      ['read(g_fds[0], g_buffer, 10)', 'EBADF'],

      ['pipe2(g_fds, O_NONBLOCK | O_CLOEXEC)', 0],
      ['fcntl(g_fds[0], F_GETFD) + fcntl(g_fds[1], F_GETFD)', 2],
      ['read(g_fds[0], g_buffer, 1)', 'EAGAIN'],
      // What is around the end of the buffer.
      ['write(g_fds[1], g_buffer, 1000)', 1000],
      ['read(g_fds[0], g_buffer, 990)', 990],
      ['write(g_fds[1], "abcdefghijklmnopqrstuvwxyz0123456789", 36)', 36],
      ['read(g_fds[0], g_buffer, 2048)', 46],
      ['memcmp(g_buffer + 10, "abcdefghijklmnopqrstuvwxyz0123456789", 36)', 0],
      ['write(g_fds[1], g_buffer, 2048)', 1024],
      ['write(g_fds[1], g_buffer, 1)', 'EAGAIN'],
      ['read(g_fds[0], g_buffer, 24)', 24],
      ['write(g_fds[1], g_buffer, 2048)', 24],
      ['close(g_fds[0])', 0],
      ['write(g_fds[1], "x", 1)', 'EPIPE'],
      ['close(g_fds[1])', 0],

      ['mkfifo(NULL, 0666)', 'EINVAL'],
      ['mkfifo("/", 0666)', 'EINVAL'],
      ['mkfifo("/dev/console", 0666)', 'EEXIST'],
      ['mkfifo("/dev/a-name-that-is-longer-than-thirty-two-characters", 0666)', 'ENAMETOOLONG'],
      ['mkfifo("/dev/fifo", 0666)', 0],
      ['mkfifo("/dev/fifo", 0666)', 'EEXIST'],
      ['(g_old[0] = open("/dev/fifo", O_RDONLY | O_NONBLOCK)) >= 0', 1],
      ['read(g_old[0], g_buffer, 1)', 0],
      ['(g_old[1] = open("/dev/fifo", O_WRONLY)) >= 0', 1],
      ['write(g_old[1], "fifo", 4)', 4],
      ['read(g_old[0], g_buffer, 100)', 4],
      ['(g_fds[0] = open("/dev/fifo", O_RDWR)) >= 0', 1],
      // Without its name it serves who has it open.
      ['unlink("/dev/fifo")', 0],
      ['open("/dev/fifo", O_RDONLY)', 'ENOENT'],
      ['mkfifo("/dev/fifo", 0666)', 0],
      ['write(g_old[1], "x", 1)', 1],
      ['read(g_fds[0], g_buffer, 100)', 1],
      ['close(g_old[0]) + close(g_old[1]) + close(g_fds[0])', 0],
      ['unlink("/dev/fifo")', 0],
    ],
  ).then((machine) => expect(machine.machine.kernel.state.pipes.size).toBe(0)));

test('pipes have to be configured, and need RAM', async () => {
  await expectCalls(
    `#include <sys/stat.h>\nstatic int g_fds[2];\n`,
    [
      ['pipe(g_fds)', 'ENOSYS'],
      ['pipe2(g_fds, 0)', 'ENOSYS'],
      ['mkfifo("/dev/fifo", 0666)', 'ENOSYS'],
    ],
    { config: { CONFIG_PIPES: false } },
  );
  await expectCalls(
    `#include <sys/stat.h>
static int g_fds[2];

static FAR void *volatile g_last;

static void use_up(int rest)
{
  for (int size = 1 << 16; size >= rest; size /= 2) while ((g_last = malloc(size)));
}
`,
    [
      ['mkfifo("/dev/fifo", 0666)', 0],
      ['(use_up(512), pipe(g_fds))', 'ENOMEM'],
      ['open("/dev/fifo", O_RDWR)', 'ENOMEM'],
      ['close(3)', 'EBADF'],
      ['(use_up(8), mkfifo("/dev/other", 0666))', 'ENOMEM'],
    ],
  );
});

const program = (body: string) => `#include <nuttx/config.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int g_fds[2];
static char g_data[4000];
${body}`;

describe('waiting', () => {
  test('read and write wait for each other, all bytes come through, and a signal ends the wait', async () => {
    const { lines, dump } = (
      await compile(
        program(`
static void caught(int signo)
{
  printf("signal\\n");
}

static int reader(int argc, char *argv[])
{
  char buffer[300];
  int total = 0, wrong = 0;
  ssize_t n;
  close(g_fds[1]);
  while ((n = read(g_fds[0], buffer, sizeof(buffer))) > 0)
    {
      wrong += memcmp(buffer, g_data + total, n) != 0;
      total += n;
    }

  printf("read %d, wrong %d, end %d\\n", total, wrong, (int)n);
  return 0;
}

static int killer(int argc, char *argv[])
{
  usleep(20000);
  kill(atoi(argv[1]), SIGUSR1);
  usleep(20000);
  kill(atoi(argv[1]), SIGUSR1);
  usleep(20000);
  kill(atoi(argv[1]), SIGUSR1);
  return 0;
}

int main(int argc, char *argv[])
{
  char pid[8], byte;
  char *args[] = { pid, NULL };
  for (int i = 0; i < sizeof(g_data); i++) g_data[i] = i * 7 + i / 256;
  signal(SIGUSR1, caught);
  for (int priority = 90; priority <= 110; priority += 10)
    {
      pipe(g_fds);
      task_create("reader", priority, 2048, reader, NULL);
      close(g_fds[0]);
      printf("write %d\\n", (int)write(g_fds[1], g_data, sizeof(g_data)));
      close(g_fds[1]);
      usleep(20000);
    }

  pipe(g_fds);
  snprintf(pid, sizeof(pid), "%d", getpid());
  task_create("killer", 90, 2048, killer, args);
  ssize_t n = read(g_fds[0], &byte, 1);
  printf("read %d, EINTR %d\\n", (int)n, errno == EINTR);

  /* Of what is written until the signal comes the caller is told. */

  printf("write %d\\n", (int)write(g_fds[1], g_data, sizeof(g_data)));
  n = write(g_fds[1], g_data, 1);
  printf("write %d, EINTR %d\\n", (int)n, errno == EINTR);
  return 0;
}
`),
      )
    ).run();
    expect(dump?.text).toBeUndefined();
    expect(lines).toEqual([
      ...[
        ['write 4000', 'read 4000, wrong 0, end 0'],
        ['write 4000', 'read 4000, wrong 0, end 0'],
        ['write 4000', 'read 4000, wrong 0, end 0'],
      ].flat(),
      'signal',
      'read -1, EINTR 1',
      'signal',
      'write 1024',
      'signal',
      'write -1, EINTR 1',
    ]);
  });

  test('who waits when the other end closes hears of it: the end, and EPIPE without a signal', async () => {
    const { lines } = (
      await compile(
        program(`
static void *reads(void *arg)
{
  char byte;
  printf("read %d\\n", (int)read(g_fds[0], &byte, 1));
  return NULL;
}

static void *writes(void *arg)
{
  ssize_t n = write(g_fds[1], g_data, 1);
  printf("write %d, EPIPE %d\\n", (int)n, errno == EPIPE);
  return NULL;
}

static void caught(int signo)
{
  printf("signal %d\\n", signo);
}

int main(int argc, char *argv[])
{
  pthread_t threads[2];
  signal(SIGPIPE, caught);
  pipe(g_fds);
  pthread_create(&threads[0], NULL, reads, NULL);
  pthread_create(&threads[1], NULL, reads, NULL);
  usleep(10000);
  close(g_fds[1]);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  close(g_fds[0]);
  pipe(g_fds);
  write(g_fds[1], g_data, 1024);
  pthread_create(&threads[0], NULL, writes, NULL);
  usleep(10000);
  close(g_fds[0]);
  pthread_join(threads[0], NULL);

  /* A descriptor that another thread waits with, and the last one of the pipe. */

  close(g_fds[1]);
  pipe(g_fds);
  pthread_create(&threads[0], NULL, reads, NULL);
  usleep(10000);
  close(g_fds[0]);
  close(g_fds[1]);
  pthread_join(threads[0], NULL);
  return 0;
}
`),
      )
    ).run();
    expect(lines).toEqual(['read 0', 'read 0', 'write -1, EPIPE 1', 'read -1']);
  });

  test('opening a FIFO waits for the other end, and a signal or a cancellation closes it again', async () => {
    const { lines, machine } = (
      await compile(
        program(`
static void caught(int signo)
{
}

static void *opens(void *arg)
{
  int fd = open("/dev/fifo", (int)(intptr_t)arg);
  printf("open %s, EINTR %d\\n", fd >= 0 ? "ok" : "error", fd < 0 && errno == EINTR);
  if (fd >= 0) close(fd);
  return NULL;
}

int main(int argc, char *argv[])
{
  pthread_t thread;
  void *value;
  int fd;
  signal(SIGUSR1, caught);
  mkfifo("/dev/fifo", 0666);
  pthread_create(&thread, NULL, opens, (void *)O_RDONLY);
  usleep(10000);
  printf("for writing\\n");
  fd = open("/dev/fifo", O_WRONLY);
  pthread_join(thread, NULL);
  close(fd);

  pthread_create(&thread, NULL, opens, (void *)O_WRONLY);
  usleep(10000);
  printf("for reading\\n");
  fd = open("/dev/fifo", O_RDONLY);
  pthread_join(thread, NULL);
  close(fd);

  pthread_create(&thread, NULL, opens, (void *)O_RDONLY);
  usleep(10000);
  pthread_kill(thread, SIGUSR1);
  pthread_join(thread, NULL);
  pthread_create(&thread, NULL, opens, (void *)O_WRONLY);
  usleep(10000);
  pthread_cancel(thread);
  pthread_join(thread, &value);
  printf("cancelled %d\\n", value == PTHREAD_CANCELED);
  return unlink("/dev/fifo");
}
`),
        { config: { CONFIG_CANCELLATION_POINTS: true } },
      )
    ).run();
    expect(lines).toEqual([
      'for writing',
      'open ok, EINTR 0',
      'for reading',
      'open ok, EINTR 0',
      'open error, EINTR 1',
      'cancelled 1',
    ]);
    expect(machine.kernel.state.pipes.size).toBe(0);
  });
});

/** Two writers of 400 bytes each, with room for one and a half. */
const crowded = program(`
static void *writes(void *arg)
{
  char data[400];
  memset(data, (int)(intptr_t)arg, sizeof(data));
  write(g_fds[1], data, sizeof(data));
  return NULL;
}

int main(int argc, char *argv[])
{
  pthread_t threads[2];
  char buffer[100];
  int total = 0, changes = 0;
  pipe(g_fds);
  write(g_fds[1], g_data, 924);
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, writes, (void *)('a' + i));
  usleep(10000);
  read(g_fds[0], g_data, 874);
  usleep(10000);
  for (char last = 0; total < 850; total += 50)
    {
      read(g_fds[0], buffer, 50);
      if (buffer[0] != last) changes++;
      last = buffer[0];
      usleep(10000);
    }

  printf("%d\\n", changes);
  return 0;
}
`);

test('a short write is split as on NuttX, which is named, and with CONFIG_TICKSCOPE_POSIX_PIPE_WRITE it is not', async () => {
  const split = (await compile(crowded)).run();
  expect(split.machine.kernel.state.quirks.get('pipeWrite')).toBeDefined();
  const whole = (await compile(crowded, { config: { CONFIG_TICKSCOPE_POSIX_PIPE_WRITE: true } })).run();
  expect(whole.machine.kernel.state.quirks.get('pipeWrite')).toBeUndefined();
  expect(whole.lines).toEqual(['2']);
});

test('an interrupt handler that prints into a pipe stops the board', async () => {
  const machine = (
    await compile(
      program(`#include <nuttx/wdog.h>

static void expired(wdparm_t arg)
{
  write(g_fds[1], "x", 1);
}

int main(int argc, char *argv[])
{
  static struct wdog_s wdog;
  pipe(g_fds);
  wd_start(&wdog, 1, expired, 0);
  for (volatile int i = 0; i < 1000000; i++);
  return 0;
}
`),
    )
  ).run();
  expect(machine.dump?.reason).toContain('pipe');
});

describe('any position of a run', () => {
  let firmware: TestFirmware;
  beforeAll(async () => {
    firmware = await compile(
      program(`#include <poll.h>

static void caught(int signo)
{
  struct pollfd one = { .fd = g_fds[0], .events = POLLIN };
  poll(&one, 1, 10);
}

static int reader(int argc, char *argv[])
{
  char line[64];
  dup2(g_fds[0], 0);
  close(g_fds[0]);
  close(g_fds[1]);
  while (fgets(line, sizeof(line), stdin)) printf("got %s", line);
  return 0;
}

static int opener(int argc, char *argv[])
{
  int fd = open("/dev/fifo", O_RDONLY);
  char text[8] = "";
  struct pollfd one = { .fd = fd, .events = POLLIN };
  printf("poll %d\\n", poll(&one, 1, 100));
  read(fd, text, 7);
  printf("fifo %s\\n", text);
  return 0;
}

int main(int argc, char *argv[])
{
  int saved = dup(1);
  signal(SIGUSR1, caught);
  pipe(g_fds);
  mkfifo("/dev/fifo", 0666);
  task_create("reader", 90, 4096, reader, NULL);
  task_create("opener", 110, 2048, opener, NULL);
  dup2(g_fds[1], 1);
  for (int i = 0; i < 40; i++)
    {
      printf("this is line %d, and it is not the last one\\n", i);
      if (i % 16 == 7) raise(SIGUSR1);
    }

  dup2(saved, 1);
  close(g_fds[1]);
  int fd = open("/dev/fifo", O_WRONLY);
  usleep(20000);
  write(fd, "bytes", 5);
  usleep(100000);
  return 0;
}
`),
      { config: { CONFIG_DEV_PIPE_SIZE: 256 } },
    );
  });

  test('two runs have the same log, and going back gives what was', () => {
    const [one, two] = [firmware.boot(), firmware.boot()];
    expect(one.finish()).toBe('ended');
    expect(one.dump?.text).toBeUndefined();
    expect(one.lines.filter((line) => line.startsWith('got this is line')).length).toBe(40);
    expect(one.lines).toContain('fifo bytes');
    const { machine } = two;
    let checkpoint = machine.checkpoint();
    for (let position = 0; ; position += 3) {
      machine.run({ entries: position });
      if (machine.position < position) break;
      const hash = machine.hash();
      machine.restore(checkpoint);
      machine.run({ entries: position });
      expect(machine.hash()).toBe(hash);
      if (position % 30 === 0) checkpoint = machine.checkpoint(checkpoint);
    }
    expect(machine.hash()).toBe(one.machine.hash());
    expect(two.log.length / NOTE_WORDS).toBe(one.log.length / NOTE_WORDS);
    expect(Buffer.from(two.log.buffer).equals(Buffer.from(one.log.buffer))).toBe(true);
  });
});
