/** The call stack of a task that is off the CPU, read from the frames that it saved. */
import type { Machine } from '../../boards/machine';
import type { Tcb } from '../../kernel/state';
import type { CrashDump, Frame } from '../contract/target';
import type { Firmware } from './firmware';

/**
 * Innermost frame first. Every task is off the CPU while the machine is stopped, but for one that a fault stopped: that
 * one's frames are in the crash dump.
 */
export function stackOf({ kernel }: Machine, firmware: Firmware, tcb: Tcb, crash: CrashDump | null): Frame[] {
  if (tcb.pid === crash?.pid) return crash.frames;
  const { words } = kernel.memory;
  const frames: Frame[] = [];
  for (let top = tcb.frameTop; top > tcb.frameBase;) {
    const [index, site] = [words[top / 4 - 2]!, words[top / 4 - 1]!];
    frames.unshift(firmware.frameAtSite(index, site));
    top -= firmware.frameSize(index);
  }
  return frames;
}
