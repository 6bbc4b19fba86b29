/** termios.h by descriptor (NuttX: libs/libc/termios). Each fails with EBADF: not open, and ENOTTY: no terminal. */
import { Errno } from '../errno';
import { lookUpFile } from '../fs/file';
import { running, type Kernel } from '../kernel';
import { Request } from './ioctl';

function ask(k: Kernel, fd: number, request: number, arg: number): number {
  const file = lookUpFile(k, fd);
  if (!file) return -Errno.EBADF;
  const driver = k.drivers[file.kind]!;
  return driver.isTerminal ? driver.ioctl!(k, file, request, arg) : -Errno.ENOTTY;
}

/** Stores the settings. -EINVAL: no address. */
export function tcgetattr(k: Kernel, fd: number, termios: number): number {
  return ask(k, fd, Request.TCGETS, termios);
}

/**
 * Changes the settings: at once (TCSANOW 0), when what was written has left (TCSADRAIN 1), or then and what was not read
 * is lost (TCSAFLUSH 2). -EINVAL: another option, no address, or a speed that the line cannot have; -EINTR: a signal came.
 */
export function tcsetattr(k: Kernel, fd: number, options: number, termios: number): number {
  return options >= 0 && options <= 2 ? ask(k, fd, Request.TCSETS + options, termios) : -Errno.EINVAL;
}

export function resumeTcsetattr(k: Kernel, fd: number, options: number, termios: number): number {
  const { result } = running(k);
  return result < 0 ? result : tcsetattr(k, fd, options, termios);
}

/** Waits until what was written has left. -EINTR: a signal came. */
export function tcdrain(k: Kernel, fd: number): number {
  return ask(k, fd, Request.TCDRN, 0);
}

export function resumeTcdrain(k: Kernel, fd: number): number {
  const { result } = running(k);
  return result < 0 ? result : tcdrain(k, fd);
}

/** Stops output (TCOOFF 0) or goes on with it (TCOON 1); sends VSTOP (TCIOFF 2) or VSTART (TCION 3). -EINVAL: neither. */
export function tcflow(k: Kernel, fd: number, action: number): number {
  return ask(k, fd, Request.TCXONC, action);
}

/** Forgets what was not read (TCIFLUSH 0), not sent (TCOFLUSH 1), or both (TCIOFLUSH 2). -EINVAL: neither. */
export function tcflush(k: Kernel, fd: number, queue: number): number {
  return ask(k, fd, Request.TCFLSH, queue);
}

/** Sends a break of so many milliseconds, or of a quarter of a second for 0, behind what was written; nobody waits for it. */
export function tcsendbreak(k: Kernel, fd: number, duration: number): number {
  return ask(k, fd, Request.TCSBRK, duration);
}
