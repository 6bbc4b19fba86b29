#ifndef __INCLUDE_FCNTL_H
#define __INCLUDE_FCNTL_H

#include <nuttx/config.h>
#include <sys/types.h>

#define O_RDONLY    (1 << 0)
#define O_WRONLY    (1 << 1)
#define O_RDWR      (O_RDONLY | O_WRONLY)
#define O_RDOK      O_RDONLY
#define O_WROK      O_WRONLY
#define O_CREAT     (1 << 2)
#define O_EXCL      (1 << 3)
#define O_APPEND    (1 << 4)
#define O_TRUNC     (1 << 5)
#define O_NONBLOCK  (1 << 6)
#define O_NDELAY    O_NONBLOCK
#define O_SYNC      (1 << 7)
#define O_DSYNC     O_SYNC
#define O_BINARY    (1 << 8)
#define O_DIRECT    (1 << 9)
#define O_CLOEXEC   (1 << 10)
#define O_DIRECTORY (1 << 11)
#define O_NOFOLLOW  (1 << 12)
#define O_TEXT      0
#define O_NOCTTY    0
#define O_RSYNC     0
#define O_ACCMODE   O_RDWR

#define F_DUPFD     0
#define F_GETFD     1
#define F_GETFL     2
#define F_GETLK     4
#define F_SETFD     8
#define F_SETFL     9
#define F_SETLK     11
#define F_SETLKW    12
#define FD_CLOEXEC  1

int open(const char *path, int oflag, ...);
int creat(const char *path, mode_t mode);
int fcntl(int fd, int cmd, ...);

#endif
