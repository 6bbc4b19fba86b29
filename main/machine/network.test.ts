/** Benches whose boards talk over the network: exact times, the same in whatever pieces they are run, and what comes from outside. */
import { beforeAll, describe, expect, test } from 'vitest';
import { programs } from '../../boards/apps';
import { Bench, type BenchInput } from '../../boards/bench';
import type { LinkSettings } from '../../boards/net/link';
import type { BenchPlan } from '../../boards/plan';
import { configRecord } from '../../kernel/config';
import { put16, put48 } from '../../kernel/net/bytes';
import { MAC_BROADCAST } from '../../kernel/net/address';
import { compile, type TestFirmware } from '../testing/firmware';
import { boardOf } from './build';
import { History } from './history';

/** Every board tells all others, at odd times, and answers whoever it hears of. */
const source = `
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
  struct sockaddr_in all = { .sin_family = AF_INET, .sin_port = htons(7000) };
  struct timeval most = { 0, 20000 };
  char text[900] = "?";
  int one = 1;
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one));
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most));
  bind(fd, (struct sockaddr *)&all, sizeof(all));
  all.sin_addr.s_addr = htonl(0x0a0000ff);
  for (int said = 0, heard = 0, answers = 0; ; )
    {
      struct sockaddr_in from;
      socklen_t length = sizeof(from);
      int got = recvfrom(fd, text, sizeof(text), 0, (struct sockaddr *)&from, &length);
      if (got > 0 && text[0] == '?')
        {
          heard++;
          text[0] = '!';
          sendto(fd, text, got, 0, (struct sockaddr *)&from, length);
        }
      else if (got > 0)
        {
          answers++;
        }
      else if (argc < 2 || said < atoi(argv[1]))
        {
          text[0] = '?';
          said++;
          sendto(fd, text, 1 + arc4random() % sizeof(text), 0, (struct sockaddr *)&all, sizeof(all));
          usleep(arc4random() % 30000);
        }
      else
        {
          printf("%d heard, %d answers\\n", heard, answers);
          return 0;
        }
    }
}
`;

let built: TestFirmware;
beforeAll(async () => {
  built = await compile({
    'main.c': source,
    'tickscope.json': '{ "board": "controller", "apps": [{ "name": "tell", "stackSize": 8192 }] }',
  });
});

/** A frame at a port: which board, which way, when, and its bytes. */
interface Passed {
  board: number;
  direction: 'in' | 'out';
  atNs: number;
  text: string;
  length: number;
}

function bench(plan: BenchPlan | undefined, args: string[] = []) {
  const passed: Passed[] = [];
  const console: string[] = [];
  const host: { port: string; length: number; atNs: number }[] = [];
  const made = new Bench({
    module: built.firmware.module,
    board: boardOf('controller', plan),
    config: configRecord(built.project.config),
    apps: built.project.apps.map((app) => ({ ...app, args })),
    programs,
    seed: 3,
    onConsole: (place, bytes) => (console[place] = (console[place] ?? '') + new TextDecoder().decode(bytes)),
    onFrame(board, device, direction, bytes, atNs) {
      if (device === 'eth0') passed.push({ board, direction, atNs, text: bytes.join(), length: bytes.length });
    },
    onHostFrame: (port, { length }, atNs) => host.push({ port, length, atNs }),
  });
  return { made, passed, console, host };
}

/** The same numbers each time. */
function randoms(seed: number): () => number {
  let x = seed;
  return () => (x = (Math.imul(x, 1664525) + 1013904223) >>> 0) >>> 8;
}

const names = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `b${i}`, title: `B ${i}` }));
const pair = (settings: Partial<LinkSettings>): BenchPlan => ({
  boards: names(2),
  links: [],
  network: { switches: [], links: [{ from: 'b0/eth0', to: 'b1/eth0', settings }] },
});
const star = (count: number, settings: Partial<LinkSettings> = {}): BenchPlan => ({
  boards: names(count),
  links: [],
  network: {
    switches: [{ name: 'switch', ports: count + 1, settings: { snooping: true, queryNs: 50e6 } }],
    links: [
      ...names(count).map(({ name }, i) => ({ from: `${name}/eth0`, to: `switch/${i + 1}`, settings })),
      { from: `switch/${count + 1}`, to: 'host:lan' },
    ],
  },
});
const rough: Partial<LinkSettings> = {
  delayNs: [700, 12_345],
  jitter: [
    { shape: 'exponential', ns: 3000 },
    { shape: 'normal', ns: 500 },
  ],
  loss: [0.05, 0.02],
  duplicate: [0.05, 0],
  reorder: [0, 0.1],
  corrupt: [0.02, 0.02],
};

describe('two boards', () => {
  test.each([
    ['without delay', 100e6, 0, 0],
    ['far away, each way another', 100e6, 1_234_567, 890],
    ['on a slow line', 10e6, 77, 3],
  ])('%s: each frame takes exactly as long as the link says', (_, bitsPerSecond, forth, back) => {
    const { made, passed, console } = bench(pair({ bitsPerSecond, delayNs: [forth, back] }), ['10']);
    expect(made.run({ ticks: 500 })).toBe('ended');
    for (const line of console) expect(line).toMatch(/^1?\d heard, 10 answers/);
    for (const [from, delay] of [
      [0, forth],
      [1, back],
    ] as const) {
      const sent = passed.filter(({ board, direction }) => board === from && direction === 'out');
      const come = passed.filter(({ board, direction }) => board !== from && direction === 'in');
      expect(sent.length).toBeGreaterThan(20);
      expect(come.map(({ atNs, text }) => [atNs, text])).toEqual(sent.map(({ atNs, text }) => [atNs + delay, text]));
    }
    const [{ counts }] = made.links as [(typeof made.links)[0]];
    expect(counts[0]).toMatchObject({ lost: 0, dropped: 0, delivered: counts[0].frames });
  });

  test('damaged frames are refused by the controller', () => {
    const { made, passed } = bench(pair({ corrupt: [1, 0] }), ['5']);
    made.run({ ticks: 100 });
    expect(passed.some(({ board, direction }) => board === 1 && direction === 'in')).toBe(false);
    const { counts } = made.places[1]!.machine.kernel.state.hardware.get('eth0') as { counts: { damaged: number } };
    expect(counts.damaged).toBe(made.links[0]!.counts[0].corrupted);
    expect(counts.damaged).toBeGreaterThan(5);
  });

  test('a cable that is pulled out', () => {
    const { made, passed } = bench(pair({}));
    made.run({ ticks: 20 });
    const isRunning = (place: number) =>
      made.places[place]!.machine.kernel.state.net.interfaces.find(({ name }) => name === 'eth0')!.flags & 2;
    expect(isRunning(0) && isRunning(1)).toBeTruthy();
    made.input({ port: 'b1/eth0', plugged: false });
    made.run({ ticks: 21 });
    expect(isRunning(0) || isRunning(1)).toBe(0);
    const { length } = passed;
    made.run({ ticks: 60 });
    expect(passed.length).toBe(length);
    made.input({ port: 'b1/eth0', plugged: true });
    made.run({ ticks: 80 });
    expect(passed.length).toBeGreaterThan(length + 5);
  });
});

describe('a board alone', () => {
  test('has a port for the host', () => {
    const { made, passed, host } = bench(undefined);
    expect(made.hostPorts).toEqual([{ id: 'controller/eth0', plugged: false }]);
    made.run({ ticks: 10 });
    expect(passed).toEqual([]);
    made.input({ port: 'controller/eth0', plugged: true });
    const question = new Uint8Array(60);
    put48(question, 0, MAC_BROADCAST);
    put48(question, 6, 0x0200_0000_1234);
    put16(question, 12, 0x0806);
    question.set([0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0x12, 0x34, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2], 14);
    made.run({ ticks: 11 });
    host.length = 0;
    const now = made.timeNs;
    made.input({ port: 'controller/eth0', frame: question });
    made.run({ ticks: 20 });
    const [come] = passed.filter(({ direction }) => direction === 'in');
    expect(come).toMatchObject({ atNs: now + 640, length: 60 });
    const answer = passed.find(({ direction, text }) => direction === 'out' && text.startsWith('2,0,0,0,18,52'))!;
    expect(host).toContainEqual({ port: 'controller/eth0', length: 60, atNs: answer.atNs + 64 * 80 });
  });
});

describe('sixteen boards on a switch', () => {
  test('hear each other', () => {
    const { made, console } = bench(star(16), ['3']);
    expect(made.run({ ticks: 300 })).toBe('ended');
    const heard = console.map((line) => Number(/^(\d+) heard/.exec(line)![1]));
    expect(heard).toHaveLength(16);
    for (const each of heard) expect(each).toBeGreaterThan(10);
    const [{ ports }] = made.switches as [(typeof made.switches)[0]];
    expect(ports.slice(0, 16).map(({ macs }) => macs)).toEqual(heard.map((_, i) => [0x0200_0000_0001 + i]));
    expect(ports.every(({ queued }) => queued === 0)).toBe(true);
  });

  test('are the same in whatever pieces they are run, and from checkpoints', () => {
    const inputs: [tick: number, input: BenchInput][] = [
      [3, { link: 'b2/eth0-switch/3', settings: { loss: [0.5, 0.5], delayNs: [1, 2] } }],
      [5, { port: 'switch/5', plugged: false }],
      [6, { port: 'host:lan', plugged: true }],
      [7, { port: 'host:lan', frame: new Uint8Array(700).fill(255) }],
      [8, { port: 'switch/5', plugged: true }],
      [9, { board: 'b3', device: 'console', value: { type: 'bytes', bytes: Uint8Array.of(10) } }],
    ];
    const runTo = (made: Bench, last: number, run: (ticks: number) => void) => {
      for (const [tick, input] of inputs) {
        if (tick > last) break;
        run(tick);
        made.input(input);
      }
      run(last);
    };
    const whole = bench(star(16, rough));
    runTo(whole.made, 14, (ticks) => whole.made.run({ ticks }));
    const hash = whole.made.hash();
    expect(whole.host.length).toBeGreaterThan(10);
    for (const most of [100, 3000]) {
      const { made, host } = bench(star(16, rough));
      const random = randoms(most);
      runTo(made, 14, (ticks) => {
        for (let end = 'limit'; made.ticks < ticks && end === 'limit';) {
          const mark = random() % 16 === 0 ? made.checkpoint() : null;
          const limit = { ticks, entries: made.position + 1 + (random() % most), switch: random() % 8 === 0 };
          end = made.run(limit);
          if (!mark) continue;
          const { position } = made;
          const before = made.hash();
          made.restore(mark);
          made.run({ entries: position });
          expect(made.hash()).toBe(before);
        }
      });
      expect(made.position).toBe(whole.made.position);
      expect(made.hash()).toBe(hash);
      expect(host.at(-1)).toEqual(whole.host.at(-1));
    }
  });

  test('go back and on again', () => {
    const { made } = bench(star(16, rough));
    const history = new History(made, () => undefined);
    const known = new Map<number, string>();
    const see = () => {
      const hash = made.hash();
      expect(hash, `at ${made.position}`).toBe(known.get(made.position) ?? hash);
      known.set(made.position, hash);
    };
    for (let tick = 1; tick < 12; tick++) {
      history.advance({ ticks: tick });
      if (tick === 3) history.input({ link: 'b2/eth0-switch/3', settings: { up: false } });
      if (tick === 5) history.input({ port: 'host:lan', plugged: true });
      if (tick === 6) history.input({ port: 'host:lan', frame: new Uint8Array(100).fill(255) });
      if (tick === 8) history.input({ link: 'b2/eth0-switch/3', settings: { up: true, delayNs: [5, 5] } });
      see();
    }
    for (const steps of [2, 7]) {
      for (let i = 0; i < steps; i++) {
        history.backOneTick();
      }
      if (known.has(made.position)) see();
      for (let i = 0; i < steps; i++) {
        history.advance({ ticks: made.ticks + 1 });
      }
      if (known.has(made.position)) see();
    }
    history.backOneSwitch();
    history.backOneEntry();
    const end = [...known.keys()].at(-1)!;
    history.advance({ entries: end });
    expect(made.hash()).toBe(known.get(end));
  });

  test('boot as they did', () => {
    const { made } = bench(star(16));
    const boot = made.hash();
    made.run({ ticks: 3 });
    made.input({ port: 'b3/eth0', plugged: false });
    made.reset();
    expect(made.hash()).toBe(boot);
  });
});

test('each board has its address, its oscillator and its configuration', () => {
  const plan: BenchPlan = {
    boards: [
      { name: 'a', title: 'A' },
      { name: 'b', title: 'B', address: 0x0a000063, oscillator: { ppm: 7 } },
      { name: 'c', title: 'C', config: { CONFIG_NETINIT_DHCPC: true } },
    ],
    links: [],
    network: { switches: [], links: [] },
  };
  const { made } = bench(plan);
  const states = made.places.map(({ machine }) => machine.kernel.state);
  const addresses = states.map(({ net }) => net.interfaces.find(({ name }) => name === 'eth0')!.address);
  expect(addresses).toEqual([0x0a000002, 0x0a000063, 0]);
  expect(states.map(({ settings }) => settings.oscillator.ppm)).toEqual([0, 7, 0]);
});
