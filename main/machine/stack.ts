/** The call stack of a task that is off the CPU, read from the frames that it saved. */
import type { Machine } from '../../boards/machine';
import type { Continuation } from '../../kernel/binfmt/continuations';
import type { Tcb } from '../../kernel/state';
import type { CrashDump, Frame } from '../contract/target';
import type { Firmware } from './firmware';

/** What the kernel called on a task's stack, as a row between the frames of that and what it interrupted. */
const boundaries: Partial<Record<Continuation, string>> = {
  signal: '<signal handler called>',
  exit: '<exit function called>',
  threadExit: '<cleanup handler called>',
  once: '<pthread_once routine called>',
  work: '<work called>',
};

/**
 * Innermost frame first. Every task is off the CPU while the machine is stopped, but for one that a fault stopped: that
 * one's frames are in the crash dump.
 */
export function stackOf({ kernel }: Machine, firmware: Firmware, tcb: Tcb, crash: CrashDump | null): Frame[] {
  if (tcb.pid === crash?.pid) return crash.frames;
  return [
    ...savedFrames(kernel.memory.words, firmware, tcb.frameStart, tcb.frameTop),
    ...suspendedFrames(kernel.memory.words, firmware, tcb),
  ];
}

/** What a task was in when the kernel called a function on its stack, which it still is in. */
export function suspendedFrames(words: Int32Array, firmware: Firmware, tcb: Tcb): Frame[] {
  const frames: Frame[] = [];
  for (const { then, frameStart, frameTop } of tcb.suspended.toReversed()) {
    frames.push({
      function: boundaries[then] ?? '<function called by the kernel>',
      file: null,
      line: null,
      pc: 0,
      boundary: true,
    });
    frames.push(...savedFrames(words, firmware, frameStart, frameTop));
  }
  return frames;
}

/** Frames between two addresses: a task that leaves the CPU saves its innermost one first. */
export function savedFrames(words: Int32Array, firmware: Firmware, start: number, end: number): Frame[] {
  const frames: Frame[] = [];
  for (let top = end; top > start;) {
    const [index, site] = [words[top / 4 - 2]!, words[top / 4 - 1]!];
    frames.unshift(firmware.frameAtSite(index, site));
    top -= firmware.frameSize(index);
  }
  return frames;
}
