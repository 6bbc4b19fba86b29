/** NuttX's error numbers (include/errno.h). Kernel functions return them negated, as NuttX's own do. */
export const Errno = {
  EPERM: 1, ENOENT: 2, ESRCH: 3, EINTR: 4, EBADF: 9, ECHILD: 10, EAGAIN: 11, ENOMEM: 12, EACCES: 13, EFAULT: 14, EBUSY: 16,
  EEXIST: 17, EINVAL: 22, ENFILE: 23, EMFILE: 24, ENOTTY: 25, ENOSPC: 28, EPIPE: 32, EDEADLK: 35, ENAMETOOLONG: 36, ENOSYS: 38,
  EOVERFLOW: 75, EMSGSIZE: 90, ETIMEDOUT: 110, ECANCELED: 125, EOWNERDEAD: 130, ENOTRECOVERABLE: 131, ENOTSUP: 138,
} as const; // prettier-ignore
