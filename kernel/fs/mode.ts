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
  Type: 0o170000,
} as const;
