/** The call stack of a task that is off the CPU, read from the frames that it saved. */
import type { Machine } from '../../boards/machine';
import type { Tcb } from '../../kernel/state';
import type { Frame } from '../contract/target';
import type { Firmware } from './firmware';

/** Innermost frame first. Every task is off the CPU while the machine is stopped. */
export function stackOf({ kernel }: Machine, firmware: Firmware, tcb: Tcb): Frame[] {
  const { words } = kernel.memory;
  const frames: Frame[] = [];
  for (let top = tcb.frameTop; top > tcb.frameBase; ) {
    const [index, site] = [words[top / 4 - 2]!, words[top / 4 - 1]!];
    frames.unshift(firmware.frameAtSite(index, site));
    top -= firmware.frameSize(index);
  }
  return frames;
}
