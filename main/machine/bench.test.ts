import { beforeAll, describe, expect, test } from 'vitest';
import { Bench, type BenchOptions } from '../../boards/bench';
import { defaultBoard, type Board } from '../../boards/board';
import type { Device } from '../../boards/device';
import type { Link } from '../../boards/link';
import type { RunEnd } from '../../kernel/binfmt/executor';
import { configRecord } from '../../kernel/config';
import { cyclesOf, hardwareNow, hardwareState, schedule } from '../../kernel/hardware';
import { raiseInterrupt } from '../../kernel/irq';
import { sem_post } from '../../kernel/semaphore/sem';
import { compile, type TestFirmware } from '../testing/firmware';

/** A port with nothing but a wire: what is written leaves at once (`pace` 0) or by itself, what arrives posts a semaphore. */
interface PortState {
  sem: number;
  pace: number;
  queue: number[];
  input: number[];
  /** Cycle and value of all that left and came. */
  sent: [number, number][];
  received: [number, number][];
}

const ATTACH = 1;
const PACE = 2;

function port(name: string, kind: 'bytes' | 'value', irq: number): Device {
  const state: PortState = { sem: 0, pace: 0, queue: [], input: [], sent: [], received: [] };
  const send = (k: Parameters<typeof hardwareNow>[0], value: number) => {
    const now = hardwareNow(k);
    hardwareState<PortState>(k, name).sent.push([now, value]);
    const bytes = Uint8Array.of(value);
    k.onOutput(name, kind === 'bytes' ? { type: 'bytes', bytes } : { type: 'value', channel: 0, value }, now);
  };
  return {
    name,
    kind: kind === 'bytes' ? 'uart' : 'gpio',
    state,
    nodes: [
      {
        path: `/dev/${name}`,
        operations: {
          write(k, _file, data, length) {
            const { pace, queue } = hardwareState<PortState>(k, name);
            for (const value of k.memory.slice(data, length)) {
              if (pace === 0) send(k, value);
              else if (queue.push(value) === 1) schedule(k, name, hardwareNow(k) + cyclesOf(k, pace));
            }
            return length;
          },
          read(k, _file, data) {
            const value = hardwareState<PortState>(k, name).input.shift();
            if (value === undefined) return 0;
            k.memory.bytes[k.memory.slice(data, 1).byteOffset] = value;
            return 1;
          },
          ioctl(k, _file, request, arg) {
            const ports = hardwareState<PortState>(k, name);
            if (request === ATTACH) ports.sem = arg;
            if (request === PACE) ports.pace = arg;
            return 0;
          },
        },
      },
    ],
    irq: {
      number: irq,
      handler(k) {
        const { sem } = hardwareState<PortState>(k, name);
        if (sem !== 0) sem_post(k, sem);
      },
    },
    event(k) {
      const { pace, queue } = hardwareState<PortState>(k, name);
      send(k, queue.shift()!);
      if (queue.length > 0) schedule(k, name, hardwareNow(k) + cyclesOf(k, pace));
    },
    input(k, value) {
      const { input, received } = hardwareState<PortState>(k, name);
      const values = value.type === 'bytes' ? [...value.bytes] : value.type === 'value' ? [value.value] : [];
      input.push(...values);
      for (const each of values) received.push([hardwareNow(k), each]);
      raiseInterrupt(k, irq);
    },
    view: () => ({ registers: [], controls: [] }),
  };
}

const LINE_NS = 2000;
const PIN_NS = 500;
const links: Link[] = [
  { from: { board: 'left', device: 'line' }, to: { board: 'right', device: 'line' }, delayNs: LINE_NS },
  {
    from: { board: 'left', device: 'pin', channel: 0 },
    to: { board: 'right', device: 'pin', channel: 0 },
    delayNs: PIN_NS,
  },
  {
    from: { board: 'right', device: 'pin', channel: 0 },
    to: { board: 'left', device: 'pin', channel: 0 },
    delayNs: PIN_NS,
  },
];
const board: Board = {
  ...defaultBoard,
  devices: [port('line', 'bytes', 3), port('pin', 'value', 4)],
  bench: {
    boards: [
      { name: 'left', title: 'Left' },
      { name: 'right', title: 'Right' },
    ],
    links,
    network: { switches: [], links: [] },
  },
};

const source = `
#include <nuttx/config.h>
#include <fcntl.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static sem_t g_line;
static sem_t g_pin;

static int spin(int argc, FAR char *argv[])
{
  unsigned x = 1;
  for (;;)
    {
      for (volatile int i = 0; i < 5000; i++) x = x * 1664525 + 1013904223;
      usleep(x % 20000);
    }
}

static int toggle(int argc, FAR char *argv[])
{
  int fd = open("/dev/pin", O_RDWR);
  char level = 0;
  ioctl(fd, 1, &g_pin);
  for (int i = 0; i < 40; i++)
    {
      level ^= 1;
      write(fd, &level, 1);
      sem_wait(&g_pin);
      for (volatile int j = 0; j < 300; j++);
    }
  return 0;
}

int left_main(int argc, FAR char *argv[])
{
  int fd = open("/dev/line", O_RDWR);
  char byte = 0;
  sem_init(&g_line, 0, 0);
  sem_init(&g_pin, 0, 0);
  ioctl(fd, 1, &g_line);
  ioctl(fd, 2, argc > 1 ? atoi(argv[1]) : 0);
  if (argc > 2) task_create("spin", 50, 2048, spin, NULL);
  if (argc > 3) task_create("toggle", 120, 2048, toggle, NULL);
  for (int i = 0; i < 50; i++)
    {
      char sent = i;
      write(fd, &sent, 1);
      while (read(fd, &byte, 1) != 1) sem_wait(&g_line);
      if (byte != (char)(i + 100)) printf("left: %d gave %d\\n", i, byte);
    }
  printf("left is done\\n");
  if (argc > 4) exit(0);
  if (argc > 2) task_delete(getpid() + 1);
  return 0;
}

int right_main(int argc, FAR char *argv[])
{
  int fd = open("/dev/line", O_RDWR);
  char byte;
  sem_init(&g_line, 0, 0);
  sem_init(&g_pin, 0, 0);
  ioctl(fd, 1, &g_line);
  ioctl(fd, 2, argc > 1 ? atoi(argv[1]) : 0);
  if (argc > 2) task_create("spin", 50, 2048, spin, NULL);
  if (argc > 3) task_create("toggle", 120, 2048, toggle, NULL);
  for (int i = 0; i < 50; i++)
    {
      while (read(fd, &byte, 1) != 1) sem_wait(&g_line);
      for (volatile int j = 0; j < byte * 50; j++);
      byte += 100;
      write(fd, &byte, 1);
    }
  printf("right is done\\n");
  return 0;
}

int spinner_main(int argc, FAR char *argv[])
{
  return spin(argc, argv);
}

int short_main(int argc, FAR char *argv[])
{
  usleep(35000);
  printf("short\\n");
  return 0;
}

int sender_main(int argc, FAR char *argv[])
{
  int fd = open("/dev/line", O_RDWR);
  ioctl(fd, 2, 1000000);
  write(fd, "later", 5);
  return 0;
}

int crash_main(int argc, FAR char *argv[])
{
  usleep(25000);
  *(FAR volatile int *)4 = 1;
  return 0;
}
`;
const projectFile = `{ "apps": [
  ${['left', 'right', 'crash', 'spinner', 'short', 'sender']
    .map((name) => `{ "name": "${name}", "entry": "${name}_main" }`)
    .join(', ')}
] }`;

let built: TestFirmware;
beforeAll(async () => {
  built = await compile({ 'main.c': source, 'tickscope.json': projectFile });
});

/** A bench on which an app starts on each board, with arguments; a board of it may be of another make. */
function bench(apps: Record<string, string>, args: string[] = [], special: Partial<BenchOptions> = {}) {
  const text = ['', ''];
  const machines = new Bench({
    module: built.firmware.module,
    board,
    config: configRecord(built.project.config),
    apps: built.project.apps.flatMap((app) =>
      Object.entries(apps)
        .filter(([, name]) => name === app.name)
        .map(([on]) => ({ ...app, boot: true, on, args })),
    ),
    seed: 1,
    onConsole: (place, bytes) => (text[place] += new TextDecoder().decode(bytes)),
    ...special,
  });
  const state = (place: number, device: string) =>
    hardwareState<PortState>(machines.places[place]!.machine.kernel, device);
  return { machines, text, state };
}

/** The same numbers each time. */
function randoms(seed: number): () => number {
  let x = seed;
  return () => (x = (Math.imul(x, 1664525) + 1013904223) >>> 0) >>> 8;
}

const pingPong = { left: 'left', right: 'right' };
/** CPUs that have nothing to do but wait for each other, that are busy beside that, and with pins that toggle, too. */
const loads: [string, string[]][] = [
  ['idle', []],
  ['idle, paced', ['86806']],
  ['busy', ['0', 'spin']],
  ['busy, with pins', ['86806', 'spin', 'pins']],
];
const CYCLE_NS = 10;
const MOST = { ticks: 200, idle: true };

describe.each(loads)('two boards, %s', (_, args) => {
  test('everything arrives at its exact time', () => {
    const { machines, state, text } = bench(pingPong, args);
    machines.run(MOST);
    expect(text).toEqual(['left is done\n', 'right is done\n']);
    const later = (sent: [number, number][], ns: number) =>
      sent.map(([cycle, value]): [number, number] => [cycle + ns / CYCLE_NS, value]);
    for (const [here, there] of [
      [0, 1],
      [1, 0],
    ] as const) {
      expect(state(here, 'line').sent).toHaveLength(50);
      expect(state(there, 'line').received).toEqual(later(state(here, 'line').sent, LINE_NS));
      expect(state(there, 'pin').received).toEqual(later(state(here, 'pin').sent, PIN_NS));
      expect(state(here, 'pin').sent).toHaveLength(args.includes('pins') ? 40 : 0);
    }
  });

  test('the same in whatever pieces it is run', () => {
    const whole = bench(pingPong, args).machines;
    whole.run({ ticks: 12 });
    const hash = whole.hash();
    const random = randoms(7);
    for (const most of [1, 3, 50, 1000]) {
      const { machines } = bench(pingPong, args);
      for (let end: RunEnd = 'limit'; machines.ticks < 12 && end !== 'ended';) {
        end = machines.run({
          ticks: 12,
          entries: machines.position + 1 + (random() % most),
          ...(random() % 3 === 0 ? { switch: true } : {}),
        });
      }
      expect(machines.position).toBe(whole.position);
      expect(machines.hash(), `in pieces of up to ${most}`).toBe(hash);
    }
  });

  test('back and forth at random', () => {
    const { machines } = bench(pingPong, args);
    const random = randoms(11);
    const known = new Map<number, string>();
    let marks = [machines.checkpoint()];
    const positions = [machines.position];
    machines.run({ ticks: 8 });
    const end = machines.position;
    for (let i = 0; i < 60; i++) {
      const from = random() % marks.length;
      machines.restore(marks[from]!);
      expect(machines.position).toBe(positions[from]);
      machines.run({ entries: positions[from]! + (random() % (end - positions[from]! + 1)) });
      const { position } = machines;
      const hash = machines.hash();
      expect(hash, `at ${position}`).toBe(known.get(position) ?? hash);
      known.set(position, hash);
      if (i % 4 === 0) {
        marks = [...marks, machines.checkpoint(marks.at(-1))];
        positions.push(position);
      }
    }
  });

  test('no board runs ahead', () => {
    const { machines } = bench(pingPong, args);
    // What a system call and an interrupt cost comes on top: a task leaves the CPU behind them.
    const most = PIN_NS + 40_000;
    while (machines.ticks < 6 && machines.run({ entries: machines.position + 1 }) === 'limit') {
      const [left, right] = machines.places.map(({ machine }) => machine.timeNs);
      expect(Math.abs(left! - right!)).toBeLessThan(most);
    }
  });
});

describe('the end of a board', () => {
  test('is not the end of the other', () => {
    const { machines, text } = bench({ left: 'crash', right: 'spinner' });
    expect(machines.run({ ticks: 20 })).toBe('limit');
    const [left, right] = machines.places.map(({ machine }) => machine);
    expect(left!.fault?.reason).toContain('null pointer');
    expect(left!.ticks).toBe(4);
    expect(right!.ticks).toBe(20);
    expect(machines.ticks).toBe(20);
    const hash = machines.hash();
    const mark = machines.checkpoint();
    expect(machines.run({ ticks: 30 })).toBe('limit');
    machines.restore(mark);
    expect(machines.hash()).toBe(hash);
    expect(text).toEqual(['', '']);
  });

  test('is that of the run when it is the last', () => {
    const crashed = bench({ left: 'crash', right: 'crash' }).machines;
    expect(crashed.run({})).toBe('crashed');
    expect(crashed.ticks).toBe(4);
    const one = bench({ left: 'crash', right: 'short' });
    expect(one.machines.run({})).toBe('crashed');
    expect(one.text[1]).toBe('short\n');
    const both = bench({ left: 'short', right: 'short' });
    expect(both.machines.run({})).toBe('ended');
    expect(both.text).toEqual(['short\n', 'short\n']);
  });

  test('leaves its clock running for what the hardware does', () => {
    const { machines, state } = bench({ left: 'sender', right: 'spinner' });
    machines.run({ ticks: 5 });
    const [left, right] = machines.places.map(({ machine }) => machine);
    expect(left!.done).toBe(true);
    expect(left!.ticks).toBe(right!.ticks);
    expect(state(1, 'line').received.map(([, byte]) => byte)).toEqual([...'later'].map((c) => c.charCodeAt(0)));
  });
});

test('boards that only wait for each other are a deadlock, which input ends', () => {
  const { machines, state, text } = bench({ left: 'right', right: 'right' });
  expect(machines.run({ idle: true })).toBe('idle');
  expect(machines.stuck).toBe(true);
  const { position } = machines;
  machines.input({ board: 'left', device: 'line', value: { type: 'bytes', bytes: Uint8Array.of(5) } });
  expect(machines.position).toBeGreaterThan(position);
  expect(machines.run({ idle: true })).toBe('ended');
  expect(state(1, 'line').received[0]![1]).toBe(105);
  expect(text).toEqual(['right is done\n', 'right is done\n']);
  expect(() =>
    machines.input({ board: 'middle', device: 'line', value: { type: 'bytes', bytes: Uint8Array.of(5) } }),
  ).toThrow('no board "middle"');
});

test('cycles that are no whole nanoseconds', () => {
  const { machines, state } = bench(pingPong, ['0', 'spin', 'pins'], { board: { ...board, cpuHz: 72_000_000 } });
  machines.run(MOST);
  const [sent, received] = [state(0, 'line').sent, state(1, 'line').received];
  expect(received).toEqual(sent.map(([cycle, value]) => [cycle + (LINE_NS * 72) / 1000, value]));
});

test('reset is boot', () => {
  const { machines } = bench(pingPong);
  const boot = machines.hash();
  machines.run({ ticks: 3 });
  machines.reset();
  expect(machines.hash()).toBe(boot);
});
