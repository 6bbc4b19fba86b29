/** Files and devices (manual 2.10). */
import { cancellationPoint, entry, nullOnError, resumedBy, waitsCancellably } from '../call';
import { close, dup, dup2, fcntl } from './descriptor';
import { creat, open, resumeCreat, resumeOpen, unlink } from './inode';
import { mkfifo, pipe, pipe2 } from './mkpipe';
import { poll, resumePoll } from './poll';
import { isatty, read, resumeRead, resumeWrite, write } from './readwrite';
import { resumeSelect, select } from './select';

export const fsCalls = [
  entry('', 'int open(const char *path, int oflag, ...)', open, resumedBy(resumeOpen), waitsCancellably),
  entry('', 'int creat(const char *path, mode_t mode)', creat, resumedBy(resumeCreat), waitsCancellably),
  entry('', 'int fcntl(int fd, int cmd, ...)', fcntl, cancellationPoint),
  entry('', 'int close(int fd)', close, cancellationPoint),
  entry('', 'int dup(int fd)', dup),
  entry('', 'int dup2(int fd1, int fd2)', dup2),
  entry('', 'ssize_t read(int fd, void *buf, size_t nbytes)', read, resumedBy(resumeRead), waitsCancellably),
  // An interrupt handler may write to the console.
  entry('', 'ssize_t write(int fd, const void *buf, size_t nbytes)', write, resumedBy(resumeWrite), cancellationPoint),
  entry('', 'int unlink(const char *path)', unlink),
  entry('', 'int isatty(int fd)', isatty, nullOnError),
  entry(
    '2.10.2.4.1',
    'int poll(struct pollfd *fds, nfds_t nfds, int timeout)',
    poll,
    resumedBy(resumePoll),
    waitsCancellably,
  ),
  entry(
    '2.10.2.5.1',
    'int select(int nfds, fd_set *readfds, fd_set *writefds, fd_set *exceptfds, struct timeval *timeout)',
    select,
    resumedBy(resumeSelect),
    waitsCancellably,
  ),
  entry('2.10.9.1', 'int pipe(int fd[2])', pipe),
  entry('', 'int pipe2(int fd[2], int flags)', pipe2),
  entry('2.10.9.2', 'int mkfifo(const char *path, mode_t mode)', mkfifo),
] as const;
