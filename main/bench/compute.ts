/** What counting cycles, preemption and the memory's guards cost a program that only computes. */
import { bestTimes } from './measure';
import { bootApp, plainApp, runToEnd, type BuiltFirmware } from './firmware';
import { percent, table, verdict } from './table';

const AIM = 0.6;
const ROUNDS = 8;
const programs = [
  { app: 'integer', title: 'integer loop' },
  { app: 'bytecode', title: 'bytecode switch' },
  { app: 'quicksort', title: 'quicksort' },
];

export function measureCompute(firmware: BuiltFirmware): string {
  const rows = programs.map(({ app, title }) => {
    const plain = plainApp(firmware, app);
    const machine = bootApp(firmware, app);
    const results = { plain: -1, machine: -1 };
    const [plainMs, machineMs] = bestTimes(
      [
        { run: () => void (results.plain = plain()) },
        { prepare: () => machine.reset(), run: () => void (results.machine = runToEnd(machine)) },
      ],
      ROUNDS,
    ) as [number, number];
    if (results.plain !== results.machine) throw new Error(`${title}: the machine computed something else`);
    const share = plainMs / machineMs;
    const aim = verdict(share >= AIM, `>= ${percent(AIM)}`);
    return [title, `${plainMs.toFixed(1)} ms`, `${machineMs.toFixed(1)} ms`, percent(share), aim];
  });
  return table('Computing, as a task of a board', ['plain', 'task', 'share of plain', 'aim'], rows);
}
