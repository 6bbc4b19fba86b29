/** The few WASI calls that the C library's stdio ends in. */
import { writeConsole } from '../fs/console';
import { lookUpFile } from '../fs/file';
import { writeAtOnce } from '../fs/readwrite';
import type { Kernel } from '../kernel';

const WASI_SUCCESS = 0;
const WASI_EAGAIN = 6;
const WASI_EBADF = 8;
const WASI_ESPIPE = 70;
const WASI_EIO = 29;

/**
 * `readCall` is the system call read, which may take the task off the CPU; `isFlushing` is whether the kernel has the
 * streams written out, where nothing can wait.
 */
export function wasiImports(
  kernel: () => Kernel,
  readCall: (fd: number, data: number, length: number) => number,
  isFlushing: () => boolean,
): WebAssembly.ModuleImports {
  return {
    // Writing is immediate, since the library's streams must not be left in the middle of a line. What may have to wait
    // is for kernel/libc/stdio.c to write.
    fd_write(fd: number, iovecs: number, count: number, written: number): number {
      const k = kernel();
      const file = lookUpFile(k, fd);
      if (!file) return WASI_EBADF;
      const waits = file.kind !== 'console';
      if (waits && !isFlushing()) return WASI_EAGAIN;
      let total = 0;
      const parts: Uint8Array[] = [];
      for (let i = 0; i < count; i++) {
        const [address, length] = [k.memory.load32(iovecs + 8 * i), k.memory.load32(iovecs + 8 * i + 4)];
        if (waits) writeAtOnce(k, file, address, length);
        else parts.push(k.memory.slice(address, length).slice());
        total += length;
      }
      const bytes = new Uint8Array(waits ? 0 : total);
      for (let i = 0, at = 0; i < parts.length; at += parts[i++]!.length) bytes.set(parts[i]!, at);
      writeConsole(k, bytes);
      k.memory.store32(written, total);
      return WASI_SUCCESS;
    },

    // The library asks for two pieces, its caller's buffer and its own; the first that has room is filled.
    fd_read(fd: number, iovecs: number, count: number, read: number): number {
      const { memory } = kernel();
      let piece = iovecs;
      for (let i = 1; i < count && memory.load32(piece + 4) === 0; i++) piece += 8;
      const result = readCall(fd, memory.load32(piece), memory.load32(piece + 4));
      if (result < 0) return WASI_EIO;
      memory.store32(read, result);
      return WASI_SUCCESS;
    },

    fd_seek: () => WASI_ESPIPE,
    fd_close: (fd: number) => (lookUpFile(kernel(), fd) ? WASI_SUCCESS : WASI_EBADF),
  };
}
