/* Streams of a task group: what the C library's functions do with descriptors, and whose turn it is on a stream. */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nuttx/tls.h>
#include <wasi/api.h>

/* Writes what is in the stream's buffer, and what is given; gives how much of the latter was written. The console takes
 * it at once, other files may have to wait.
 */

size_t __stdio_write(FILE *f, const unsigned char *data, size_t size)
{
  size_t held = f->wpos - f->wbase;
  __wasi_ciovec_t parts[2] = { { f->wbase, held }, { data, size } };
  size_t written;

  if (__wasi_fd_write(f->fd, parts, 2, &written) != __WASI_ERRNO_SUCCESS)
    {
      for (int i = 0; i < 2; i++)
        {
          while (parts[i].buf_len > 0)
            {
              ssize_t count = write(f->fd, parts[i].buf, parts[i].buf_len);
              if (count <= 0)
                {
                  f->wpos = f->wbase = f->wend = NULL;
                  f->flags |= STREAM_ERROR;
                  return i == 0 ? 0 : size - parts[i].buf_len;
                }

              parts[i].buf += count;
              parts[i].buf_len -= count;
            }
        }
    }

  f->wend = f->buf + f->buf_size;
  f->wpos = f->wbase = f->buf;
  return size;
}

/* Reads into the caller's memory, or into the buffer where that is larger. */

static size_t read_stream(FILE *f, unsigned char *data, size_t size)
{
  bool direct = size >= f->buf_size;
  ssize_t count = read(f->fd, direct ? data : f->buf, direct ? size : f->buf_size);

  f->rpos = f->rend = f->buf;
  if (count <= 0)
    {
      f->flags |= count == 0 ? STREAM_EOF : STREAM_ERROR;
      return 0;
    }

  if (!direct)
    {
      f->rend += count;
      count = (size_t)count < size ? (size_t)count : size;
      memcpy(data, f->rpos, count);
      f->rpos += count;
    }

  return count;
}

static off_t seek_stream(FILE *f, off_t offset, int whence)
{
  return lseek(f->fd, offset, whence);
}

static int close_stream(FILE *f)
{
  return close(f->fd);
}

/* Puts a stream on a descriptor, and into the group's list. Without a buffer it is unbuffered. */

static void open_stream(struct task_info_s *info, struct stream_s *stream, int fd, unsigned int flags,
                        unsigned char *buffer, size_t size)
{
  FILE *f = &stream->file;

  memset(stream, 0, sizeof(*stream));
  f->flags = flags | STREAM_OURS;
  f->fd = fd;
  f->lbf = buffer ? '\n' : -1;
  f->buf = buffer ? buffer + STREAM_UNGET : stream->unget + STREAM_UNGET;
  f->buf_size = buffer ? size : 0;
  f->read = read_stream;
  f->write = __stdio_write;
  f->seek = seek_stream;
  f->close = close_stream;
  stream->next = info->streams;
  info->streams = stream;
}

FILE *__stdio_open(int fd, unsigned int flags)
{
  size_t size = __stdio_buffer_size();
  struct stream_s *stream = malloc(sizeof(*stream) + STREAM_UNGET + size);

  if (!stream)
    {
      errno = ENOMEM;
      return NULL;
    }

  open_stream(task_get_info(), stream, fd, flags, (unsigned char *)(stream + 1), size);
  return &stream->file;
}

/* A stream that another thread is in the middle of would keep the task from its end. */

static void flush_streams(void)
{
  for (struct stream_s *stream = task_get_info()->streams; stream; stream = stream->next)
    {
      if (!stream->held && stream->file.wpos != stream->file.wbase)
        {
          fflush(&stream->file);
        }
    }
}

struct task_info_s *task_get_info(void)
{
  struct task_info_s *info = __task_info(0);

  if (!info)
    {
      size_t size = __stdio_buffer_size();
      unsigned char *buffers;

      info = __task_info(sizeof(*info) + 2 * (STREAM_UNGET + size));
      buffers = (unsigned char *)(info + 1);
      info->flush = flush_streams;
      info->index = info->complains = 1;
      open_stream(info, &info->standard[0], 0, STREAM_PERMANENT | STREAM_NOWRITE, buffers, size);
      open_stream(info, &info->standard[1], 1, STREAM_PERMANENT | STREAM_NOREAD, buffers + STREAM_UNGET + size, size);
      open_stream(info, &info->standard[2], 2, STREAM_PERMANENT | STREAM_NOREAD, NULL, 0);
    }

  return info;
}

FILE *lib_get_stream(int fd)
{
  return &task_get_info()->standard[fd].file;
}

/* The address of errno tells threads apart. */

void flockfile(FILE *f)
{
  struct stream_s *stream = (struct stream_s *)f;
  void *self = __errno();

  if (!(f->flags & STREAM_OURS))
    {
      return;
    }

  if (!stream->held || stream->owner != self)
    {
      __stdio_lock(f);
      stream->owner = self;
      return;
    }

  stream->held++;
}

int ftrylockfile(FILE *f)
{
  struct stream_s *stream = (struct stream_s *)f;

  if ((f->flags & STREAM_OURS) && stream->held && stream->owner != __errno())
    {
      return -1;
    }

  flockfile(f);
  return 0;
}

void funlockfile(FILE *f)
{
  __stdio_unlock(f);
}

/* What the library's functions do with a stream is not to be mixed with what other threads of the group do with it. A
 * task is not preempted between the test of `held` and the change, as there is no call in between.
 */

void __stdio_lock(FILE *f)
{
  struct stream_s *stream = (struct stream_s *)f;

  if (!(f->flags & STREAM_OURS))
    {
      return;
    }

  if (!stream->held)
    {
      stream->held = 1;
      return;
    }

  if (stream->owner && stream->owner == __errno())
    {
      stream->held++;
      return;
    }

  while (stream->held)
    {
      int error = errno;

      stream->waiters++;
      sem_wait(&stream->free);
      errno = error;
    }

  stream->held = 1;
}

void __stdio_unlock(FILE *f)
{
  struct stream_s *stream = (struct stream_s *)f;

  if (!(f->flags & STREAM_OURS) || --stream->held > 0)
    {
      return;
    }

  stream->owner = NULL;
  while (stream->waiters > 0)
    {
      stream->waiters--;
      sem_post(&stream->free);
    }
}
