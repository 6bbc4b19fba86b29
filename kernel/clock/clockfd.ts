/**
 * Clocks that are devices, /dev/ptpN (NuttX: CLOCK_FD of nuttx/clock.h, drivers/timers/ptp_clock.c). A clock id is made of a
 * descriptor of one and is good as long as that is open.
 */
import { Errno } from '../errno';
import { lookUpFile } from '../fs/file';
import type { Kernel } from '../kernel';

/** nuttx/timers/ptp_clock.h; the commands from 9 to 12 are the same as those from 5 to 8. */
export const PtpIoctl = {
  SetTime: 0x4501,
  GetTime: 0x4502,
  GetRes: 0x4503,
  AdjTime: 0x4504,
  GetCaps: 0x4505,
  SysOffset: 0x4506,
  SysOffsetPrecise: 0x4507,
  SysOffsetExtended: 0x4508,
  GetCaps2: 0x4509,
  SysOffset2: 0x450a,
  SysOffsetPrecise2: 0x450b,
  SysOffsetExtended2: 0x450c,
  SetStats: 0x450d,
  GetStats: 0x450e,
} as const;

/** What the lowest bits of the clock id are, which the descriptor is shifted by. */
const CLOCK_FD = 5;
const CLOCK_SHIFT = 3;

export const isClockFd = (clock: number): boolean => (clock & ((1 << CLOCK_SHIFT) - 1)) === CLOCK_FD;

/** Asks the device. -EBADF: its descriptor is not open; -EINVAL: of something else; and as the device has it. */
export function askClock(k: Kernel, clock: number, request: number, address: number): number {
  const file = lookUpFile(k, clock >> CLOCK_SHIFT);
  if (!file) return -Errno.EBADF;
  const { isClock, ioctl } = k.drivers[file.kind]!;
  return isClock ? ioctl!(k, file, request, address) : -Errno.EINVAL;
}
