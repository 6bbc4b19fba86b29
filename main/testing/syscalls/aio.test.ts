/** Asynchronous I/O (manual 2.10.7). */
import { describe, expect, test } from 'vitest';
import { expectCalls } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

const config = { CONFIG_FS_AIO: true, CONFIG_SCHED_LPWORK: true, CONFIG_PIPES: true, CONFIG_SIG_EVTHREAD: true };

/** Two ends of a pipe, and transfers on them. */
const setup = `
#include <aio.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static int g_pipe[2];
static char g_text[16];
static char g_other[16];
static volatile int g_told;

static struct aiocb g_read = { .aio_buf = g_text, .aio_nbytes = 5, .aio_lio_opcode = LIO_READ };
static struct aiocb g_more = { .aio_buf = g_other, .aio_nbytes = 5, .aio_lio_opcode = LIO_READ };
static struct aiocb g_write = { .aio_buf = "hello", .aio_nbytes = 5, .aio_lio_opcode = LIO_WRITE };
static FAR struct aiocb *const g_list[] = { &g_read, NULL, &g_write };

static int open_pipe(void)
{
  int result = pipe(g_pipe);

  g_read.aio_fildes = g_more.aio_fildes = g_pipe[0];
  g_write.aio_fildes = g_pipe[1];
  return result;
}

static void handler(int signo, FAR siginfo_t *info, FAR void *context)
{
  g_told = 100 * info->si_code + info->si_value.sival_int;
}

static void callback(union sigval value)
{
  g_told = value.sival_int;
}

static int on_signal(void)
{
  struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

  return sigaction(SIGUSR1, &action, NULL);
}

static int tell(FAR struct sigevent *event, int how, int value)
{
  event->sigev_notify = how;
  event->sigev_signo = SIGUSR1;
  event->sigev_value.sival_int = value;
  event->sigev_notify_function = callback;
  return 0;
}

static int tell_all(int mode, int how, int value)
{
  struct sigevent event;

  tell(&event, how, value);
  return lio_listio(mode, g_list, 3, &event);
}

static const struct timespec g_short = { 0, 50000000 };
`;

test('aio_read, aio_write, aio_error, aio_return, aio_suspend, aio_fsync, aio_cancel', async () => {
  await expectCalls(
    setup,
    [
      ['open_pipe()', 0],
      ['aio_read(&g_read)', 0],
      ['aio_error(&g_read)', 115],
      ['aio_return(&g_read)', 'EINPROGRESS'],
      ['aio_suspend((FAR const struct aiocb *const *)g_list, 1, &g_short)', 'EAGAIN'],
      ['aio_cancel(g_pipe[0], &g_read)', 2],
      ['aio_write(&g_write)', 0],
      ['aio_cancel(g_pipe[1], &g_write)', 1],
      ['aio_error(&g_write)', 125],
      ['aio_return(&g_write)', 'ECANCELED'],
      ['aio_cancel(g_pipe[1], &g_write)', 0],
      ['aio_cancel(g_pipe[1], NULL)', 0],
      ['aio_cancel(g_pipe[0], NULL)', 2],
      // The worker waits in the first: what is written has to come from elsewhere.
      ['write(g_pipe[1], "abcde", 5)', 5],
      ['aio_suspend((FAR const struct aiocb *const *)g_list, 1, NULL)', 0],
      ['aio_error(&g_read)', 0],
      ['aio_return(&g_read)', 5],
      ['strcmp(g_text, "abcde")', 0],
      // What is done already needs no waiting.
      ['aio_suspend((FAR const struct aiocb *const *)g_list, 1, NULL)', 0],
      ['aio_fsync(O_SYNC, &g_write)', 0],
      ['(usleep(20000), aio_return(&g_write))', 'EINVAL'],
      ['aio_fsync(O_RDWR, &g_write)', 'EINVAL'],
      ['(g_read.aio_fildes = 77, aio_read(&g_read))', 'EBADF'],
      ['aio_error(&g_read)', 9],
      ['(g_read.aio_fildes = g_pipe[1], aio_read(&g_read))', 0],
      ['(usleep(20000), aio_return(&g_read))', 'EACCES'],
      ['(g_read.aio_fildes = g_pipe[0], g_read.aio_offset = -1, aio_read(&g_read))', 0],
      ['(usleep(20000), aio_return(&g_read))', 'EINVAL'],
      ['aio_read(NULL)', 'EINVAL'],
      ['aio_suspend(NULL, 1, NULL)', 'EINVAL'],
    ],
    { config },
  );
});

test('lio_listio: LIO_WAIT, LIO_NOWAIT with each kind of notification', async () => {
  await expectCalls(
    setup,
    [
      ['open_pipe() + on_signal()', 0],
      ['(write(g_pipe[1], "first", 5), lio_listio(LIO_WAIT, g_list, 3, NULL))', 0],
      ['strcmp(g_text, "first")', 0],
      ['aio_return(&g_read) + aio_return(&g_write)', 10],
      ['tell_all(LIO_NOWAIT, SIGEV_SIGNAL, 7)', 0],
      ['(usleep(50000), g_told)', 307],
      ['strcmp(g_text, "hello")', 0],
      ['tell_all(LIO_NOWAIT, SIGEV_THREAD, 8)', 0],
      ['(usleep(50000), g_told)', 8],
      ['tell(&g_read.aio_sigevent, SIGEV_SIGNAL, 9) + aio_read(&g_read)', 0],
      ['(usleep(50000), g_told)', 309],
      ['tell(&g_write.aio_sigevent, SIGEV_THREAD, 10) + aio_write(&g_write)', 0],
      ['(usleep(50000), g_told)', 10],
      ['tell(&g_read.aio_sigevent, SIGEV_NONE, 0)', 0],
      ['(g_write.aio_fildes = 77, lio_listio(LIO_WAIT, g_list, 3, NULL))', 'EIO'],
      ['aio_error(&g_write) + aio_error(&g_read)', 9],
      ['(g_write.aio_lio_opcode = 9, tell_all(LIO_NOWAIT, SIGEV_NONE, 0))', 'EIO'],
      ['aio_error(&g_write)', 22],
      ['lio_listio(LIO_READ, g_list, 3, NULL)', 'EINVAL'],
      ['lio_listio(LIO_WAIT, NULL, 3, NULL)', 'EINVAL'],
    ],
    { config },
  );
});

test('without CONFIG_FS_AIO there is none; with it no more than there are containers', async () => {
  const calls = [
    'aio_read(&g_read)', 'aio_cancel(0, NULL)', 'aio_suspend((FAR const struct aiocb *const *)g_list, 1, NULL)',
    'lio_listio(LIO_WAIT, g_list, 3, NULL)',
  ]; // prettier-ignore
  await expectCalls(
    setup,
    calls.map((call) => [call, 'ENOSYS'] as const),
    { config: { CONFIG_SCHED_LPWORK: true } },
  );
  await expectCalls(
    setup,
    [
      ['open_pipe()', 0],
      ['lio_listio(LIO_WAIT, g_list, 3, NULL)', 'EAGAIN'],
    ],
    {
      config: { ...config, CONFIG_FS_NAIOC: 1 },
    },
  );
});

describe('waiting', () => {
  test('for a container, for a transfer, for a list: what a signal and a cancellation do', async () => {
    const firmware = await compile(
      `#include <errno.h>\n#include <fcntl.h>\n#include <stdio.h>\n#include <unistd.h>\n${setup}
static FAR void *for_container(FAR void *arg)
{
  printf("for a container %d", aio_read(&g_more));
  printf(", EINTR %d\\n", errno == EINTR);
  return NULL;
}

static FAR void *for_transfer(FAR void *arg)
{
  printf("for a transfer %d", aio_suspend((FAR const struct aiocb *const *)g_list, 1, NULL));
  printf(", EINTR %d\\n", errno == EINTR);
  return NULL;
}

static FAR void *for_list(FAR void *arg)
{
  printf("for a list %d", lio_listio(LIO_WAIT, g_list, 1, NULL));
  printf(", EINTR %d\\n", errno == EINTR);
  return NULL;
}

static void interrupt(FAR void *(*start)(FAR void *))
{
  pthread_t thread;
  FAR void *value;

  pthread_create(&thread, NULL, start, NULL);
  usleep(50000);
  pthread_kill(thread, SIGUSR1);
  pthread_join(thread, &value);
}

static void cancel(FAR void *(*start)(FAR void *))
{
  pthread_t thread;
  FAR void *value;

  pthread_create(&thread, NULL, start, NULL);
  usleep(50000);
  pthread_cancel(thread);
  pthread_join(thread, &value);
  printf("cancelled %d\\n", value == PTHREAD_CANCELED);
}

int main(int argc, FAR char *argv[])
{
  open_pipe();
  on_signal();
  aio_read(&g_read);
  interrupt(for_container);
  interrupt(for_transfer);
  cancel(for_transfer);
  write(g_pipe[1], "abcde", 5);
  usleep(50000);
  interrupt(for_list);
  write(g_pipe[1], "abcde", 5);
  usleep(50000);
  cancel(for_list);
  write(g_pipe[1], "abcde", 5);
  return 0;
}
`,
      {
        config: {
          ...config,
          CONFIG_FS_NAIOC: 1,
          CONFIG_CANCELLATION_POINTS: true,
          CONFIG_DEFAULT_TASK_STACKSIZE: 4096,
          CONFIG_PTHREAD_STACK_DEFAULT: 4096,
        },
      },
    );
    expect(firmware.run().lines).toEqual([
      'for a container -1, EINTR 1',
      'for a transfer -1, EINTR 1',
      'cancelled 1',
      'for a list -1, EINTR 1',
      'cancelled 1',
    ]);
  });
});

test('with priority inheritance the worker is as urgent as who asked, up to CONFIG_SCHED_LPWORKPRIOMAX', async () => {
  const firmware = await compile(
    `#include <fcntl.h>\n#include <sched.h>\n#include <stdio.h>\n#include <unistd.h>\n${setup}
int main(int argc, FAR char *argv[])
{
  struct sched_param param = { .sched_priority = 200 };

  open_pipe();
  sched_setparam(0, &param);
  aio_read(&g_read);
  aio_write(&g_write);
  usleep(50000);
  return 0;
}
`,
    { config: { ...config, CONFIG_PRIORITY_INHERITANCE: true } },
  );
  const machine = firmware.run();
  expect(machine.events('priority').map(({ from, to }) => [from, to])).toContainEqual([100, 176]);
});

test('files: at a position, at the end with O_APPEND, to the medium; any position of a run can be gone back to', async () => {
  const firmware = await compile(
    `#include <errno.h>\n#include <fcntl.h>\n#include <stdio.h>\n#include <string.h>\n#include <sys/mount.h>\n#include <unistd.h>\n${setup}
static void await(FAR const struct aiocb *aiocb)
{
  FAR const struct aiocb *const list[] = { aiocb };

  while (aio_error(aiocb) == EINPROGRESS)
    {
      aio_suspend(list, 1, NULL);
    }
}

int main(int argc, FAR char *argv[])
{
  int fd;

  mount(NULL, "/tmp", "tmpfs", 0, NULL);
  fd = open("/tmp/a", O_RDWR | O_CREAT, 0666);
  g_write.aio_fildes = g_read.aio_fildes = fd;
  g_write.aio_offset = 3;
  aio_write(&g_write);
  aio_fsync(O_SYNC, &g_more);
  await(&g_write);
  g_read.aio_offset = 4;
  aio_read(&g_read);
  close(fd);
  await(&g_read);
  printf("%d %.4s, %d\\n", (int)aio_return(&g_read), g_text, aio_error(&g_more) == 0);
  g_write.aio_fildes = open("/tmp/a", O_RDWR | O_APPEND);
  aio_write(&g_write);
  await(&g_write);
  printf("%d\\n", (int)lseek(g_write.aio_fildes, 0, SEEK_END));
  return 0;
}
`,
    { config: { ...config, CONFIG_PRIORITY_INHERITANCE: true } },
  );
  const test = firmware.boot();
  expect(expectCheckpointsHold(test, 30)).toEqual(['4 ello, 0', '13']);
  expect(test.dump?.text).toBeUndefined();
});

test('the worker may lose the CPU as it gives back the priority that was lent to it', async () => {
  const firmware = await compile(
    `#include <sched.h>\n#include <stdio.h>\n#include <unistd.h>\n${setup}
static int between(int argc, FAR char *argv[])
{
  while (g_text[0] == 0)
    {
      sched_yield();
    }

  return 0;
}

int main(int argc, FAR char *argv[])
{
  struct sched_param param = { .sched_priority = 160 };

  sched_setparam(0, &param);
  open_pipe();
  aio_read(&g_read);
  task_create("between", 140, 2048, between, NULL);
  write(g_pipe[1], "hello", 5);
  usleep(50000);
  printf("%d\\n", (int)aio_return(&g_read));
  return 0;
}
`,
    { config: { ...config, CONFIG_PRIORITY_INHERITANCE: true } },
  );
  const machine = firmware.run();
  expect(machine.dump?.text).toBeUndefined();
  expect(machine.lines).toEqual(['5']);
});
