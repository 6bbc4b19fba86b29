/** siginfo_t in the firmware's memory: bytes for signal, code and errno, then value, sender, status, sa_user. */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { SigCode, type SigInfo } from './state';

/** Its words. */
export function infoWords({ signo, code, value, pid, status }: SigInfo, user = 0): number[] {
  // NuttX puts EINTR into what kill and its kin send.
  const error = code === SigCode.User ? Errno.EINTR : 0;
  return [signo | (code << 8) | (error << 16), value, pid, status, user];
}

export function storeInfo({ memory }: Kernel, address: number, info: SigInfo): void {
  infoWords(info).forEach((word, i) => memory.store32(address + 4 * i, word));
}
