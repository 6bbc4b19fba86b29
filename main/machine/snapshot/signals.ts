/** What each thread has to do with signals. */
import { groupOf } from '../../../kernel/sched/group';
import type { SigInfo, SignalAction as Action } from '../../../kernel/signal/state';
import { NONE, type Tcb } from '../../../kernel/state';
import type { PendingSignal, SignalAction, ThreadSignals } from '../../contract/objects';
import { actionFlags, senderOf, signalCodes, signalName, signalsOf } from '../signal-names';
import { functionLabel, type Target } from './target';

const SIG_IGN = 0;

export function signalSnapshots(target: Target): ThreadSignals[] {
  return target.machine.kernel.state.tasks
    .filter((tcb) => tcb !== null)
    .sort((a, b) => a.pid - b.pid)
    .map((tcb) => thread(target, tcb));
}

function thread(target: Target, tcb: Tcb): ThreadSignals {
  const { signals } = groupOf(target.machine.kernel, tcb);
  const { mask, queue, handling } = tcb.signals;
  // The lowest number comes first, and of one number the oldest.
  const mine = signals.pending
    .filter((signal) => signal.thread === NONE || signal.thread === tcb.pid)
    .sort((a, b) => a.signo - b.signo);
  return {
    pid: tcb.pid,
    mask: signalsOf(mask),
    pending: [
      ...queue.map(({ info }) => pending(info, 'handler')),
      ...mine.map((signal) => pending(signal, signal.thread === NONE ? 'task' : 'thread')),
    ],
    handling: handling === 0 ? [] : [signalName(handling)],
    actions: [...signals.actions].sort(([a], [b]) => a - b).map(([signo, given]) => action(target, signo, given)),
  };
}

function pending({ signo, code, value, pid }: SigInfo, at: PendingSignal['at']): PendingSignal {
  return {
    signal: signalName(signo),
    code: signalCodes[code] ?? String(code),
    value,
    sender: senderOf({ pid, code }),
    at,
  };
}

function action(target: Target, signo: number, { handler, flags, mask }: Action): SignalAction {
  return {
    signal: signalName(signo),
    handler: handler === SIG_IGN ? 'SIG_IGN' : functionLabel(target, handler),
    flags: actionFlags(flags),
    mask: signalsOf(mask),
  };
}
