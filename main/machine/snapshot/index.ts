/** What a stopped or running machine shows of itself, in the contract's words. */
import type { Machine } from '../../../boards/machine';
import { cyclesNow, timeNs } from '../../../kernel/kernel';
import type { Snapshot } from '../../contract/target';
import { crashDump } from '../dump';
import type { Firmware } from '../firmware';
import { boardSnapshot } from './board';
import { deadlockWarnings } from './deadlocks';
import { descriptorSnapshots } from './descriptors';
import { mqueueSnapshots } from './mqueues';
import { boardNetwork, type BenchPart } from './network';
import { signalSnapshots } from './signals';
import { syncSnapshots } from './sync';
import type { Target } from './target';
import { retainedStatuses, taskSnapshots } from './tasks';
import { timerSnapshots } from './timers';
import { runtimeWarnings } from './warnings';

export { lastEvent } from './last-event';
export { benchNetwork } from './network';
export { noteLabels } from './note-labels';

/** What the session adds to what the machine knows. */
export type SessionPart = Pick<
  Snapshot,
  | 'generation'
  | 'runState'
  | 'boards'
  | 'boardName'
  | 'pausedAt'
  | 'canStepBack'
  | 'speed'
  | 'speedReached'
  | 'eventsPerSecond'
  | 'waves'
  | 'ptp'
  | 'lab'
> & { network: BenchPart };

/** Everything that the panes show. Call it between runs only. */
export function snapshot(machine: Machine, firmware: Firmware, session: SessionPart): Snapshot {
  const { kernel } = machine;
  const crash = crashDump(machine, firmware);
  const target: Target = { machine, firmware, stopped: session.runState !== 'running', crash };
  const [tasks, sync] = [taskSnapshots(target), syncSnapshots(target)];
  return {
    ...session,
    timeNs: timeNs(kernel),
    tick: kernel.state.ticks,
    tickNs: kernel.state.settings.tickNs,
    cycles: cyclesNow(kernel),
    notes: kernel.notes.count,
    tasks,
    retained: retainedStatuses(target),
    sync,
    mqueues: mqueueSnapshots(target),
    descriptors: descriptorSnapshots(target),
    timers: timerSnapshots(target),
    signals: signalSnapshots(target),
    board: boardSnapshot(target),
    network: { ...boardNetwork(target), ...session.network },
    warnings: [...deadlockWarnings(tasks, sync), ...runtimeWarnings(target)],
    crash,
  };
}
