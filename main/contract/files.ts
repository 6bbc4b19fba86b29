/** The target's file system, and what is open of it. */
import { z } from 'zod';

const path = z.string().startsWith('/').max(4096);

export const FileType = z.enum([
  ...(['directory', 'file', 'character', 'block', 'fifo', 'queue', 'semaphore', 'link', 'other'] as const),
]);
export type FileType = z.infer<typeof FileType>;

export const FileEntry = z.object({
  name: z.string(),
  type: FileType,
  /** Bytes; null for what has none. */
  size: z.number().nullable(),
  /** Where a soft link leads; of a mount point what is mounted there: `vfat on /dev/ram0`. */
  detail: z.string(),
});
export type FileEntry = z.infer<typeof FileEntry>;

export const Folder = z.object({
  path: z.string(),
  entries: z.array(FileEntry),
  /** Why it cannot be listed. */
  error: z.string().nullable(),
});
export type Folder = z.infer<typeof Folder>;

export const FileTree = z.object({ folders: z.array(Folder), whole: z.boolean() });
export type FileTree = z.infer<typeof FileTree>;

/** A piece of a file. */
export const FilePiece = z.object({
  /** Bytes of the whole file. */
  size: z.number(),
  data: z.instanceof(Uint8Array),
  /** Why it cannot be read. */
  error: z.string().nullable(),
});
export type FilePiece = z.infer<typeof FilePiece>;

export const MAX_PIECE_BYTES = 64 * 1024;

/** Requests, by method: spread into those of the host. Neither changes anything on the target. */
export const fileMethods = {
  /** Every directory from the root on, each before those in it; `whole` is false when there are too many entries for all. */
  fileTree: { params: z.object({}), result: FileTree },
  filePiece: {
    params: z.object({ path, offset: z.int().min(0), length: z.int().min(0).max(MAX_PIECE_BYTES) }),
    result: FilePiece,
  },
} as const;

/** One descriptor of a task group. */
export const DescriptorSnapshot = z.object({
  /** The group's id: pid of the task that it began with. */
  group: z.int().min(0),
  fd: z.int().min(0),
  /** What it is of: a path, or `pipe`, say. */
  of: z.string(),
  /** How it was opened: `r`, `w` or `rw`, and O_NONBLOCK and the like. */
  access: z.string(),
  flags: z.array(z.string()),
  /** Position in bytes. */
  offset: z.number(),
  closeOnExec: z.boolean(),
  /** Open file: descriptors with the same one share its position. */
  file: z.int(),
});
export type DescriptorSnapshot = z.infer<typeof DescriptorSnapshot>;
