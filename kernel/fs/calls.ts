/** Files and devices (manual 2.10). */
import {
  abandonedBy,
  cancellationPoint,
  entry,
  nullOnError,
  positive,
  resumedBy,
  returned,
  waits,
  waitsCancellably,
} from '../call';
import { close, dup, dup2, fcntl, resumeClose } from './descriptor';
import * as directory from './directory';
import { registerDriver, unregister_driver } from './driver';
import { ioctl, resumeIoctl } from './ioctl';
import { link, readlink, symlink } from './link';
import { mmap, munmap } from './mmap';
import { mount, umount, umount2 } from './mount';
import { mkdir, rename, rmdir, unlink } from './names';
import { abandonOpen, creat, open, resumeCreat, resumeOpen } from './open';
import { chdir, fchdir, getcwd } from './path';
import * as position from './position';
import * as stat from './stat';
import { mkfifo, pipe, pipe2 } from './mkpipe';
import { abandonPoll, poll, poll_notify, resumePoll } from './poll';
import { isatty, read, resumeRead, resumeWrite, write } from './readwrite';
import { abandonSelect, resumeSelect, select } from './select';

export const fsCalls = [
  entry(
    '2.10.2.1',
    'int open(const char *path, int oflag, ...)',
    open,
    resumedBy(resumeOpen),
    abandonedBy(abandonOpen),
    waitsCancellably,
  ),
  entry(
    '2.10.2.1',
    'int creat(const char *path, mode_t mode)',
    creat,
    resumedBy(resumeCreat),
    abandonedBy(abandonOpen),
    waitsCancellably,
  ),
  entry('2.10.2.1', 'int fcntl(int fd, int cmd, ...)', fcntl, cancellationPoint),
  entry('2.10.2.2', 'int close(int fd)', close, resumedBy(resumeClose), waitsCancellably),
  entry('2.10.2.2', 'int dup(int fd)', dup),
  entry('2.10.2.2', 'int dup2(int fd1, int fd2)', dup2),
  entry('2.10.2.2', 'ssize_t read(int fd, void *buf, size_t nbytes)', read, resumedBy(resumeRead), waitsCancellably),
  // An interrupt handler may write to the console.
  entry(
    '2.10.2.2',
    'ssize_t write(int fd, const void *buf, size_t nbytes)',
    write,
    resumedBy(resumeWrite),
    cancellationPoint,
  ),
  entry('2.10.2.2', 'off_t lseek(int fd, off_t offset, int whence)', position.lseek, resumedBy(position.lseek)),
  entry(
    '2.10.2.2',
    'ssize_t pread(int fd, void *buf, size_t nbytes, off_t offset)',
    position.pread,
    resumedBy(position.resumePread),
    waitsCancellably,
  ),
  entry(
    '2.10.2.2',
    'ssize_t pwrite(int fd, const void *buf, size_t nbytes, off_t offset)',
    position.pwrite,
    resumedBy(position.resumePwrite),
    waitsCancellably,
  ),
  entry('2.10.4', 'int fsync(int fd)', position.fsync, cancellationPoint),
  entry('', 'int ftruncate(int fd, off_t length)', position.ftruncate, resumedBy(position.ftruncate)),
  entry('', 'int truncate(const char *path, off_t length)', position.truncate),
  entry('2.10.2.3', 'int ioctl(int fd, int req, ...)', ioctl, resumedBy(resumeIoctl), waits),
  entry('2.10.2.2', 'int unlink(const char *path)', unlink),
  entry('2.10.5', 'int mkdir(const char *path, mode_t mode)', mkdir),
  entry('2.10.4', 'int rmdir(const char *path)', rmdir),
  entry('2.10.5', 'int rename(const char *oldpath, const char *newpath)', rename),
  entry('2.10.4', 'int link(const char *path1, const char *path2)', link),
  entry('', 'int symlink(const char *path1, const char *path2)', symlink),
  entry('2.10.4', 'ssize_t readlink(const char *path, char *buf, size_t bufsize)', readlink),
  entry('2.10.5', 'int stat(const char *path, struct stat *buf)', stat.stat),
  entry('', 'int lstat(const char *path, struct stat *buf)', stat.lstat),
  entry('2.10.5', 'int fstat(int fd, struct stat *buf)', stat.fstat),
  entry('2.10.5', 'int statfs(const char *path, struct statfs *buf)', stat.statfs),
  entry('2.10.5', 'int fstatfs(int fd, struct statfs *buf)', stat.fstatfs),
  entry('2.10.4', 'int access(const char *path, int amode)', stat.access),
  entry('2.10.4', 'int chdir(const char *path)', chdir),
  entry('', 'int fchdir(int fd)', fchdir),
  entry('2.10.4', 'char *getcwd(char *buf, size_t size)', getcwd, nullOnError),
  entry('2.10.3', 'DIR *opendir(const char *path)', directory.opendir, nullOnError),
  entry('', 'DIR *fdopendir(int fd)', directory.fdopendir, nullOnError),
  entry('', 'int dirfd(DIR *dirp)', directory.dirfd),
  entry('2.10.3', 'struct dirent *readdir(DIR *dirp)', directory.readdir, nullOnError),
  entry(
    '2.10.3',
    'int readdir_r(DIR *dirp, struct dirent *entry, struct dirent **result)',
    directory.readdir_r,
    positive,
  ),
  entry('2.10.3', 'void rewinddir(DIR *dirp)', directory.rewinddir),
  entry('2.10.3', 'void seekdir(DIR *dirp, long loc)', directory.seekdir),
  entry('2.10.3', 'long telldir(DIR *dirp)', directory.telldir),
  entry('2.10.3', 'int closedir(DIR *dirp)', directory.closedir),
  entry(
    '',
    'int mount(const char *source, const char *target, const char *fstype, unsigned long flags, const void *data)',
    mount,
  ),
  entry('', 'int umount(const char *target)', umount),
  entry('', 'int umount2(const char *target, unsigned int flags)', umount2),
  entry('2.10.4', 'int isatty(int fd)', isatty, nullOnError),
  entry(
    '2.10.2.4.1',
    'int poll(struct pollfd *fds, nfds_t nfds, int timeout)',
    poll,
    resumedBy(resumePoll),
    abandonedBy(abandonPoll),
    waitsCancellably,
  ),
  entry(
    '2.10.2.5.1',
    'int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, struct timeval *timeout)',
    select,
    resumedBy(resumeSelect),
    abandonedBy(abandonSelect),
    waitsCancellably,
  ),
  entry('2.10.11.1', 'void *mmap(void *start, size_t length, int prot, int flags, int fd, off_t offset)', mmap),
  entry('', 'int munmap(void *start, size_t length)', munmap),
  entry('2.10.9.1', 'int pipe(int fd[2])', pipe),
  entry('', 'int pipe2(int fd[2], int flags)', pipe2),
  entry('2.10.9.2', 'int mkfifo(const char *path, mode_t mode)', mkfifo),
  entry(
    '',
    'int nx_register_driver(const char *path, const void *ops, int isblock, void *priv, driver_call_t call)',
    registerDriver,
    returned,
  ),
  entry('', 'int unregister_driver(const char *path)', unregister_driver, returned),
  entry('', 'int unregister_blockdriver(const char *path)', unregister_driver, returned),
  entry('', 'void poll_notify(struct pollfd **afds, int nfds, pollevent_t eventset)', poll_notify),
] as const;
