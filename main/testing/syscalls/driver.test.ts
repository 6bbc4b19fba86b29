/** Drivers that the firmware registers: their functions run on the stack of the task that uses them. */
import { expect, test } from 'vitest';
import { expectCalls, type Call } from '../calls';
import { expectCheckpointsHold } from '../checkpoints';
import { compile } from '../firmware';

const counter = `#include <nuttx/fs/fs.h>
#include <nuttx/kmalloc.h>
#include <nuttx/mutex.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/stat.h>

/* A device that counts: what is written is added, what is read is the sum; it waits for one that is not zero. */

struct counter
{
  mutex_t        lock;
  sem_t          ready;
  int            sum;
  int            opened;
  int            closed;
  struct pollfd *waiter;
};

static struct counter g_counter = { .lock = NXMUTEX_INITIALIZER, .ready = SEM_INITIALIZER(0) };
static struct stat g_stat;
static int g_fd;
static int g_value;
static char g_unlinked;

static int counter_open(FAR struct file *filep)
{
  struct counter *counter = filep->f_inode->i_private;
  if (filep->f_oflags & O_EXCL) return -EBUSY;
  counter->opened++;
  filep->f_priv = counter;
  return 0;
}

static int counter_close(FAR struct file *filep)
{
  ((struct counter *)filep->f_priv)->closed++;
  return 0;
}

static ssize_t counter_read(FAR struct file *filep, FAR char *buffer, size_t buflen)
{
  struct counter *counter = filep->f_priv;
  if (buflen < sizeof(int)) return -EINVAL;
  while (counter->sum == 0)
    {
      if (filep->f_oflags & O_NONBLOCK) return -EAGAIN;
      int error = nxsem_wait(&counter->ready);
      if (error < 0) return error;
    }

  memcpy(buffer, &counter->sum, sizeof(int));
  counter->sum = 0;
  filep->f_pos += sizeof(int);
  return sizeof(int);
}

static ssize_t counter_write(FAR struct file *filep, FAR const char *buffer, size_t buflen)
{
  struct counter *counter = filep->f_priv;
  nxmutex_lock(&counter->lock);
  counter->sum += *(FAR const int *)buffer;
  nxsem_post(&counter->ready);
  nxmutex_unlock(&counter->lock);
  poll_notify(&counter->waiter, 1, POLLIN);
  return buflen;
}

static off_t counter_seek(FAR struct file *filep, off_t offset, int whence)
{
  return whence == SEEK_END ? -ENXIO : (filep->f_pos = offset + 0x100000000LL) - 0x100000000LL;
}

static int counter_ioctl(FAR struct file *filep, int cmd, unsigned long arg)
{
  struct counter *counter = filep->f_priv;
  if (cmd != 0x7701) return -ENOTTY;
  *(FAR int *)arg = counter->sum;
  return 7;
}

static int counter_truncate(FAR struct file *filep, off_t length)
{
  ((struct counter *)filep->f_priv)->sum = length;
  return 0;
}

static int counter_poll(FAR struct file *filep, FAR struct pollfd *fds, bool setup)
{
  struct counter *counter = filep->f_priv;
  if (!setup)
    {
      counter->waiter = NULL;
      return 0;
    }

  if (counter->waiter) return -EBUSY;
  counter->waiter = fds;
  if (counter->sum != 0) poll_notify(&fds, 1, POLLIN);
  return 0;
}

static int counter_unlink(FAR struct inode *inode)
{
  g_unlinked = inode->i_name[0];
  return 0;
}

static const struct file_operations g_ops =
{
  .open = counter_open,
  .close = counter_close,
  .read = counter_read,
  .write = counter_write,
  .seek = counter_seek,
  .ioctl = counter_ioctl,
  .truncate = counter_truncate,
  .poll = counter_poll,
  .unlink = counter_unlink,
};

static const struct file_operations g_nothing;

static int put(int value)
{
  return write(g_fd, &value, sizeof(value));
}

static int get(void)
{
  return read(g_fd, &g_value, sizeof(g_value));
}

static FAR void *put_later(FAR void *arg)
{
  usleep(30000);
  put((int)arg);
  return NULL;
}

static void later(int value)
{
  pthread_t thread;
  pthread_create(&thread, NULL, put_later, (FAR void *)value);
  pthread_detach(thread);
}
`;

test('register_driver: open, close, read, write, seek, ioctl, truncate and unlink reach the driver', () =>
  expectCalls(counter.replace('#include <poll.h>', '#include <poll.h>\n#include <pthread.h>'), [
    ['register_driver("/dev/count", &g_ops, 0666, &g_counter)', 0],
    ['register_driver("/dev/count", &g_ops, 0666, &g_counter)', -17],
    ['register_driver(NULL, &g_ops, 0666, &g_counter)', -22],
    ['register_driver("/dev/other", NULL, 0666, &g_counter)', -22],
    ['register_driver("/dev/null/count", &g_ops, 0666, &g_counter)', -20],
    ['register_driver("/bin/count", &g_ops, 0666, &g_counter)', -38],
    ['stat("/dev/count", &g_stat) == 0 && g_stat.st_mode == (S_IFCHR | 0666)', 1],
    ['open("/dev/count", O_RDWR | O_EXCL)', 'EBUSY'],
    ['g_counter.opened', 0],
    ['g_counter.closed', 0],
    ['(g_fd = open("/dev/count", O_RDWR))', 3],
    ['g_counter.opened', 1],
    ['put(5) + put(6)', 8],
    ['get()', 4],
    ['g_value', 11],
    ['read(g_fd, &g_value, 1)', 'EINVAL'],
    ['fcntl(g_fd, F_SETFL, O_NONBLOCK)', 0],
    ['get()', 'EAGAIN'],
    ['fcntl(g_fd, F_SETFL, 0)', 0],
    // The driver waits in its read function.
    ['(later(42), get())', 4],
    ['g_value', 42],
    ['ioctl(g_fd, 0x7701, &g_value)', 7],
    ['ioctl(g_fd, 0x7702, &g_value)', 'ENOTTY'],
    ['ioctl(g_fd, FIOCLEX, 0)', 0],
    ['lseek(g_fd, 40, SEEK_SET)', 40],
    ['lseek(g_fd, 40, SEEK_END)', 'ENXIO'],
    ['ftruncate(g_fd, 77)', 0],
    ['(get(), g_value)', 77],
    ['fstat(g_fd, &g_stat) == 0 && S_ISCHR(g_stat.st_mode)', 1],
    ['(put(9), pread(g_fd, &g_value, 4, 100))', 4],
    ['g_value', 9],
    ['(g_value = 3, pwrite(g_fd, &g_value, 4, 100))', 4],
    ['dup(g_fd)', 4],
    ['close(g_fd)', 0],
    ['g_counter.closed', 0],
    ['close(4)', 0],
    ['g_counter.closed', 1],
    ['(g_fd = open("/dev/count", O_RDWR))', 3],
    ['unlink("/dev/count")', 0],
    ["g_unlinked == 'c'", 1],
    ['open("/dev/count", O_RDWR)', 'ENOENT'],
    ['(g_value = 0, get())', 4],
    ['g_value', 3],
    ['dup2(0, g_fd)', 3],
    ['g_counter.closed', 2],
    ['close(g_fd)', 0],

    // One that can do nothing.
    ['register_driver("dev/nothing", &g_nothing, 0666, NULL)', 0],
    ['stat("/dev/nothing", &g_stat) == 0 && g_stat.st_mode == S_IFCHR', 1],
    ['(g_fd = open("/dev/nothing", O_RDWR))', 3],
    ['get()', 'EBADF'],
    ['put(1)', 'EBADF'],
    ['lseek(g_fd, 5, SEEK_SET)', 5],
    ['lseek(g_fd, 5, SEEK_END)', 'ENOSYS'],
    ['ioctl(g_fd, 0x7701, 0)', 'ENOTTY'],
    ['ftruncate(g_fd, 5)', 'EINVAL'],
    ['poll(&(struct pollfd){ .fd = g_fd, .events = POLLIN }, 1, 0)', 'ENOSYS'],
    ['unregister_driver("/dev/nothing")', 0],
    ['unregister_driver("/dev/nothing")', -2],
    ['unregister_driver(NULL)', -22],
    ['close(g_fd)', 0],
  ]));

test('poll and select of a driver of the firmware', () =>
  expectCalls(
    `#include <pthread.h>
${counter}
static struct pollfd g_polled[2];
static fd_set g_set;

static int poll_it(int timeout)
{
  g_polled[0] = (struct pollfd){ .fd = g_fd, .events = POLLIN };
  g_polled[1] = (struct pollfd){ .fd = 0, .events = POLLIN };
  return poll(g_polled, 2, timeout);
}

static int select_it(void)
{
  FD_ZERO(&g_set);
  FD_SET(g_fd, &g_set);
  return select(g_fd + 1, &g_set, NULL, NULL, NULL);
}
`,
    [
      ['register_driver("/dev/count", &g_ops, 0666, &g_counter)', 0],
      ['(g_fd = open("/dev/count", O_RDWR))', 3],
      ['poll_it(0)', 0],
      ['poll_it(50)', 0],
      ['g_counter.waiter == NULL', 1],
      ['(put(1), poll_it(-1))', 1],
      ['g_polled[0].revents', 1],
      ['g_polled[1].revents', 0],
      ['g_counter.waiter == NULL', 1],
      ['get()', 4],
      ['(later(2), poll_it(-1))', 1],
      ['g_polled[0].revents', 1],
      ['g_counter.waiter == NULL', 1],
      ['select_it()', 1],
      ['FD_ISSET(g_fd, &g_set)', 1],
      ['get()', 4],
      ['(later(3), select_it())', 1],
      ['FD_ISSET(g_fd, &g_set)', 1],
      // The driver has room for one; the other's poll fails with what it says.
      ['(g_counter.waiter = g_polled, poll_it(0))', 'EBUSY'],
      ['g_polled[0].revents', 8],
      ['g_counter.waiter == g_polled', 1],
    ],
  ));

const program = `#include <nuttx/config.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
${counter}
static int user(int argc, FAR char *argv[])
{
  open("/dev/count", O_RDONLY);
  open("/dev/count", O_RDWR);
  if (argc > 1) pause();
  return 0;
}

int main(int argc, FAR char *argv[])
{
  FAR char *args[] = { "stay", NULL };
  register_driver("/dev/count", &g_ops, 0666, &g_counter);
  task_create("ends", 110, 2048, user, NULL);
  printf("%d opened, %d closed\\n", g_counter.opened, g_counter.closed);
  pid_t pid = task_create("stays", 110, 2048, user, args);
  printf("%d opened, %d closed\\n", g_counter.opened, g_counter.closed);
  task_delete(pid);
  printf("%d opened, %d closed\\n", g_counter.opened, g_counter.closed);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 5, "/dev/count", O_RDWR, 0666);
  printf("%d\\n", task_spawn("spawned", user, &actions, NULL, args, NULL) > 0);
  posix_spawn_file_actions_addopen(&actions, 6, "/dev/count", O_RDWR | O_EXCL, 0666);
  printf("%d\\n", task_spawn("spawned", user, &actions, NULL, args, NULL));
  printf("%d opened, %d closed\\n", g_counter.opened, g_counter.closed);
  g_fd = open("/dev/count", O_RDWR);
  later(8);
  get();
  printf("%d\\n", g_value);
  return 0;
}
`;

test('files that a task leaves open are closed by the driver when it ends, and when it is deleted', async () => {
  const machine = (await compile(program)).run();
  expect(machine.dump?.text).toBeUndefined();
  expect(machine.lines).toEqual([
    '2 opened, 2 closed',
    '4 opened, 2 closed',
    '4 opened, 4 closed',
    '1',
    '-16',
    '6 opened, 5 closed',
    '8',
  ]);
});

test('what a task leaves in its streams reaches the driver when it ends', async () => {
  const firmware = await compile(`#include <fcntl.h>
#include <nuttx/fs/fs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

static char g_written[64];

static ssize_t printer_write(FAR struct file *filep, FAR const char *buffer, size_t buflen)
{
  strncat(g_written, buffer, buflen);
  return buflen;
}

static const struct file_operations g_ops = { .write = printer_write };

static int user(int argc, FAR char *argv[])
{
  FILE *first = fopen("/dev/printer", "w");
  FILE *second = fopen("/dev/printer", "w");
  fputs("one", first);
  fflush(first);
  fputs("two", first);
  fputs("three", second);
  return 0;
}

int main(int argc, FAR char *argv[])
{
  register_driver("/dev/printer", &g_ops, 0666, NULL);
  task_create("user", 110, 2048, user, NULL);
  puts(g_written);
  return 0;
}
`);
  const machine = firmware.run();
  expect(machine.dump?.text).toBeUndefined();
  expect([...machine.lines[0]!.matchAll(/one|two|three/g)].map(String).sort()).toEqual(['one', 'three', 'two']);
});

test('a checkpoint holds a task that is in a driver of the firmware at every position', async () => {
  expectCheckpointsHold((await compile(program)).boot());
});

test('register_blockdriver: a device that the firmware makes is read, written, and mounted', () =>
  expectCalls(
    `#include <nuttx/fs/fs.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

static unsigned char g_sectors[8][512];
static unsigned char g_buffer[512];
static struct stat g_stat;
static struct geometry g_geometry;
static int g_users;
static int g_fd;
static int g_size = 512;
static int g_count = 8;

static int disk_open(FAR struct inode *inode)
{
  g_users++;
  return 0;
}

static int disk_close(FAR struct inode *inode)
{
  g_users--;
  return 0;
}

static ssize_t disk_read(FAR struct inode *inode, FAR unsigned char *buffer, blkcnt_t start, unsigned int count)
{
  memcpy(buffer, g_sectors[start], 512 * count);
  return count;
}

static ssize_t disk_write(FAR struct inode *inode, FAR const unsigned char *buffer, blkcnt_t start, unsigned int count)
{
  memcpy(g_sectors[start], buffer, 512 * count);
  return count;
}

static int disk_geometry(FAR struct inode *inode, FAR struct geometry *geometry)
{
  geometry->geo_available = geometry->geo_writeenabled = true;
  geometry->geo_nsectors = g_count;
  geometry->geo_sectorsize = g_size;
  return 0;
}

static int disk_ioctl(FAR struct inode *inode, int cmd, unsigned long arg)
{
  return cmd == 0x7701 ? (int)arg : -ENOTTY;
}

static const struct block_operations g_ops =
{
  .open = disk_open,
  .close = disk_close,
  .read = disk_read,
  .write = disk_write,
  .geometry = disk_geometry,
  .ioctl = disk_ioctl,
};
`,
    [
      ['register_blockdriver("/dev/disk", &g_ops, 0666, NULL)', 0],
      ['register_blockdriver("/dev/disk", &g_ops, 0666, NULL)', -17],
      ['register_blockdriver("/dev/disk2", NULL, 0666, NULL)', -22],
      ['stat("/dev/disk", &g_stat) == 0 && g_stat.st_mode == (S_IFBLK | 0666) && g_stat.st_size == 4096', 1],
      ['(g_fd = open("/dev/disk", O_RDWR))', 3],
      ['g_users', 1],
      ['lseek(g_fd, 510, SEEK_SET)', 510],
      ['write(g_fd, "abcd", 4)', 4],
      ["g_sectors[0][511] == 'b' && g_sectors[1][0] == 'c'", 1],
      ['pread(g_fd, g_buffer, 4, 509)', 4],
      ['memcmp(g_buffer, "\\0abc", 4)', 0],
      ['lseek(g_fd, 0, SEEK_END)', 4096],
      ['ioctl(g_fd, BIOC_GEOMETRY, &g_geometry)', 0],
      ['(int)g_geometry.geo_nsectors', 8],
      ['ioctl(g_fd, 0x7701, 5)', 5],
      ['ioctl(g_fd, 0x7702, 5)', 'ENOTTY'],
      ['mount("/dev/disk", "/mnt", "vfat", 0, NULL)', 'EINVAL'],
      // A driver that says now this, now that.
      ...['0', '-512', '100'].map((size): Call => [`(g_size = ${size}, pread(g_fd, g_buffer, 4, 509))`, 0]),
      ['(g_size = 512, g_count = -1, lseek(g_fd, 0, SEEK_END))', 0],
      ['close(g_fd)', 0],
      ['g_users', 0],
      ['unregister_blockdriver("/dev/disk")', 0],
      ['unregister_blockdriver("/dev/disk")', -2],
      ['open("/dev/disk", O_RDWR)', 'ENOENT'],
    ],
  ));
