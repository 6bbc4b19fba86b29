/* What files cost: each app moves so many bytes, or asks so often. */

#include <nuttx/config.h>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <sys/boardctl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fsutils/mkfatfs.h>

#define CHUNK  512
#define CHUNKS 256
#define ROUNDS 40
#define PIPED  4000000
#define POLLED 100
#define POLLS  20000

static uint8_t g_chunk[CHUNK];

/* Writes a file again and again, or reads it. */

static int transfer(const char *path, int writes)
{
  int round;
  int i;

  for (round = 0; round < ROUNDS; round++)
    {
      int fd = open(path, writes ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY, 0666);
      if (fd < 0)
        {
          return 1;
        }

      for (i = 0; i < CHUNKS; i++)
        {
          if ((writes ? write(fd, g_chunk, CHUNK) : read(fd, g_chunk, CHUNK)) != CHUNK)
            {
              return 2;
            }
        }

      close(fd);
    }

  return 0;
}

static int in_memory(void)
{
  return mount(NULL, "/bench", "tmpfs", 0, NULL);
}

static int on_fat(void)
{
  struct boardioc_mkrd_s disk = { .minor = 7, .nsectors = 512, .sectsize = 512, .rdflags = 1 };
  struct fat_format_s format = FAT_FORMAT_INITIALIZER;

  if (boardctl(BOARDIOC_MKRD, (uintptr_t)&disk) < 0 || mkfatfs("/dev/ram7", &format) < 0)
    {
      return -1;
    }

  return mount("/dev/ram7", "/bench", "vfat", 0, NULL);
}

int tmpfs_write_main(int argc, char *argv[])
{
  return in_memory() < 0 ? 3 : transfer("/bench/file", 1);
}

int fat_write_main(int argc, char *argv[])
{
  return on_fat() < 0 ? 3 : transfer("/bench/file.bin", 1);
}

/* One round of writing to forty of reading. */

static int read_back(const char *path)
{
  int fd = open(path, O_WRONLY | O_CREAT, 0666);
  int i;

  for (i = 0; i < CHUNKS; i++)
    {
      write(fd, g_chunk, CHUNK);
    }

  close(fd);
  return transfer(path, 0);
}

int tmpfs_read_main(int argc, char *argv[])
{
  return in_memory() < 0 ? 3 : read_back("/bench/file");
}

int fat_read_main(int argc, char *argv[])
{
  return on_fat() < 0 ? 3 : read_back("/bench/file.bin");
}

/* One task writes to a pipe, another reads. */

static int g_pipe[2];

static int drain(int argc, char *argv[])
{
  static uint8_t bytes[CHUNK];
  int left = PIPED;

  while (left > 0)
    {
      left -= read(g_pipe[0], bytes, sizeof(bytes));
    }

  return 0;
}

int pipe_main(int argc, char *argv[])
{
  int left;

  pipe(g_pipe);
  task_create("drain", 100, 2048, drain, NULL);
  for (left = PIPED; left > 0; left -= CHUNK)
    {
      write(g_pipe[1], g_chunk, left < CHUNK ? left : CHUNK);
    }

  return 0;
}

/* Asks about a hundred descriptors, of which one is ready. */

int poll_main(int argc, char *argv[])
{
  static struct pollfd fds[POLLED];
  int i;

  for (i = 0; i < POLLED; i++)
    {
      int ends[2];

      pipe(ends);
      fds[i].fd = ends[0];
      fds[i].events = POLLIN;
      if (i == POLLED - 1)
        {
          write(ends[1], "x", 1);
        }
    }

  for (i = 0; i < POLLS; i++)
    {
      if (poll(fds, POLLED, -1) != 1)
        {
          return 1;
        }
    }

  return 0;
}
