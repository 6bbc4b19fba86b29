/** Flags of open, mq_open and sem_open, as include/fcntl.h has them: Linux's numbers, to which NuttX has changed. */
export const O_CREAT = 0o100;
export const O_EXCL = 0o200;
export const O_NONBLOCK = 0o4000;

const O_ACCMODE = 3;
const O_RDONLY = 0;
const O_WRONLY = 1;

export const isReadable = (flags: number) => (flags & O_ACCMODE) !== O_WRONLY;
export const isWritable = (flags: number) => (flags & O_ACCMODE) !== O_RDONLY;
