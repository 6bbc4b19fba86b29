#ifndef __INCLUDE_NUTTX_TLS_H
#define __INCLUDE_NUTTX_TLS_H

#include <semaphore.h>
#include <stdio.h>

/* What the C library keeps for each task group: streams and the state of getopt. It lies in the heap, is made when the
 * group first needs it, and goes with the group (kernel/libc/taskinfo.ts).
 */

/* The C library's own layout of a stream. */

struct _IO_FILE
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
  int            mode;
  int            lbf;
  void          *cookie;
  off_t          off;
  char          *getln_buf;
  unsigned char *shend;
  off_t          shlim;
  off_t          shcnt;
  void          *locale;
};

/* Bits of its flags, and one of ours: the stream is a `struct stream_s`. */

#define STREAM_PERMANENT 1
#define STREAM_NOREAD    4
#define STREAM_NOWRITE   8
#define STREAM_EOF       16
#define STREAM_ERROR     32
#define STREAM_APPEND    128
#define STREAM_OURS      0x1000

/* Bytes in front of a buffer that ungetc may need. */

#define STREAM_UNGET     8

/* The kernel frees what a group left: it knows where `next`, `buffer` and a stream's pointers are. */

struct stream_s
{
  FILE             file;
  struct stream_s *next;

  /* That setvbuf has allocated. */

  void            *buffer;

  /* Who has the stream: nobody, a thread in a function of the library, or `owner` by so many calls of flockfile. */

  int              held;
  void            *owner;
  int              waiters;
  sem_t            free;
  unsigned char    unget[STREAM_UNGET];
};

struct task_info_s
{
  /* All streams, those that were opened last first. */

  struct stream_s *streams;

  /* By which a task that exits writes out what they hold. */

  void           (*flush)(void);
  struct stream_s  standard[3];

  /* Of getopt; in the word that it is in the next letter. */

  char            *argument;
  int              index;
  int              complains;
  int              option;
  char            *letter;
};

/* The running group's, of that many bytes and zeroed when it is new; with a size of 0, NULL when there is none yet. */

void *__task_info(size_t size);

/* CONFIG_STDIO_BUFFER_SIZE. */

size_t __stdio_buffer_size(void);

_LIBC struct task_info_s *task_get_info(void);

/* A stream on a descriptor, with those flags; NULL and ENOMEM when there is no memory. And whose turn it is on one. */

_LIBC FILE *__stdio_open(int fd, unsigned int flags);
_LIBC void __stdio_lock(FILE *f);
_LIBC void __stdio_unlock(FILE *f);

#endif
