/** What can be done with open files, by their kind (NuttX: struct file_operations). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { leaveQueue, pollQueue, closeQueue } from '../mqueue/mqueue';
import type { Group } from '../state';
import { telnetFiles } from '../net/telnet';
import { socketFile } from '../net/socketfile';
import { ttyOperations } from '../serial/operations';
import { blockDriverFile } from './blockdriver';
import { charDriver } from './chardriver';
import { SIMULATED } from './console';
import { closeDirectory, readDirectory, seekDirectory, statDirectory } from './directory';
import { fatFile } from './fat/file';
import type { OpenFile } from './file';
import type { Stat } from './mode';
import { alwaysReady, discard, nothing, readZeros } from './null';
import { awaitOtherEnd, closePipe, controlPipe, openPipe, pollPipe, readPipe, unlinkPipe, writePipe } from './pipe';
import { PollEvent } from './poll';
import { procfsFiles } from './procfs/procfs';
import { ramDiskFile } from './ramdisk';
import { romfsFile } from './romfs/romfs';
import { tmpfsFile } from './tmpfs';

export { Mode, type Stat } from './mode';

/** What an operation is missing for, its files cannot do. */
export interface FileOperations {
  /** isatty says so. */
  isTerminal?: true;
  /** It is a clock of its own: clock ids are made of its descriptors (clock/clockfd.ts). */
  isClock?: true;
  /** What poll waits for here comes from outside of the board. */
  fromOutside?: true;
  /** A signal does not end a wait in reading or in ioctl: the operation is called again. */
  uninterruptible?: true;
  /** The file has come into being: 0, or a negated errno. */
  open?(k: Kernel, file: OpenFile): number;
  /** What open does behind that: 0, or BLOCKED as long as the file is of no use yet. */
  arrive?(k: Kernel, file: OpenFile): number;
  /** What {@link arrive} does, for a task that is being made: it cannot wait. */
  arriveNow?(k: Kernel, file: OpenFile): number;
  /** What {@link arrive} waits for does not come any more. */
  abandonArrival?(k: Kernel, file: OpenFile): void;
  /** A group has closed a descriptor of it. */
  leave?(k: Kernel, file: OpenFile, group: Group, fd: number): void;
  /** A task is about to close its last descriptor: BLOCKED as long as that is to wait. */
  linger?(k: Kernel, file: OpenFile): number;
  /** Its last descriptor was closed. */
  close?(k: Kernel, file: OpenFile): void;
  /** The same, by the end of its last group: there is no task that could do it. */
  closeOrphan?(k: Kernel, file: OpenFile): void;
  /** Bytes read, 0 at the end, a negated errno, or BLOCKED: then it is called again when the wait is over. */
  read?(k: Kernel, file: OpenFile, data: number, length: number): number;
  /** The same for bytes written; those that were before a wait are in Tcb.progress. */
  write?(k: Kernel, file: OpenFile, data: number, length: number): number;
  /** A signal has ended a write that waited. */
  abandon?(k: Kernel, file: OpenFile): void;
  /** Events of poll that hold now. */
  poll?(k: Kernel, file: OpenFile): number;
  /** A driver of the firmware that is told itself who polls, and who no longer does: the function, and its request. */
  askPoll?(k: Kernel, file: OpenFile, pollfd: number, setup: 0 | 1): { entry: number; words: number[] } | null;
  /** The same, where there is no task that could tell it: who polls no longer does. */
  abandonPoll?(k: Kernel, file: OpenFile, pollfd: number): void;
  /** Moves the position: the new one in bytes from the beginning, or a negated errno. */
  seek?(k: Kernel, file: OpenFile, offset: number, whence: number): number;
  /** What the device has beside reading and writing; `arg` is a value or an address. -ENOTTY: it has no such command. */
  ioctl?(k: Kernel, file: OpenFile, request: number, arg: number): number;
  /** Makes the file as long as that. */
  truncate?(k: Kernel, file: OpenFile, length: number): number;
  /** Writes what is held back to the medium. */
  sync?(k: Kernel, file: OpenFile): number;
  /** Its name has been taken away. */
  unlink?(k: Kernel, object: number): void;
  /** Address of its first byte, of those that lie in memory in one piece; or -ENOSYS. */
  map?(k: Kernel, file: OpenFile): number;
  /** What is known of it. */
  stat?(k: Kernel, file: OpenFile): Stat | number;
}

const notOpen = () => -Errno.EBADF;

/** Those of the kernel itself; the board's device nodes add theirs ({@link Kernel.drivers}). */
export const operations: Readonly<Record<string, FileOperations>> = {
  directory: { close: closeDirectory, read: readDirectory, seek: seekDirectory, stat: statDirectory },
  // On a volume that was taken away by force.
  gone: {
    read: notOpen,
    write: notOpen,
    poll: () => PollEvent.Error,
    seek: notOpen,
    ioctl: notOpen,
    truncate: notOpen,
    sync: notOpen,
    stat: notOpen,
  },
  null: { read: nothing, write: discard, poll: alwaysReady },
  zero: { read: readZeros, write: discard, poll: alwaysReady },
  [SIMULATED]: ttyOperations(SIMULATED),
  mqueue: { leave: leaveQueue, close: closeQueue, poll: pollQueue },
  pipe: {
    open: openPipe,
    arrive: awaitOtherEnd,
    close: closePipe,
    read: readPipe,
    write: writePipe,
    poll: pollPipe,
    ioctl: controlPipe,
    unlink: unlinkPipe,
  },
  socket: socketFile,
  driver: charDriver,
  blockdriver: blockDriverFile,
  ramdisk: ramDiskFile,
  romfs: romfsFile,
  vfat: fatFile,
  binfs: {},
  ...telnetFiles,
  procfs: procfsFiles,
  tmpfs: tmpfsFile,
};
