#ifndef __INCLUDE_FCNTL_H
#define __INCLUDE_FCNTL_H

#include <nuttx/config.h>
#include <sys/types.h>

/* Linux's numbers, to which NuttX has changed. */

#define O_RDONLY    00000000
#define O_WRONLY    00000001
#define O_RDWR      00000002
#define O_ACCMODE   00000003
#define O_CREAT     00000100
#define O_EXCL      00000200
#define O_NOCTTY    00000400
#define O_TRUNC     00001000
#define O_APPEND    00002000
#define O_NONBLOCK  00004000
#define O_NDELAY    O_NONBLOCK
#define O_DSYNC     00010000
#define O_DIRECT    00040000
#define O_DIRECTORY 00200000
#define O_NOFOLLOW  00400000
#define O_CLOEXEC   02000000
#define O_SYNC      04010000
#define O_RSYNC     O_SYNC
#define O_BINARY    0
#define O_TEXT      0

#define F_DUPFD     0
#define F_GETFD     1
#define F_GETFL     2
#define F_GETLK     4
#define F_SETFD     8
#define F_SETFL     9
#define F_SETLK     11
#define F_SETLKW    12
#define F_DUPFD_CLOEXEC 18
#define FD_CLOEXEC  1

int open(const char *path, int oflag, ...);
int creat(const char *path, mode_t mode);
int fcntl(int fd, int cmd, ...);

#endif
