/** Switches between two tasks on semaphores, through the whole kernel. */
import { bareSwitch } from './bare-switch';
import { bootApp, runToEnd, type BuiltFirmware } from './firmware';
import { bestTimes } from './measure';
import { percent, table, verdict } from './table';

/** As many as pingpong_main makes. */
const SWITCHES = 200_000;
const AIM = 2e6;
const ROUNDS = 20;

export async function measureSwitches(firmware: BuiltFirmware): Promise<string> {
  const bare = await bareSwitch();
  const machine = bootApp(firmware, 'pingpong');
  const onMachine = (log: boolean) => ({
    prepare: () => {
      machine.reset();
      machine.kernel.notes.enabled = log;
    },
    run: () => void runToEnd(machine),
  });
  const times = bestTimes([{ run: () => bare(SWITCHES) }, onMachine(false), onMachine(true)], ROUNDS);
  const [bareRate, offRate, onRate] = times.map((ms) => (SWITCHES / ms) * 1000) as [number, number, number];
  const row = (title: string, rate: number, aim = '') => [
    title,
    `${(rate / 1e6).toFixed(2)} M/s`,
    percent(rate / bareRate),
    aim,
  ];
  return table(
    'Semaphore switches',
    ['rate', 'share of bare', 'aim'],
    [
      row('bare: binaryen asyncify, no kernel', bareRate),
      row('whole kernel, event log off', offRate),
      row('whole kernel, event log on', onRate, verdict(onRate >= AIM, `>= ${AIM / 1e6} M/s`)),
    ],
  );
}
