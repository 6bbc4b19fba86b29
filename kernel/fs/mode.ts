/** What files are: the type and permissions of struct stat. */

/** struct stat, as far as NuttX has it. Times in seconds since 1970; size and blocks in bytes and in blocks. */
export interface Stat {
  /** Type and permissions: {@link Mode}. */
  mode: number;
  size: number;
  blockSize: number;
  blocks: number;
  atime: number;
  mtime: number;
  ctime: number;
}

/** S_IF... of sys/stat.h, NuttX's values. */
export const Mode = {
  Fifo: 0o010000,
  Character: 0o020000,
  Semaphore: 0o030000,
  Directory: 0o040000,
  MessageQueue: 0o050000,
  Block: 0o060000,
  Regular: 0o100000,
  Link: 0o120000,
  Socket: 0o140000,
  Type: 0o170000,
} as const;

export const typeOf = (mode: number): number => mode & Mode.Type;

/** Whether what was found out is that it is a directory. */
export const isDirectory = (stat: Stat | number): boolean =>
  typeof stat !== 'number' && typeOf(stat.mode) === Mode.Directory;
