/** A fault as a crash dump, in the manner of the one that NuttX prints. */
import type { Machine } from '../../boards/machine';
import { Cell } from '../../kernel/binfmt/abi';
import { cyclesNow, taskOf } from '../../kernel/kernel';
import type { CrashDump, Frame } from '../contract/target';
import type { Firmware } from './firmware';
import { savedFrames, suspendedFrames } from './stack';

/** The dump of a machine that a fault has stopped; null when it has none. */
export function crashDump(machine: Machine, firmware: Firmware): CrashDump | null {
  const { fault, kernel } = machine;
  if (!fault) return null;
  const tcb = taskOf(kernel, fault.pid)!;
  const trap = fault.frames[0];
  const unaligned = trap !== undefined && firmware.isAlignmentTrap(trap.offset);
  const reason = unaligned ? 'Unaligned memory access' : fault.reason;
  const hint = unaligned
    ? 'A pointer is not a multiple of the size of what it points to. Was a byte buffer cast to a wider type?'
    : fault.hint;
  const interrupt = kernel.state.interrupts > 0;
  const { words } = kernel.memory;
  const frames = fault.frames.map(({ index, offset }) => firmware.frameAtOffset(index, offset));
  // An interrupt handler that did not come to its end was made to leave, and saved its frames.
  if (interrupt && frames.length === 0) {
    frames.push(...savedFrames(words, firmware, kernel.state.arena.next, words[Cell.FrameTop]!));
  }
  frames.push(...suspendedFrames(words, firmware, tcb));
  const registers = {
    pc: frames[0]?.pc ?? 0,
    sp: fault.stackPointer,
    stack_base: tcb.stackBase,
    stack_top: tcb.stackBase + tcb.stackSize,
    cycles: cyclesNow(kernel),
  };
  const dump = { pid: fault.pid, task: tcb.name, interrupt, reason, hint, frames, registers };
  const place = { timeNs: machine.timeNs, tick: kernel.state.ticks };
  return { ...dump, ...place, text: dumpText(dump, place.tick) };
}

function dumpText(
  { pid, task, interrupt, reason, hint, frames, registers }: Omit<CrashDump, 'text' | 'timeNs' | 'tick'>,
  tick: number,
) {
  const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
  const lines = [
    `dump: ${reason}`,
    `dump: ${interrupt ? 'interrupt handler' : `task ${pid} "${task}"`} at tick ${tick}`,
    ...frameLines(frames),
    `dump: ${Object.entries(registers)
      .map(([name, value]) => `${name} ${name === 'cycles' ? value : hex(value)}`)
      .join('  ')}`,
    `dump: ${hint}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Recursion is one line. A number counts the functions further in. */
function frameLines(frames: Frame[]): string[] {
  const lines: string[] = [];
  for (let at = 0, depth = 0; at < frames.length;) {
    const frame = frames[at]!;
    if (frame.boundary) {
      lines.push(`dump: ${frame.function}`);
      at++;
      continue;
    }
    const text = place(frame);
    const first = depth;
    for (; at < frames.length && place(frames[at]!) === text; at++) depth++;
    lines.push(`dump: #${first}${depth > first + 1 ? ` to #${depth - 1}` : ''} ${text}`);
  }
  return lines;
}

/** `work (main.c:12)` */
export function place({ function: name, file, line, pc }: Frame): string {
  return file === null ? `${name} (+0x${pc.toString(16)})` : `${name} (${file}:${line})`;
}
