#ifndef __INCLUDE_UNISTD_H
#define __INCLUDE_UNISTD_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <sys/types.h>
#include <__seek.h>

#define STDIN_FILENO  0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2

#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4

#define _SC_CLK_TCK          6
#define _SC_PAGESIZE         36
#define _SC_PAGE_SIZE        _SC_PAGESIZE

#define _POSIX_VERSION             199309L
#define _POSIX_REALTIME_SIGNALS    1
#define _POSIX_MESSAGE_PASSING     1
#define _POSIX_PRIORITY_SCHEDULING 1
#define _POSIX_TIMERS              1
#define _POSIX_THREADS             1
#define _POSIX_SEMAPHORES          1

pid_t vfork(void);
pid_t getpid(void);
pid_t getpgid(pid_t pid);
pid_t getpgrp(void);
pid_t gettid(void);
pid_t getppid(void);
void _exit(int status) noreturn_function;
unsigned int sleep(unsigned int seconds);
int usleep(useconds_t usec);
int pause(void);
unsigned int alarm(unsigned int seconds);
int daemon(int nochdir, int noclose);
int nice(int inc);
long sysconf(int name);
int execl(const char *path, ...);
int execv(const char *path, char *const argv[]);
int execve(const char *path, char *const argv[], char *const envp[]);

int close(int fd);
int dup(int fd);
int dup2(int fd1, int fd2);
int fsync(int fd);
int ftruncate(int fd, off_t length);
off_t lseek(int fd, off_t offset, int whence);
ssize_t read(int fd, void *buf, size_t nbytes);
ssize_t write(int fd, const void *buf, size_t nbytes);
ssize_t pread(int fd, void *buf, size_t nbytes, off_t offset);
ssize_t pwrite(int fd, const void *buf, size_t nbytes, off_t offset);
int isatty(int fd);
int pipe(int fd[2]);
int pipe2(int fd[2], int flags);
int chdir(const char *path);
int fchdir(int fd);
char *getcwd(char *buf, size_t size);
int access(const char *path, int amode);
int link(const char *path1, const char *path2);
int symlink(const char *path1, const char *path2);
ssize_t readlink(const char *path, char *buf, size_t bufsize);
int rmdir(const char *path);
int unlink(const char *path);
int truncate(const char *path, off_t length);
int gethostname(char *name, size_t size);
int sethostname(const char *name, size_t size);
uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int getentropy(void *buffer, size_t length);

_LIBC int getopt(int argc, char *const argv[], const char *optstring);
_LIBC void swab(const void *from, void *to, ssize_t n);

/* Each task group has its own. */

#define optarg (*getoptargp())
#define optind (*getoptindp())
#define opterr (*getopterrp())
#define optopt (*getoptoptp())
_LIBC char **getoptargp(void);
_LIBC int *getoptindp(void);
_LIBC int *getopterrp(void);
_LIBC int *getoptoptp(void);

#define environ get_environ_ptr()
char **get_environ_ptr(void);

#endif
