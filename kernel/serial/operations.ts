/** A terminal's nodes. */
import type { FileOperations } from '../fs/operations';
import { ioctlTty } from './ioctl';
import { leaveWrite, pollTty, readTty, ttyOf, writeTty } from './tty';

/** Those of the terminal on a device. */
export function ttyOperations(device: string): FileOperations {
  return {
    isTerminal: true,
    fromOutside: true,
    read: (k, file, data, length) => readTty(k, ttyOf(k, device), file, data, length),
    write: (k, file, data, length) => writeTty(k, ttyOf(k, device), file, data, length),
    abandon: (k) => leaveWrite(k, ttyOf(k, device)),
    poll: (k) => pollTty(ttyOf(k, device)),
    ioctl: (k, _file, request, arg) => ioctlTty(k, ttyOf(k, device), request, arg),
  };
}
