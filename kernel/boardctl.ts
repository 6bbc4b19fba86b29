/** What an application may ask of the board as a whole (sys/boardctl.h; NuttX: boards/boardctl.c). */
import { entry } from './call';
import { Errno } from './errno';
import { makeRamDisk, ramdisk_register } from './fs/ramdisk';
import { note, Note, running, type Kernel } from './kernel';
import type { ResetCause } from './state';

/** BOARDIOC_RESETCAUSE_... */
export const ResetCauses = { Watchdog: 2, Software: 9 } as const;

/** What a cause is called. */
export function resetCauseName(wanted: number): string {
  const [name = 'unknown'] = Object.entries(ResetCauses).find(([, cause]) => cause === wanted) ?? [];
  return name.toLowerCase();
}

type Command = (k: Kernel, arg: number) => number;

const commands: Readonly<Record<number, Command>> = {
  // BOARDIOC_INIT and BOARDIOC_FINALINIT: the board is ready before the first task.
  0xff01: () => 0,
  0xff02: () => 0,
  0xff03: powerOff,
  0xff04: (k, flag) => reset(k, { cause: ResetCauses.Software, flag }),
  0xff07: (k, arg) => (arg === 0 ? -Errno.EINVAL : mkrd(k, arg)),
  0xff08: (k, arg) => (arg === 0 ? -Errno.EINVAL : romdisk(k, arg)),
  0xff15: storeResetCause,
};

/**
 * BOARDIOC_POWEROFF ends the machine. BOARDIOC_RESET boots the board again, with a number that BOARDIOC_RESET_CAUSE gives
 * then; neither returns. BOARDIOC_MKRD makes a RAM disk of memory from the heap, BOARDIOC_ROMDISK a ROM disk of an image.
 *
 * @returns 0, or -ENOTTY: no such command; -EINVAL: nowhere to store what it gives, or no possible disk; -EEXIST: there is
 *   one with this number; -ENOMEM: no room for it
 */
export function boardctl(k: Kernel, command: number, arg: number): number {
  return commands[command]?.(k, arg) ?? -Errno.ENOTTY;
}

/** The board boots again as soon as the CPU is at a place where it can be stopped: the running task does not go on. */
export function reset(k: Kernel, cause: ResetCause): number {
  return leave(k, cause);
}

function powerOff(k: Kernel): number {
  note(k, Note.power_off, running(k).pid);
  return leave(k, 'off');
}

function leave(k: Kernel, power: 'off' | ResetCause): number {
  k.state.power = power;
  running(k).attention = true;
  return 0;
}

/** struct boardioc_mkrd_s */
function mkrd(k: Kernel, arg: number): number {
  const { memory } = k;
  return makeRamDisk(
    k,
    memory.load8(arg),
    memory.load32(arg + 4),
    memory.load16(arg + 8) & 0xffff,
    memory.load8(arg + 10),
  );
}

/** struct boardioc_romdisk_s */
function romdisk(k: Kernel, arg: number): number {
  const { memory } = k;
  const image = memory.load32(arg + 12);
  return ramdisk_register(k, memory.load8(arg), image, memory.load32(arg + 4), memory.load16(arg + 8), 0);
}

/** struct boardioc_reset_cause_s */
function storeResetCause(k: Kernel, address: number): number {
  if (address === 0) return -Errno.EINVAL;
  k.memory.store32(address, k.state.boot.cause);
  k.memory.store32(address + 4, k.state.boot.flag);
  return 0;
}

export const boardCalls = [entry('', 'int boardctl(unsigned int cmd, uintptr_t arg)', boardctl)] as const;
