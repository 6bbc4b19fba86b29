/** What can be done with open files, by their kind (NuttX: struct file_operations). */
import type { Kernel } from '../kernel';
import { leaveQueue, pollQueue, closeQueue } from '../mqueue/mqueue';
import type { Group } from '../state';
import { pollConsole, readConsole, writeToConsole } from './console';
import type { OpenFile } from './file';
import { awaitOtherEnd, closePipe, openPipe, pollPipe, readPipe, writePipe } from './pipe';

export type FileKind = 'console' | 'mqueue' | 'pipe';

/** What an operation is missing for, its files cannot do. */
interface FileOperations {
  /** The file has come into being: 0, or a negated errno. */
  open?(k: Kernel, file: OpenFile): number;
  /** What open does behind that: 0, or BLOCKED as long as the file is of no use yet. */
  arrive?(k: Kernel, file: OpenFile): number;
  /** A group has closed a descriptor of it. */
  leave?(k: Kernel, file: OpenFile, group: Group, fd: number): void;
  /** Its last descriptor was closed. */
  close?(k: Kernel, file: OpenFile): void;
  /** Bytes read, 0 at the end, a negated errno, or BLOCKED: then it is called again when the wait is over. */
  read?(k: Kernel, file: OpenFile, data: number, length: number): number;
  /** The same for bytes written; those that were before a wait are in Tcb.progress. */
  write?(k: Kernel, file: OpenFile, data: number, length: number): number;
  /** Events of poll that hold now. */
  poll?(k: Kernel, file: OpenFile): number;
}

export const operations: Record<FileKind, FileOperations> = {
  console: { read: readConsole, write: writeToConsole, poll: pollConsole },
  mqueue: { leave: leaveQueue, close: closeQueue, poll: pollQueue },
  pipe: {
    open: openPipe,
    arrive: awaitOtherEnd,
    close: closePipe,
    read: readPipe,
    write: writePipe,
    poll: pollPipe,
  },
};
