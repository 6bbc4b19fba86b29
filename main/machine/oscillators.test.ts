/** Boards whose CLOCK_REALTIME goes by their oscillators, and whose temperature changes. */
import { beforeAll, expect, test } from 'vitest';
import { Bench, type BenchInput } from '../../boards/bench';
import { CLOCK_BOOTTIME, CLOCK_REALTIME, readClock } from '../../kernel/clock/clock';
import { perfectOscillator } from '../../kernel/clock/oscillator';
import { subtract } from '../../kernel/clock/timespec';
import { configRecord } from '../../kernel/config';
import { softwareStamp } from '../../kernel/net/timestamp';
import { compile, type TestFirmware } from '../testing/firmware';
import { boardOf } from './build';
import { History } from './history';

const source = `#include <time.h>
#include <unistd.h>
int main(int argc, char *argv[])
{
  struct timespec now;
  for (;;) { usleep(70000); clock_gettime(CLOCK_REALTIME, &now); }
}
`;

let firmware: TestFirmware;
beforeAll(async () => {
  firmware = await compile({ 'main.c': source, 'tickscope.json': '{ "board": "controller" }' });
});

const oscillator = { ...perfectOscillator, ppm: 20, ppmPerDegree: 1.5 };

function boot(): Bench {
  const { project, firmware: built } = firmware;
  return new Bench({
    module: built.module,
    board: boardOf('controller', {
      boards: [
        { name: 'a', title: 'A', oscillator, stampJitterNs: 5000 },
        { name: 'b', title: 'B', oscillator: { ...oscillator, wanderPpb: 100 } },
        { name: 'c', title: 'C' },
      ],
      links: [],
      network: { switches: [], links: [] },
    }),
    config: configRecord(project.config),
    apps: project.apps.map((app) => ({ ...app, args: [] })),
    seed: 1,
    onConsole: () => undefined,
  });
}

const kernelOf = (bench: Bench, board: number) => bench.places[board]!.machine.kernel;

/** Nanoseconds that CLOCK_REALTIME of a board has gained on what has passed since it booted. */
function gained(bench: Bench, board: number): number {
  const k = kernelOf(bench, board);
  const { sec, nsec } = subtract(readClock(k, CLOCK_REALTIME)!, readClock(k, CLOCK_BOOTTIME)!);
  return (sec - k.state.settings.startSec) * 1e9 + nsec;
}

test('CLOCK_REALTIME goes by the oscillator where the bench says what that is', () => {
  const bench = boot();
  bench.run({ ticks: 500 });
  expect(gained(bench, 0)).toBeCloseTo(100_000, -1);
  expect(gained(bench, 2)).toBe(0);
});

test('a temperature changes the rate from its time on, to the nanosecond', () => {
  const bench = boot();
  bench.input({ board: 'a', temperature: 35, atNs: 1_234_567_890 });
  bench.input({ board: 'a', temperature: 25, atNs: 3_000_000_000 });
  bench.run({ ticks: 500 });
  const passedNs = kernelOf(bench, 0).state.cycles * 10;
  expect(Math.abs(gained(bench, 0) - (passedNs * 20e-6 + (3_000_000_000 - 1_234_567_890) * 15e-6))).toBeLessThan(2);
});

test('when the board boots again, CLOCK_REALTIME goes on from what the RTC has kept; the oscillator is as warm as before', () => {
  const bench = boot();
  const inputs: BenchInput[] = [
    { board: 'a', temperature: 35 },
    { board: 'a', power: false },
  ];
  for (const input of inputs) bench.input(input);
  bench.input({ board: 'a', power: true, atNs: 2e9 });
  bench.run({ ticks: 500 });
  // Two seconds without power, and three at 35 millionths.
  expect(gained(bench, 0) / 1000).toBeCloseTo(2e6 + 3 * 35, 0);
});

test('it is the same in pieces, and when the boards have gone back', () => {
  const inputs: BenchInput[] = [
    { board: 'a', temperature: 35, atNs: 0.7e9 },
    { board: 'b', temperature: 5, atNs: 0.8e9 },
    { board: 'b', temperature: 15, atNs: 1.3e9 },
  ];
  const whole = boot();
  for (const input of inputs) whole.input(input);
  whole.run({ ticks: 200 });
  const bench = boot();
  const history = new History(bench, () => undefined);
  for (const input of inputs) history.input(input);
  for (let i = 0; bench.ticks < 200; i++) {
    history.advance({ entries: bench.position + 7 + (i % 50), ticks: 200 });
    if (i % 23 === 0) for (let n = 0; n < i % 5; n++) history.backOneTick();
    // To look at a clock changes nothing.
    for (const { machine } of bench.places) machine.board.devices.map((device) => device.view(machine.kernel));
  }
  expect(bench.hash()).toBe(whole.hash());
  expect([0, 1, 2].map((board) => gained(bench, board))).toEqual([0, 1, 2].map((board) => gained(whole, board)));
});

test('stamps of software are late by chance where the bench says so', () => {
  const bench = boot();
  const late = (board: number) => {
    const k = kernelOf(bench, board);
    return subtract(softwareStamp(k), readClock(k, CLOCK_REALTIME)!).nsec;
  };
  const seen = Array.from({ length: 50 }, (_, i) => {
    bench.run({ ticks: 10 * (i + 1) });
    expect(late(1)).toBe(0);
    return late(0);
  });
  expect(Math.max(...seen)).toBeGreaterThan(4000);
  expect(Math.max(...seen)).toBeLessThan(5000);
  expect(new Set(seen).size).toBeGreaterThan(40);
});
