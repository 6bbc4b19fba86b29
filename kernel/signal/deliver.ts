/** Running signal handlers on the stack of the task that a signal is for (NuttX: sig_deliver.c). */
import type { Upcall } from '../binfmt/activation';
import { note, Note, running, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { errnoAddress } from '../sched/task';
import type { Tcb } from '../state';
import { takeDefault } from './default';
import { infoWords } from './info';
import { unmaskPending } from './pending';
import { intersection, only, union, without, type SignalSet } from './set';
import type { SigInfo, SignalAction } from './state';

const SA_NODEFER = 1 << 5;
const SA_RESETHAND = 1 << 6;

/**
 * What has to run before the running task goes on: the handler of the next signal that was let through. Null when there
 * is none, or one runs already, whose end the next waits for; and when a default action took the task from the CPU.
 */
export function nextHandler(k: Kernel, tcb: Tcb): Upcall | null {
  const { signals } = tcb;
  while (signals.handling === 0 && !tcb.exiting && running(k) === tcb) {
    const next = signals.queue.shift();
    if (!next) return null;
    if (typeof next.action !== 'string') return handlerOf(k, tcb, next.info, next.action);
    takeDefault(k, tcb, next.info, next.action);
  }
  return null;
}

/** Whether a handler waits that could run now. */
export function wantsAttention({ signals, exiting }: Tcb): boolean {
  return signals.queue.length > 0 && signals.handling === 0 && !exiting;
}

/** The signal itself and what its action says is blocked while the handler runs. errno is kept. */
function handlerOf(k: Kernel, tcb: Tcb, info: SigInfo, { handler, mask, flags, user }: SignalAction): Upcall {
  const { signals } = tcb;
  const before = signals.mask;
  const own: SignalSet = flags & SA_NODEFER ? [0, 0] : only(info.signo);
  signals.mask = union(before, union(mask, own));
  signals.handling = info.signo;
  if (flags & SA_RESETHAND) groupOf(k, tcb).signals.actions.delete(info.signo);
  note(k, Note.signal_deliver, tcb.pid, info.signo, info.pid, info.code, info.value);
  return {
    entry: handler,
    args: [info.signo],
    words: infoWords(info, user),
    wordsArg: 1,
    then: 'signal',
    context: [k.memory.load32(errnoAddress(tcb)), ...before, ...signals.mask],
  };
}

/** A handler has returned. What it changed in the mask by itself stays changed; then come the signals that it blocked. */
export function handlerReturned(k: Kernel, tcb: Tcb, _value: number, context: number[]): void {
  const { signals } = tcb;
  const [errno, ...masks] = context as [number, number, number, number, number];
  const before: SignalSet = [masks[0], masks[1]];
  const during: SignalSet = [masks[2], masks[3]];
  const changed: SignalSet = [signals.mask[0] ^ during[0], signals.mask[1] ^ during[1]];
  k.memory.store32(errnoAddress(tcb), errno);
  note(k, Note.signal_return, tcb.pid, signals.handling);
  signals.mask = union(without(before, changed), intersection(signals.mask, changed));
  unmaskPending(k, tcb);
  signals.handling = 0;
  if (wantsAttention(tcb)) tcb.attention = true;
}
