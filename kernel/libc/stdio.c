/* What the C library's streams need of the kernel. All tasks share them. */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wasi/api.h>

/* The library's struct _IO_FILE, as far as it matters here, and its flag of a stream with an error. */

struct stream
{
  unsigned int   flags;
  unsigned char *rpos;
  unsigned char *rend;
  int          (*close)(FILE *);
  unsigned char *wend;
  unsigned char *wpos;
  unsigned char *wbase;
  size_t       (*read)(FILE *, unsigned char *, size_t);
  size_t       (*write)(FILE *, const unsigned char *, size_t);
  off_t        (*seek)(FILE *, off_t, int);
  unsigned char *buf;
  size_t         buf_size;
  FILE          *prev;
  FILE          *next;
  int            fd;
};

#define STREAM_ERROR 32

/* The library asks before the first line that is printed: later ones are kept to lines too, whoever prints them. */

int __isatty(int fd)
{
  return 1;
}

/* Writes what is in the stream's buffer, and what is given; gives how much of the latter was written. What goes to a
 * pipe may have to wait, and meanwhile other tasks use the stream, so it is empty again before that.
 */

size_t __stdio_write(FILE *file, const unsigned char *data, size_t size)
{
  struct stream *f = (struct stream *)file;
  size_t held = f->wpos - f->wbase;
  __wasi_ciovec_t parts[2] = { { f->wbase, held }, { data, size } };
  size_t written;
  __wasi_errno_t error = __wasi_fd_write(f->fd, parts, 2, &written);
  unsigned char *copy = error == __WASI_ERRNO_AGAIN ? malloc(held + size) : NULL;
  bool done = error == __WASI_ERRNO_SUCCESS;

  if (copy)
    {
      memcpy(copy, f->wbase, held);
      memcpy(copy + held, data, size);
    }

  f->wend = f->buf + f->buf_size;
  f->wpos = f->wbase = f->buf;
  if (copy)
    {
      done = write(f->fd, copy, held + size) >= 0;
      free(copy);
    }

  if (!done)
    {
      f->wpos = f->wbase = f->wend = NULL;
      f->flags |= STREAM_ERROR;
      return 0;
    }

  return size;
}
