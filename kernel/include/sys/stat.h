#ifndef __INCLUDE_SYS_STAT_H
#define __INCLUDE_SYS_STAT_H

#include <sys/types.h>
#include <time.h>
#include_next <sys/stat.h>

int stat(const char *path, struct stat *buf);
int lstat(const char *path, struct stat *buf);
int fstat(int fd, struct stat *buf);
int chmod(const char *path, mode_t mode);
int fchmod(int fd, mode_t mode);
int mkdir(const char *path, mode_t mode);
int mkfifo(const char *path, mode_t mode);
mode_t umask(mode_t mask);

#endif
