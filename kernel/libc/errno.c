/* The C library numbers its errors as WASI does and keeps them in a variable of its own. */

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

/* The address of the library's variable, so that the kernel can translate what the library left there. */

#undef errno
extern _Thread_local int errno;

int *__ts_libc_errno(void)
{
  return &errno;
}

#define errno (*__errno())

static const char *const g_text[] =
{
  [0] = "Success",
  [EPERM] = "Operation not permitted",
  [ENOENT] = "No such file or directory",
  [ESRCH] = "No such process",
  [EINTR] = "Interrupted system call",
  [EIO] = "I/O error",
  [ENXIO] = "No such device or address",
  [E2BIG] = "Argument list too long",
  [ENOEXEC] = "Exec format error",
  [EBADF] = "Bad file descriptor",
  [ECHILD] = "No child processes",
  [EAGAIN] = "Try again",
  [ENOMEM] = "Out of memory",
  [EACCES] = "Permission denied",
  [EFAULT] = "Bad address",
  [ENOTBLK] = "Block device required",
  [EBUSY] = "Device or resource busy",
  [EEXIST] = "File exists",
  [EXDEV] = "Cross-device link",
  [ENODEV] = "No such device",
  [ENOTDIR] = "Not a directory",
  [EISDIR] = "Is a directory",
  [EINVAL] = "Invalid argument",
  [ENFILE] = "File table overflow",
  [EMFILE] = "Too many open files",
  [ENOTTY] = "Not a typewriter",
  [ETXTBSY] = "Text file busy",
  [EFBIG] = "File too large",
  [ENOSPC] = "No space left on device",
  [ESPIPE] = "Illegal seek",
  [EROFS] = "Read-only file system",
  [EMLINK] = "Too many links",
  [EPIPE] = "Broken pipe",
  [EDOM] = "Math argument out of domain of func",
  [ERANGE] = "Math result not representable",
  [EDEADLK] = "Resource deadlock would occur",
  [ENAMETOOLONG] = "File name too long",
  [ENOLCK] = "No record locks available",
  [ENOSYS] = "Function not implemented",
  [ENOTEMPTY] = "Directory not empty",
  [ELOOP] = "Too many symbolic links encountered",
  [ENOMSG] = "No message of desired type",
  [EIDRM] = "Identifier removed",
  [ENODATA] = "No data available",
  [ETIME] = "Timer expired",
  [EPROTO] = "Protocol error",
  [EBADMSG] = "Not a data message",
  [EOVERFLOW] = "Value too large for defined data type",
  [EILSEQ] = "Illegal byte sequence",
  [ENOTSOCK] = "Socket operation on non-socket",
  [EDESTADDRREQ] = "Destination address required",
  [EMSGSIZE] = "Message too long",
  [EPROTOTYPE] = "Protocol wrong type for socket",
  [ENOPROTOOPT] = "Protocol not available",
  [EPROTONOSUPPORT] = "Protocol not supported",
  [ESOCKTNOSUPPORT] = "Socket type not supported",
  [EOPNOTSUPP] = "Operation not supported on transport endpoint",
  [EPFNOSUPPORT] = "Protocol family not supported",
  [EAFNOSUPPORT] = "Address family not supported by protocol",
  [EADDRINUSE] = "Address already in use",
  [EADDRNOTAVAIL] = "Cannot assign requested address",
  [ENETDOWN] = "Network is down",
  [ENETUNREACH] = "Network is unreachable",
  [ENETRESET] = "Network dropped connection because of reset",
  [ECONNABORTED] = "Software caused connection abort",
  [ECONNRESET] = "Connection reset by peer",
  [ENOBUFS] = "No buffer space available",
  [EISCONN] = "Transport endpoint is already connected",
  [ENOTCONN] = "Transport endpoint is not connected",
  [ESHUTDOWN] = "Cannot send after transport endpoint shutdown",
  [ETIMEDOUT] = "Connection timed out",
  [ECONNREFUSED] = "Connection refused",
  [EHOSTDOWN] = "Host is down",
  [EHOSTUNREACH] = "No route to host",
  [EALREADY] = "Operation already in progress",
  [EINPROGRESS] = "Operation now in progress",
  [ESTALE] = "Stale NFS file handle",
  [EDQUOT] = "Quota exceeded",
  [ECANCELED] = "Operation cancelled",
  [EOWNERDEAD] = "Owner died",
  [ENOTRECOVERABLE] = "State not recoverable",
  [ENOTSUP] = "Not supported",
};

char *strerror(int errnum)
{
  const char *text = 0;

  if (errnum >= 0 && errnum < (int)(sizeof(g_text) / sizeof(g_text[0])))
    {
      text = g_text[errnum];
    }

  return (char *)(text ? text : "Unknown error");
}

char *__strerror_l(int errnum, locale_t locale)
{
  return strerror(errnum);
}

char *strerror_l(int errnum, locale_t locale)
{
  return strerror(errnum);
}

int strerror_r(int errnum, char *buf, size_t buflen)
{
  const char *text = strerror(errnum);

  if (strlen(text) >= buflen)
    {
      return ERANGE;
    }

  strcpy(buf, text);
  return 0;
}

void perror(const char *s)
{
  int err = errno;

  if (s && *s)
    {
      fprintf(stderr, "%s: ", s);
    }

  fprintf(stderr, "%s\n", strerror(err));
}
