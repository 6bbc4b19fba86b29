/* Opening and closing streams, and their buffers (manual 2.10.5). */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nuttx/tls.h>

int __real_fclose(FILE *f);
int __real_fflush(FILE *f);

/* Flags of open for a mode as "r+b"; -1 with EINVAL for what is no mode. */

static int open_flags(const char *mode)
{
  int flags;

  switch (*mode)
    {
      case 'r':
        flags = O_RDONLY;
        break;
      case 'w':
        flags = O_WRONLY | O_CREAT | O_TRUNC;
        break;
      case 'a':
        flags = O_WRONLY | O_CREAT | O_APPEND;
        break;
      default:
        errno = EINVAL;
        return -1;
    }

  while (*++mode)
    {
      switch (*mode)
        {
          case '+':
            flags = (flags & ~O_ACCMODE) | O_RDWR;
            break;
          case 'x':
            flags |= O_EXCL;
            break;
          case 'e':
            flags |= O_CLOEXEC;
            break;
          case 'b':
          case 't':
            break;
          default:
            errno = EINVAL;
            return -1;
        }
    }

  return flags;
}

/* The same as a stream has it. */

static unsigned int stream_flags(int flags)
{
  int access = flags & O_ACCMODE;

  return (access == O_RDONLY ? STREAM_NOWRITE : access == O_WRONLY ? STREAM_NOREAD : 0) |
         (flags & O_APPEND ? STREAM_APPEND : 0);
}

FILE *fdopen(int fd, const char *mode)
{
  int flags = open_flags(mode);
  int has = flags < 0 ? -1 : fcntl(fd, F_GETFL);

  if (has < 0)
    {
      return NULL;
    }

  if ((has & O_ACCMODE) != O_RDWR && (has & O_ACCMODE) != (flags & O_ACCMODE))
    {
      errno = EINVAL;
      return NULL;
    }

  if ((flags & O_APPEND) && !(has & O_APPEND))
    {
      fcntl(fd, F_SETFL, has | O_APPEND);
    }

  return __stdio_open(fd, stream_flags(flags));
}

FILE *fopen(const char *path, const char *mode)
{
  int flags = open_flags(mode);
  int fd = flags < 0 ? -1 : open(path, flags, 0666);
  FILE *f = fd < 0 ? NULL : __stdio_open(fd, stream_flags(flags));

  if (!f && fd >= 0)
    {
      close(fd);
    }

  return f;
}

/* What was buffered is written, or forgotten if it was read. */

static int empty(FILE *f)
{
  int result = __real_fflush(f);

  f->rpos = f->rend = NULL;
  f->wpos = f->wbase = f->wend = NULL;
  return result;
}

/* The stream keeps its descriptor. Without a path only the mode changes. */

FILE *freopen(const char *path, const char *mode, FILE *f)
{
  int flags = open_flags(mode);
  int fd;
  int result;

  if (flags < 0)
    {
      return NULL;
    }

  if (!path)
    {
      result = fcntl(f->fd, F_SETFL, flags);
    }
  else
    {
      fd = open(path, flags, 0666);
      if (fd < 0)
        {
          return NULL;
        }

      __stdio_lock(f);
      empty(f);
      result = fd == f->fd ? 0 : dup2(fd, f->fd);
      if (fd != f->fd)
        {
          close(fd);
        }

      f->flags &= ~(STREAM_NOREAD | STREAM_NOWRITE | STREAM_APPEND | STREAM_EOF | STREAM_ERROR);
      f->flags |= stream_flags(flags);
      __stdio_unlock(f);
    }

  return result < 0 ? NULL : f;
}

int __wrap_fclose(FILE *f)
{
  struct stream_s *stream = (struct stream_s *)f;
  struct stream_s **link = &task_get_info()->streams;
  int result;

  if (!(f->flags & STREAM_OURS))
    {
      return __real_fclose(f);
    }

  __stdio_lock(f);
  result = __real_fflush(f);
  result |= f->close(f);
  while (*link && *link != stream)
    {
      link = &(*link)->next;
    }

  if (*link)
    {
      *link = stream->next;
    }

  free(f->getln_buf);
  free(stream->buffer);
  if (!(f->flags & STREAM_PERMANENT))
    {
      free(stream);
    }
  else
    {
      stream->buffer = NULL;
      __stdio_unlock(f);
    }

  return result ? EOF : 0;
}

int __wrap_fflush(FILE *f)
{
  int result = 0;

  if (f)
    {
      __stdio_lock(f);
      result = __real_fflush(f);
      __stdio_unlock(f);
      return result;
    }

  for (struct stream_s *stream = task_get_info()->streams; stream; stream = stream->next)
    {
      if (stream->file.wpos != stream->file.wbase)
        {
          result |= __wrap_fflush(&stream->file);
        }
    }

  return result;
}

/* Fails with EINVAL for a mode that is none, or a buffer of no size; with EBUSY when there is something in the buffer; with
 * ENOMEM. A buffer that is NULL, or has no room for what ungetc needs, is allocated.
 */

int setvbuf(FILE *f, char *buffer, int mode, size_t size)
{
  struct stream_s *stream = (struct stream_s *)f;
  unsigned char *memory = (unsigned char *)buffer;
  bool unbuffered = mode == _IONBF;
  int error = 0;

  if ((mode != _IOFBF && mode != _IOLBF && !unbuffered) || (buffer && size == 0 && !unbuffered))
    {
      errno = EINVAL;
      return -1;
    }

  __stdio_lock(f);
  if (f->wpos != f->wbase || f->rpos != f->rend)
    {
      error = EBUSY;
    }
  else if (!unbuffered && size > 0 && (!buffer || size <= STREAM_UNGET))
    {
      memory = size <= SIZE_MAX - STREAM_UNGET ? malloc(size + STREAM_UNGET) : NULL;
      size += STREAM_UNGET;
      error = memory ? 0 : ENOMEM;
    }

  if (!error)
    {
      f->lbf = mode == _IOLBF ? '\n' : -1;
      f->rpos = f->rend = NULL;
      f->wpos = f->wbase = f->wend = NULL;
      if (unbuffered || memory)
        {
          free(stream->buffer);
          stream->buffer = unbuffered || memory == (unsigned char *)buffer ? NULL : memory;
          f->buf = unbuffered ? stream->unget + STREAM_UNGET : memory + STREAM_UNGET;
          f->buf_size = unbuffered ? 0 : size - STREAM_UNGET;
        }
    }

  __stdio_unlock(f);
  errno = error ? error : errno;
  return error ? -1 : 0;
}
