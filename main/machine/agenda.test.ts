/** What is planned for a time: it comes then, to the nanosecond, in whatever pieces the run is made. */
import { beforeAll, describe, expect, test } from 'vitest';
import { programs } from '../../boards/apps';
import { Bench, type BenchInput } from '../../boards/bench';
import { configRecord } from '../../kernel/config';
import { compile, type TestFirmware } from '../testing/firmware';
import { boardOf } from './build';
import { History } from './history';

const source = `#include <stdio.h>
#include <unistd.h>
int main(int argc, char *argv[])
{
  printf("boot\\n");
  for (int i = 0; ; i++) { usleep(100000); printf("%d\\n", i); }
}
`;

let firmware: TestFirmware;
beforeAll(async () => {
  firmware = await compile({
    'main.c': source,
    'tickscope.json': '{ "board": "controller", "bench": "bench.json" }',
    'bench.json':
      '{ "boards": [{ "name": "left" }, { "name": "right" }], "links": [{ "from": "left", "to": "right", "delayNs": 500 }] }',
  });
});

function boot() {
  const { project, firmware: built } = firmware;
  const text = ['', ''];
  const bench = new Bench({
    module: built.module,
    board: boardOf(project.board.name, project.board.bench),
    config: configRecord(project.config),
    apps: project.apps.map((app) => ({ ...app, args: [] })),
    programs,
    seed: 1,
    onConsole: (board, bytes) => (text[board] += Buffer.from(bytes).toString().replaceAll('\r', '')),
  });
  return { bench, text };
}

const SECOND = 1e9;
const ping = { board: 'left', program: 'ping', args: ['-c', '100', '-i', '100', '10.0.0.3'] };
const plan: BenchInput[] = [
  { board: 'right', power: true, atNs: 1.2 * SECOND },
  { board: 'right', power: false, atNs: 0.6 * SECOND },
  { ...ping, runs: true, atNs: 1.5 * SECOND + 1 },
  { link: 'left/eth0-right/eth0', settings: { up: false }, atNs: 1.85 * SECOND },
  { link: 'left/eth0-right/eth0', settings: { up: true }, atNs: 2.15 * SECOND },
  { ...ping, runs: true, atNs: 2.2 * SECOND },
  { ...ping, runs: false, atNs: 2.65 * SECOND },
];

describe('an agenda', () => {
  test('is done at its times: power, programs, links', () => {
    const { bench, text } = boot();
    for (const input of plan) bench.input(input);
    bench.run({ ticks: 65 });
    expect(bench.places[1]!.machine.dead).toBe(true);
    expect(bench.links[0]!.settings.up).toBe(true);
    expect(text[1]).toBe('boot\n0\n1\n2\n3\n4\n');
    bench.run({ ticks: 300 });
    const right = bench.places[1]!.machine;
    expect(text[1]).toMatch(/^boot\n0\n1\n2\n3\n4\nboot\n0\n1\n/);
    expect(text[1]!.split('\n').slice(6)).toHaveLength(18);
    expect(right.kernel.state.boot.cycle).toBe(120_000_000);
    const answered = [...text[0]!.matchAll(/icmp_seq=(\d+)/g)].map(([, seq]) => Number(seq));
    // A ping each 100 ms, until there is no link any more, and until the other one is gone.
    expect(answered).toEqual([0, 1, 2, 3, 0, 1, 2, 3, 4]);
    const names = bench.places[0]!.machine.kernel.state.tasks.map((tcb) => tcb?.name);
    expect(names).not.toContain('ping');
  });

  test('is the same in pieces, and when the boards have gone back', () => {
    const whole = boot().bench;
    for (const input of plan) whole.input(input);
    whole.run({ ticks: 300 });
    const { bench } = boot();
    const history = new History(bench, () => undefined);
    for (const input of plan) history.input(input);
    for (let i = 0; bench.ticks < 300; i++) {
      history.advance({ entries: bench.position + 7 + (i % 50), ticks: 300 });
      if (i % 97 === 0) for (let n = 0; n < i % 5; n++) history.backOneTick();
    }
    expect(bench.position).toBe(whole.position);
    expect(bench.hash()).toBe(whole.hash());
  });

  test('what is forgotten does not come', () => {
    const { bench, text } = boot();
    for (const input of plan) bench.input(input);
    bench.input({ forget: true });
    bench.run({ ticks: 100 });
    expect(text[1]).toBe('boot\n0\n1\n2\n3\n4\n5\n6\n7\n8\n');
  });

  test('boards that are all off wait for their power', () => {
    const { bench, text } = boot();
    for (const board of ['left', 'right']) {
      bench.input({ board, power: false });
      bench.input({ board, power: true, atNs: 5 * SECOND });
    }
    bench.run({ ticks: 520 });
    expect(text).toEqual(['boot\n0\n', 'boot\n0\n']);
  });
});
