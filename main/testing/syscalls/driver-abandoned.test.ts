/** Drivers of the firmware, and FIFOs, when a descriptor is closed or a task ends in the middle of a call. */
import { expect, test } from 'vitest';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

const program = `#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <nuttx/fs/fs.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <unistd.h>

static sem_t g_goes;
static FAR struct pollfd *g_polled;
static int g_open;

static int slow_open(FAR struct file *filep)
{
  if (filep->f_oflags & O_EXCL)
    {
      sem_wait(&g_goes);
    }

  filep->f_priv = malloc(32);
  g_open++;
  return 0;
}

static int slow_close(FAR struct file *filep)
{
  free(filep->f_priv);
  filep->f_priv = NULL;
  g_open--;
  return 0;
}

static ssize_t slow_read(FAR struct file *filep, FAR char *buffer, size_t buflen)
{
  sem_wait(&g_goes);
  return filep->f_priv ? 1 : -EIO;
}

static int slow_poll(FAR struct file *filep, FAR struct pollfd *fds, bool setup)
{
  g_polled = setup ? fds : NULL;
  return 0;
}

static const struct file_operations g_ops =
{
  .open = slow_open,
  .close = slow_close,
  .read = slow_read,
  .poll = slow_poll,
};

static int g_result;

static FAR void *do_open(FAR void *path)
{
  g_result = open(path, O_RDONLY | O_EXCL);
  return NULL;
}

static FAR void *do_read(FAR void *fd)
{
  char byte;
  g_result = read((int)fd, &byte, 1);
  return NULL;
}

static FAR void *do_poll(FAR void *fd)
{
  struct pollfd polled = { .fd = (int)fd, .events = POLLIN };
  g_result = poll(&polled, 1, -1);
  return NULL;
}

static FAR void *do_select(FAR void *fd)
{
  fd_set set;
  FD_ZERO(&set);
  FD_SET((int)fd, &set);
  g_result = select((int)fd + 1, &set, NULL, NULL, NULL);
  return NULL;
}

static int poll_task(int argc, FAR char *argv[])
{
  do_poll((FAR void *)open("/dev/slow", O_RDONLY));
  return 0;
}

static int read_task(int argc, FAR char *argv[])
{
  do_read((FAR void *)open("/dev/slow", O_RDONLY));
  return 0;
}

static pthread_t begin(FAR void *(*function)(FAR void *), FAR void *arg)
{
  pthread_attr_t attr;
  struct sched_param param = { .sched_priority = 120 };
  pthread_t thread;
  pthread_attr_init(&attr);
  pthread_attr_setschedparam(&attr, &param);
  pthread_create(&thread, &attr, function, arg);
  return thread;
}

static void end(pthread_t thread)
{
  pthread_cancel(thread);
  pthread_join(thread, NULL);
}

int main(int argc, FAR char *argv[])
{
  struct mallinfo before;
  pthread_t thread;
  int fd;
  int pid;

  /* The first line takes memory for stdout. */

  printf("begin\\n");
  before = mallinfo();
  sem_init(&g_goes, 0, 0);
  register_driver("/dev/slow", &g_ops, 0666, NULL);

  fd = open("/dev/slow", O_RDONLY);
  thread = begin(do_read, (FAR void *)fd);
  close(fd);
  printf("closed while it is read: %d open\\n", g_open);
  sem_post(&g_goes);
  pthread_join(thread, NULL);
  printf("read %d, %d open\\n", g_result, g_open);

  fd = open("/dev/slow", O_RDONLY);
  thread = begin(do_poll, (FAR void *)fd);
  close(fd);
  poll_notify(&g_polled, 1, POLLIN);
  pthread_join(thread, NULL);
  printf("poll %d, %s, %d open\\n", g_result, g_polled ? "polled" : "not polled", g_open);

  fd = open("/dev/slow", O_RDONLY);
  thread = begin(do_poll, (FAR void *)fd);
  end(thread);
  printf("poll cancelled: %s\\n", g_polled ? "polled" : "not polled");
  thread = begin(do_select, (FAR void *)fd);
  end(thread);
  printf("select cancelled: %s\\n", g_polled ? "polled" : "not polled");
  thread = begin(do_read, (FAR void *)fd);
  close(fd);
  end(thread);
  printf("read cancelled: %d open\\n", g_open);

  end(begin(do_open, "/dev/slow"));
  printf("open cancelled: %d open\\n", g_open);

  pid = task_create("poll", 120, 2048, poll_task, NULL);
  task_restart(pid);
  printf("restarted: %s, %d open\\n", g_polled ? "polled" : "not polled", g_open);
  task_delete(pid);
  printf("deleted: %s, %d open\\n", g_polled ? "polled" : "not polled", g_open);
  task_delete(task_create("read", 120, 2048, read_task, NULL));
  printf("deleted: %d open\\n", g_open);
  unregister_driver("/dev/slow");

  mkfifo("/fifo", 0666);
  end(begin(do_open, "/fifo"));
  unlink("/fifo");
  printf("%d bytes left\\n", mallinfo().uordblks - before.uordblks);
  return 0;
}
`;

test('the file stays open until the call is over, the driver hears that nobody polls, and nothing is left', async () => {
  const firmware = await compile(program);
  const lines = expectCheckpointsHold(firmware.boot(), 40);
  expect(lines).toEqual([
    'begin',
    'closed while it is read: 1 open',
    'read 1, 0 open',
    'poll 1, not polled, 0 open',
    'poll cancelled: not polled',
    'select cancelled: not polled',
    'read cancelled: 0 open',
    'open cancelled: 0 open',
    // Of a task that begins anew what it has open stays so.
    'restarted: polled, 2 open',
    'deleted: not polled, 0 open',
    'deleted: 0 open',
    '0 bytes left',
  ]);
});
