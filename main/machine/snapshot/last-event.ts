/** Why the machine stands where it stands, in a few words. */
import type { Machine } from '../../../boards/machine';
import { resetCauseName } from '../../../kernel/boardctl';
import { expiryKinds, type ExpiryKind } from '../../../kernel/clock/timeout';
import { taskOf } from '../../../kernel/kernel';
import { noteTypes } from '../../../kernel/note/note';
import { quirks } from '../../../kernel/quirks';
import { systemCalls } from '../../../kernel/syscall';
import type { Firmware } from '../firmware';
import { senderOf, signalName } from '../signal-names';
import { objectName } from './sync';

/** Why the machine stands where it stands, by the last thing that it logged. */
export function lastEvent(machine: Machine, firmware: Firmware): string {
  const { kernel } = machine;
  const { notes, state } = kernel;
  // An interface that comes up at boot announces itself.
  if (state.entries === 0 || notes.count <= notes.first) return 'boot';
  const words = notes.slice(notes.count - 1, notes.count);
  const [type, pid, a, b, c] = [words[2]!, words[3]!, words[4]!, words[5]!, words[6]!];
  const task = (id: number) => `${id} ${taskOf(kernel, id)?.name ?? ''}`.trim();
  const argument = objectName({ machine, firmware }, b);
  switch (noteTypes[type]!.name) {
    case 'switch':
      return `context switch to ${task(pid)}`;
    case 'syscall_enter':
      return `${systemCalls[a]!.name}(${argument ?? ''}) of ${task(pid)}`;
    case 'syscall_leave':
      return `${systemCalls[a]!.name} of ${task(pid)} gave ${b}`;
    case 'irq_leave':
      return `tick ${state.ticks}`;
    case 'fault':
      return machine.fault?.reason ?? 'fault';
    case 'stop':
      return `end of task ${pid}`;
    case 'start':
      return `start of task ${task(pid)}`;
    case 'signal_send':
      return `${signalName(a)} from ${senderOf({ pid, code: c }) === null ? 'a timer' : task(pid)} to ${task(b)}`;
    case 'signal_queue':
      return `${signalName(a)} pending for ${task(pid)}`;
    case 'signal_deliver':
      return `handler of ${signalName(a)} in ${task(pid)}`;
    case 'signal_return':
      return `return from the handler of ${signalName(a)} in ${task(pid)}`;
    case 'signal_accept':
      return `${signalName(a)} accepted by ${task(pid)}`;
    case 'signal_default':
      return `default action of ${signalName(a)} on ${task(pid)}`;
    case 'signal_ignore':
      return `${signalName(a)} ignored by ${task(pid)}`;
    case 'signal_discard':
      return `${signalName(a)} for ${task(pid)} discarded`;
    case 'expire':
      return expired[expiryKinds[a]!];
    case 'cancel':
      return `cancellation of ${task(pid)} by ${task(a)}`;
    case 'reset':
      return `reset of the board: ${resetCauseName(a)}`;
    case 'power_off':
      return 'the power was switched off';
    case 'net_send':
      return `a frame of ${b} bytes sent`;
    case 'net_receive':
      return `a frame of ${b} bytes received`;
    case 'quirk':
      return `as on NuttX: ${quirks[a]!.title}`;
    default:
      return noteTypes[type]!.name;
  }
}

const expired: Record<ExpiryKind, string> = {
  wait: 'end of a wait',
  wdog: 'watchdog expires',
  timer: 'timer expires',
  work: 'delayed work is due',
  sporadic: 'sporadic budget is replenished',
  net: 'timer of a network protocol expires',
};
