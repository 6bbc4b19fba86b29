/** Switches between two tasks beside many that wait: what a switch costs must not depend on how many. */
import { NOTE_WORDS, Note } from '../../kernel/note/note';
import type { Machine } from '../../boards/machine';
import { bootApp, type BuiltFirmware } from './firmware';
import { bestTimes } from './measure';
import { percent, table, verdict } from './table';

const crowds = [10, 100, 1000];
/** When all tasks wait and the two begin: see crowd() in services.c. */
const SETTLED_TICKS = 1005;
/** Kernel entries that are measured, and those in which switches are counted. */
const ENTRIES = 400_000;
const SAMPLE = 10_000;
const ROUNDS = 8;
/** Of the cost with the fewest tasks; what this machine does besides moves each figure by a few percent. */
const AIM = 1.25;

export function measureCrowds(firmware: BuiltFirmware): string {
  const machines = crowds.map((count) => {
    const machine = bootApp(firmware, `crowd${count}`);
    machine.run({ ticks: SETTLED_TICKS });
    return { machine, settled: machine.checkpoint() };
  });
  const times = bestTimes(
    machines.map(({ machine, settled }) => ({
      prepare: () => machine.restore(settled),
      run: () => void machine.run({ entries: machine.position + ENTRIES }),
    })),
    ROUNDS,
  );
  const costs = machines.map(({ machine }, i) => (times[i]! * 1e6) / ((switches(machine) * ENTRIES) / SAMPLE));
  const rows = crowds.map((count, i) => {
    const ratio = costs[i]! / costs[0]!;
    const aim = i === 0 ? '' : verdict(ratio <= AIM, `<= ${percent(AIM)}`);
    return [`${count} tasks wait`, `${costs[i]!.toFixed(0)} ns`, percent(ratio), aim];
  });
  return table('One switch between two tasks', ['cost', 'share of the first', 'aim'], rows);
}

/** Switches in a sample of the entries to come. */
function switches(machine: Machine): number {
  const { notes } = machine.kernel;
  const from = notes.count;
  machine.run({ entries: machine.position + SAMPLE });
  const log = notes.slice(from, notes.count);
  let count = 0;
  for (let at = 2; at < log.length; at += NOTE_WORDS) if (log[at] === Note.switch) count++;
  return count;
}
