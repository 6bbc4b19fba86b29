/* Several buffers at once (NuttX: libs/libc/uio): of a socket one message, else one after the other. */

#include <errno.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

typedef ssize_t (*message_t)(int fd, struct msghdr *msg, int flags);

/* False when the descriptor is none of a socket. */

static bool by_message(message_t call, int fd, const struct iovec *iov, int iovcnt, ssize_t *result)
{
  struct msghdr msg = { .msg_iov = (struct iovec *)iov, .msg_iovlen = iovcnt };

  *result = call(fd, &msg, 0);
  return *result >= 0 || errno != ENOTSOCK;
}

static bool is_none(int iovcnt)
{
  errno = EINVAL;
  return iovcnt < 0 || iovcnt > IOV_MAX;
}

/* What was done before an error counts. */

static ssize_t sum(ssize_t total, ssize_t count)
{
  return count >= 0 ? total + count : total > 0 ? total : ERROR;
}

ssize_t readv(int fildes, const struct iovec *iov, int iovcnt)
{
  ssize_t total = 0;

  if (is_none(iovcnt))
    {
      return ERROR;
    }

  if (by_message(recvmsg, fildes, iov, iovcnt, &total))
    {
      return total;
    }

  total = 0;
  for (int i = 0; i < iovcnt; i++)
    {
      ssize_t count = read(fildes, iov[i].iov_base, iov[i].iov_len);

      total = sum(total, count);
      if (count < 0 || (size_t)count < iov[i].iov_len)
        {
          break;
        }
    }

  return total;
}

ssize_t writev(int fildes, const struct iovec *iov, int iovcnt)
{
  ssize_t total = 0;

  if (is_none(iovcnt))
    {
      return ERROR;
    }

  if (by_message(sendmsg, fildes, iov, iovcnt, &total))
    {
      return total;
    }

  total = 0;
  for (int i = 0; i < iovcnt; i++)
    {
      ssize_t count = write(fildes, iov[i].iov_base, iov[i].iov_len);

      total = sum(total, count);
      if (count < 0 || (size_t)count < iov[i].iov_len)
        {
          break;
        }
    }

  return total;
}
