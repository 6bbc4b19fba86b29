/** Whether something from outside of the board can be what everybody waits for. */
import { members, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { awaitsNetwork } from '../net/wait';
import { waitsInDriver } from '../sched/driverwait';
import { Local } from '../serial/termios';
import { CONSOLE, CONSOLE_INPUT } from '../serial/tty';
import { NONE } from '../state';
import { fileOf, type OpenFile } from './file';

/**
 * Somebody waits in a driver or for a socket, polls one, or is to be told by one, or the firmware has interrupt handlers of its own: with
 * nothing else to come, for something from outside.
 */
export function awaitsOutside(k: Kernel): boolean {
  return (
    waitsInDriver(k) ||
    awaitsNetwork(k) ||
    isPolled(k, ({ kind }) => k.drivers[kind]!.fromOutside === true) ||
    Object.values(k.hardware).some(({ isAwaited }) => isAwaited?.(k)) ||
    [...k.state.irq.lines.values()].some(({ handler }) => handler !== 0)
  );
}

/** Somebody reads the console, or polls it, and waits for what is typed there. */
export function awaitsConsole(k: Kernel): boolean {
  const kinds = consoles(k).flatMap((tty) => tty.kinds);
  return waitsInDriver(k, CONSOLE_INPUT) || isPolled(k, ({ kind }) => kinds.includes(kind));
}

/** ^C at the console is a signal to some task. */
export function hearsInterrupts(k: Kernel): boolean {
  return consoles(k).some(({ controller, termios }) => controller !== NONE && (termios.lflag & Local.ISIG) !== 0);
}

/** The simulator's, and the UART that is used in its place. */
const consoles = ({ state }: Kernel) => [...state.ttys.values()].filter(({ label }) => label === CONSOLE);

function isPolled(k: Kernel, isMeant: (file: OpenFile) => boolean): boolean {
  return members(k, k.state.pollers).some((tcb) =>
    tcb.polled!.some(({ fd }) => {
      const file = fileOf(k, groupOf(k, tcb), fd);
      return file !== undefined && isMeant(file);
    }),
  );
}
