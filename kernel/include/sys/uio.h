#ifndef __INCLUDE_SYS_UIO_H
#define __INCLUDE_SYS_UIO_H

#include <sys/types.h>

#define __NEED_struct_iovec
#include <bits/alltypes.h>

#define IOV_MAX    1024
#define UIO_MAXIOV IOV_MAX

_LIBC ssize_t readv(int fildes, const struct iovec *iov, int iovcnt);
_LIBC ssize_t writev(int fildes, const struct iovec *iov, int iovcnt);

#endif
