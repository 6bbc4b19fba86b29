/** A fault as a crash dump, in the manner of the one that NuttX prints. */
import type { Machine } from '../../boards/machine';
import { cyclesNow, taskOf } from '../../kernel/kernel';
import type { CrashDump, Frame } from '../contract/target';
import type { Firmware } from './firmware';

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
  const frames = fault.frames.map(({ index, offset }) => firmware.frameAtOffset(index, offset));
  const registers = {
    pc: frames[0]?.pc ?? 0,
    sp: fault.stackPointer,
    stack_base: tcb.stackBase,
    stack_top: tcb.stackBase + tcb.stackSize,
    cycles: cyclesNow(kernel),
  };
  const dump = { pid: fault.pid, task: tcb.name, reason, hint, frames, registers };
  const place = { timeNs: machine.timeNs, tick: kernel.state.ticks };
  return { ...dump, ...place, text: dumpText(dump, place.tick) };
}

function dumpText(
  { pid, task, reason, hint, frames, registers }: Omit<CrashDump, 'text' | 'timeNs' | 'tick'>,
  tick: number,
) {
  const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
  const lines = [
    `dump: ${reason}`,
    `dump: task ${pid} "${task}" at tick ${tick}`,
    ...frameLines(frames),
    `dump: ${Object.entries(registers)
      .map(([name, value]) => `${name} ${name === 'cycles' ? value : hex(value)}`)
      .join('  ')}`,
    `dump: ${hint}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Recursion is one line. */
function frameLines(frames: Frame[]): string[] {
  const lines: string[] = [];
  for (let first = 0, last = 0; first < frames.length; first = ++last) {
    const text = place(frames[first]!);
    while (last + 1 < frames.length && place(frames[last + 1]!) === text) last++;
    lines.push(`dump: #${first}${last > first ? ` to #${last}` : ''} ${text}`);
  }
  return lines;
}

/** `work (main.c:12)` */
export function place({ function: name, file, line, pc }: Frame): string {
  return file === null ? `${name} (+0x${pc.toString(16)})` : `${name} (${file}:${line})`;
}
