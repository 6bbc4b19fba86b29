#ifndef __INCLUDE_AIO_H
#define __INCLUDE_AIO_H

#include <nuttx/config.h>
#include <sys/types.h>
#include <signal.h>
#include <time.h>

/* What aio_cancel gives. */

#define AIO_ALLDONE     0
#define AIO_CANCELED    1
#define AIO_NOTCANCELED 2

/* Operations of lio_listio, and whether it waits. */

#define LIO_NOP         0
#define LIO_NOWAIT      1
#define LIO_READ        2
#define LIO_WAIT        3
#define LIO_WRITE       4

struct aiocb
{
  struct sigevent   aio_sigevent;
  volatile void    *aio_buf;
  off_t             aio_offset;
  size_t            aio_nbytes;
  int16_t           aio_fildes;
  int8_t            aio_reqprio;
  uint8_t           aio_lio_opcode;

  /* The kernel's. */

  volatile ssize_t  aio_result;
  void             *aio_priv;
};

int aio_cancel(int fildes, struct aiocb *aiocbp);
int aio_error(const struct aiocb *aiocbp);
int aio_fsync(int op, struct aiocb *aiocbp);
int aio_read(struct aiocb *aiocbp);
ssize_t aio_return(struct aiocb *aiocbp);
int aio_suspend(const struct aiocb *const list[], int nent, const struct timespec *timeout);
int aio_write(struct aiocb *aiocbp);
int lio_listio(int mode, struct aiocb *const list[], int nent, struct sigevent *sig);

#endif
