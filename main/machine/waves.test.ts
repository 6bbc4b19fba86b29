import { beforeAll, expect, test } from 'vitest';
import type { Board } from '../../boards/board';
import { boards } from '../../boards/board';
import type { Device } from '../../boards/device';
import { hardwareState, wireChanged } from '../../kernel/hardware';
import { CHANGE_NUMBERS } from '../contract/board';
import { compile, type TestFirmware, type TestMachine } from '../testing/firmware';
import { History } from './history';
import { Waves } from './waves';

const SOURCE = `
#include <nuttx/config.h>
#include <stdbool.h>
#include <unistd.h>

struct tank { bool full; int level[3]; };
static volatile struct tank g_tank;
volatile float g_load;

int main(int argc, FAR char *argv[])
{
  for (int i = 1; i <= 5; i++)
    {
      usleep(20000);
      g_tank.level[1] = -i;
      g_tank.full = i > 2;
      g_load = i / 2.0f;
    }
  return 0;
}
`;

/** A lamp and a meter that show what comes from outside. */
const panel: Device = {
  name: 'panel',
  kind: 'leds',
  state: { value: 0 },
  wires: [
    { name: 'lamp', kind: 'level' },
    { name: 'meter', kind: 'analog', unit: 'V' },
  ],
  start: (k) => wireChanged(k, 'panel', 0, 1),
  input(k, value) {
    if (value.type !== 'value') throw new Error('It takes values.');
    hardwareState<{ value: number }>(k, 'panel').value = value.value;
    wireChanged(k, 'panel', 0, value.value > 1 ? 1 : 0);
    wireChanged(k, 'panel', 1, value.value * 1e6);
  },
  view: () => ({ registers: [], controls: [] }),
};
const board: Board = { ...boards[0]!, devices: [panel] };

let built: TestFirmware;
beforeAll(async () => {
  built = await compile(SOURCE);
});

function start(): { test: TestMachine; history: History; waves: Waves } {
  const machine = built.boot([], { board });
  const history = new History(machine.bench, () => undefined);
  return { test: machine, history, waves: new Waves(machine.machine, built.firmware) };
}

/** Changes as pairs of milliseconds and value. */
function changes(waves: Waves, id: string): number[][] {
  const data = waves.span(id, 0, 1e12, 1e6)!;
  return Array.from({ length: data.length / CHANGE_NUMBERS }, (_, i) => {
    const [time, value] = data.subarray(i * CHANGE_NUMBERS);
    return [Math.round(time! / 1e6), value!];
  });
}

test('wires are there since boot, by name and in their unit', () => {
  const { history, waves, test } = start();
  expect(waves.list).toEqual([
    { id: 'panel lamp', device: 'panel', name: 'lamp', kind: 'level', unit: '' },
    { id: 'panel meter', device: 'panel', name: 'meter', kind: 'analog', unit: 'V' },
  ]);
  history.advance({ ticks: 3 });
  history.input({ device: 'panel', value: { type: 'value', channel: 0, value: 0.5 } });
  history.advance({ ticks: 5 });
  history.input({ device: 'panel', value: { type: 'value', channel: 0, value: 2.25 } });
  expect(changes(waves, 'panel lamp')).toEqual([[0, 1], [30, 0], [50, 1]]); // prettier-ignore
  expect(changes(waves, 'panel meter')).toEqual([[30, 0.5], [50, 2.25]]); // prettier-ignore
  expect(waves.neighbour('panel lamp', 40e6, false)?.slice(1)).toEqual([1, 0]);
  // The times are those of the log.
  const [, logged] = test.events('wire').filter(({ wire }) => wire === 0);
  expect(waves.neighbour('panel lamp', 40e6, true)?.[0]).toBe(logged!.t);
  expect(waves.span('panel none', 0, 1, 1)).toBeUndefined();
});

test('variables are sampled from when they are watched', () => {
  const { test, history, waves } = start();
  history.advance({ ticks: 5 });
  waves.watch('g_tank.level[1]');
  waves.watch('g_tank.full');
  waves.watch('g_load');
  expect(waves.list.slice(2).map(({ name, kind }) => [name, kind])).toEqual([
    ['g_tank.level[1]', 'analog'],
    ['g_tank.full', 'level'],
    ['g_load', 'analog'],
  ]);
  test.finish();
  const levels = changes(waves, '= g_tank.level[1]');
  expect(levels.map(([, value]) => value)).toEqual([-1, -2, -3, -4, -5]);
  expect(changes(waves, '= g_load').map(([, value]) => value)).toEqual([0.5, 1, 1.5, 2, 2.5]);
  expect(changes(waves, '= g_tank.full').map(([, value]) => value)).toEqual([0, 1]);
  waves.unwatch('g_load');
  expect(waves.span('= g_load', 0, 1, 1)).toBeUndefined();
  expect(() => waves.watch('g_nothing')).toThrow('no global variable g_nothing');
});

test('going back forgets what did not happen yet, and the same comes again', () => {
  const { history, waves } = start();
  waves.watch('g_tank.level[1]');
  history.advance({ ticks: 3 });
  history.input({ device: 'panel', value: { type: 'value', channel: 0, value: 2 } });
  history.advance({ ticks: 11 });
  const all = [changes(waves, 'panel meter'), changes(waves, '= g_tank.level[1]')];
  expect(all[0]).toEqual([[30, 2]]);
  while (history.canGoBack()) {
    const before = changes(waves, '= g_tank.level[1]').length;
    history.backOneTick();
    expect(changes(waves, '= g_tank.level[1]').length).toBeLessThanOrEqual(before);
  }
  expect(changes(waves, 'panel meter')).toEqual([]);
  expect(changes(waves, '= g_tank.level[1]')).toEqual([[0, 0]]);
  history.advance({ ticks: 11 });
  expect([changes(waves, 'panel meter'), changes(waves, '= g_tank.level[1]')]).toEqual(all);
});

test('what a device refuses leaves no trace', () => {
  const { test: machine } = start();
  const before = [machine.machine.position, machine.machine.hash()];
  const input = (device: string) =>
    machine.machine.input({ device, value: { type: 'bytes', bytes: new Uint8Array(1) } });
  expect(() => input('panel')).toThrow('It takes values.');
  expect(() => input('lamp')).toThrow('has no device "lamp"');
  expect([machine.machine.position, machine.machine.hash()]).toEqual(before);
});

test('who looks changes nothing', () => {
  const run = (watch: boolean): [string, string] => {
    const machine = built.boot([], { board });
    const waves = watch ? new Waves(machine.machine, built.firmware) : null;
    waves?.watch('g_tank.level[1]');
    machine.finish();
    return [machine.machine.hash(), JSON.stringify([...machine.log])];
  };
  expect(run(true)).toEqual(run(false));
});
