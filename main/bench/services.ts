/** What the kernel's services cost: queues, signals, threads, mutexes. */
import { bareSwitch } from './bare-switch';
import { bootApp, runToEnd, type BuiltFirmware } from './firmware';
import { bestTimes } from './measure';
import { percent, table } from './table';

/** As often as services.c does each. */
const services = [
  { app: 'messages', title: 'message sent and received', times: 50_000 },
  { app: 'signals', title: 'signal sent, its handler run', times: 50_000 },
  { app: 'threads', title: 'pthread created and joined', times: 10_000 },
  { app: 'locks', title: 'mutex locked and unlocked', times: 50_000 },
  { app: 'contention', title: 'the same, with another thread waiting', times: 50_000 },
];
const ROUNDS = 8;
/** Switches of the baseline in a round. */
const BARE = 200_000;

export async function measureServices(firmware: BuiltFirmware): Promise<string> {
  const bare = await bareSwitch();
  const rows = services.map(({ app, title, times }) => {
    const machine = bootApp(firmware, app);
    const onMachine = (log: boolean) => ({
      prepare: () => {
        machine.reset();
        machine.kernel.notes.enabled = log;
      },
      run: () => void runToEnd(machine),
    });
    const [bareMs, offMs, onMs] = bestTimes([{ run: () => bare(BARE) }, onMachine(false), onMachine(true)], ROUNDS) as [
      number,
      number,
      number,
    ];
    const rate = (ms: number) => `${(times / ms / 1000).toFixed(2)} M/s`;
    return [title, rate(offMs), rate(onMs), percent(times / onMs / (BARE / bareMs))];
  });
  return table('Services', ['log off', 'log on', 'share of bare switches'], rows);
}
