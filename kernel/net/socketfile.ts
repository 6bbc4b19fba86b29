/** Sockets as open files (NuttX: net/socket/socket.c, g_sock_fileops). `object` is the socket's number. */
import type { OpenFile } from '../fs/file';
import { Mode } from '../fs/mode';
import type { FileOperations } from '../fs/operations';
import type { Kernel } from '../kernel';
import { netdevIoctl } from './ioctl';
import { messageIn, messageOut } from './message';
import { operationsOf, removeSocket, type Socket } from './socket';
import { receiveBy, sendBy } from './transfer';

const socketIn = ({ state }: Kernel, { object }: OpenFile): Socket => state.net.sockets.get(object)!;

/** FIONREAD and SIOCINQ, FIOC_FILEPATH. */
const Request = { Readable: 0x0307, Queued: 0x0727, Path: 0x0304 } as const;

function ioctl(k: Kernel, file: OpenFile, request: number, arg: number): number {
  const socket = socketIn(k, file);
  switch (request) {
    case Request.Readable:
    case Request.Queued:
      k.memory.store32(arg, operationsOf(socket).readable?.(k, socket) ?? 0);
      return 0;
    case Request.Path:
      k.memory.storeString(arg, file.path);
      return 0;
    default:
      return netdevIoctl(k, request, arg);
  }
}

export const socketFile: FileOperations = {
  fromOutside: true,
  read(k, file, data, length) {
    const message = messageIn(k, data, length, 0);
    return typeof message === 'number' ? message : receiveBy(k, file, message);
  },
  write(k, file, data, length) {
    const message = messageOut(k, data, length, 0, 0, 0);
    return typeof message === 'number' ? message : sendBy(k, file, message);
  },
  poll(k, file) {
    const socket = socketIn(k, file);
    return operationsOf(socket).poll(k, socket);
  },
  ioctl,
  linger(k, file) {
    const socket = socketIn(k, file);
    return operationsOf(socket).linger?.(k, socket) ?? 0;
  },
  close: (k, file) => removeSocket(k, socketIn(k, file)),
  stat: () => ({ mode: Mode.Socket | 0o666, size: 0, blockSize: 0, blocks: 0, atime: 0, mtime: 0, ctime: 0 }),
};
