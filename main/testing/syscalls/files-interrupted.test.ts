/** What ends the waits of creat, pread, pwrite, lseek, fsync and ioctl: a signal, a cancellation. */
import { expect, test } from 'vitest';
import { compile } from '../firmware';

test('a signal ends them with EINTR, a cancellation ends the thread', async () => {
  const firmware = await compile(
    `
#include <errno.h>
#include <fcntl.h>
#include <nuttx/fs/fs.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char g_bytes[2048];
static int g_pipe[2];
static int g_device;
static sem_t g_never;

/* A device that takes for ever to move its position. */

static off_t slow_seek(FAR struct file *filep, off_t offset, int whence)
{
  return sem_wait(&g_never) < 0 ? -errno : offset;
}

static const struct file_operations g_slow = { .seek = slow_seek };

static int do_creat(void)
{
  return creat("/dev/fifo", 0666);
}

static int do_pread(void)
{
  return pread(g_pipe[0], g_bytes, 1, 0);
}

static int do_pwrite(void)
{
  return pwrite(g_pipe[1], g_bytes, sizeof(g_bytes), 0);
}

static int do_lseek(void)
{
  return lseek(g_device, 5, SEEK_SET);
}

static void handler(int signo)
{
}

static FAR void *thread(FAR void *arg)
{
  int (*function)(void) = (int (*)(void))arg;
  int result;

  errno = 0;
  result = function();
  printf("%d %d\\n", result, result < 0 && errno == EINTR);
  return NULL;
}

static void interrupt(FAR const char *name, int (*function)(void))
{
  pthread_t id;
  FAR void *value;

  printf("%s ", name);
  pthread_create(&id, NULL, thread, (FAR void *)function);
  usleep(50000);
  pthread_kill(id, SIGUSR1);
  pthread_join(id, NULL);
  pthread_create(&id, NULL, thread, (FAR void *)function);
  usleep(50000);
  pthread_cancel(id);
  pthread_join(id, &value);
  printf("cancelled %d\\n", value == PTHREAD_CANCELED);
}

/* What never waits is a cancellation point all the same. */

static FAR void *syncs(FAR void *arg)
{
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
  pthread_cancel(pthread_self());
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
  fsync(g_device);
  printf("not reached\\n");
  return NULL;
}

int main(int argc, FAR char *argv[])
{
  pthread_t id;
  FAR void *value;

  signal(SIGUSR1, handler);
  pipe(g_pipe);
  mkfifo("/dev/fifo", 0666);
  register_driver("/dev/slow", &g_slow, 0666, NULL);
  g_device = open("/dev/slow", O_RDWR);
  interrupt("creat", do_creat);
  interrupt("pread", do_pread);
  write(g_pipe[1], g_bytes, 1024);
  interrupt("pwrite", do_pwrite);
  interrupt("lseek", do_lseek);
  pthread_create(&id, NULL, syncs, NULL);
  pthread_join(id, &value);
  printf("fsync cancelled %d\\n", value == PTHREAD_CANCELED);
  return 0;
}
`,
    { config: { CONFIG_CANCELLATION_POINTS: true, CONFIG_PTHREAD_STACK_DEFAULT: 4096 } },
  );
  const { lines, dump } = firmware.run();
  expect(dump?.text).toBeUndefined();
  expect(lines).toEqual([
    ...['creat', 'pread', 'pwrite', 'lseek'].flatMap((name) => [`${name} -1 1`, 'cancelled 1']),
    'fsync cancelled 1',
  ]);
});
