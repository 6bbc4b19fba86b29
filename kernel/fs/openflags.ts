/** Flags of open, mq_open and sem_open, as include/fcntl.h has them: Linux's numbers, to which NuttX has changed. */
export const O_RDONLY = 0;
export const O_WRONLY = 1;
export const O_RDWR = 2;
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_TRUNC = 0o1000;
export const O_APPEND = 0o2000;
export const O_NONBLOCK = 0o4000;
export const O_DSYNC = 0o10000;
export const O_SYNC = 0o4010000;
export const O_DIRECTORY = 0o200000;
export const O_NOFOLLOW = 0o400000;
export const O_CLOEXEC = 0o2000000;

const O_ACCMODE = 3;

/** What fcntl can change of an open file. */
export const STATUS_FLAGS = O_APPEND | O_NONBLOCK;

export const isReadable = (flags: number) => (flags & O_ACCMODE) !== O_WRONLY;
export const isWritable = (flags: number) => (flags & O_ACCMODE) !== O_RDONLY;
