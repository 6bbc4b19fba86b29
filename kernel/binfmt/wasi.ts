/** The one WASI call that the C library's streams end in (kernel/libc/stream.c). */
import { SIMULATED, writeConsole } from '../fs/console';
import { lookUpFile } from '../fs/file';
import type { Kernel } from '../kernel';

const WASI_SUCCESS = 0;
const WASI_EAGAIN = 6;
const WASI_EBADF = 8;

/** Instead of a descriptor: the system log. */
const SYSTEM_LOG = -1;

export function wasiImports(kernel: () => Kernel): WebAssembly.ModuleImports {
  return {
    // What may have to wait is for the stream to write, by the system call.
    fd_write(fd: number, iovecs: number, count: number, written: number): number {
      const k = kernel();
      const file = fd === SYSTEM_LOG ? null : lookUpFile(k, fd);
      if (file === undefined) return WASI_EBADF;
      if (file !== null && file.kind !== SIMULATED) return WASI_EAGAIN;
      let total = 0;
      const parts: Uint8Array[] = [];
      for (let i = 0; i < count; i++) {
        const [address, length] = [k.memory.load32(iovecs + 8 * i), k.memory.load32(iovecs + 8 * i + 4)];
        parts.push(k.memory.slice(address, length));
        total += length;
      }
      const bytes = new Uint8Array(total);
      for (let i = 0, at = 0; i < parts.length; at += parts[i++]!.length) bytes.set(parts[i]!, at);
      writeConsole(k, bytes);
      k.memory.store32(written, total);
      return WASI_SUCCESS;
    },
  };
}
