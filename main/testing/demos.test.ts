import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programs } from '../../boards/apps';
import { Bench } from '../../boards/bench';
import { demos } from '../../boards/demos';
import { configRecord } from '../../kernel/config';
import { TaskState } from '../../kernel/state';
import { boardOf } from '../machine/build';
import { buildFolder, compileFolder, root } from './firmware';

const folder = (name: string) => join(root, 'boards', 'demos', name);
const stateNames = new Map(Object.entries(TaskState).map(([name, number]) => [number as number, name]));

test.each(demos.map(({ name }) => name))('%s builds without a warning', async (name) => {
  expect((await buildFolder(folder(name))).problems).toEqual([]);
});

test('producer and consumer: ten ticks show something of every kind', async () => {
  const target = (await compileFolder(folder('producer-consumer'))).boot();
  const seen = new Set<string>();
  for (let tick = 1; tick <= 20; tick++) {
    target.run({ ticks: tick });
    for (const tcb of target.machine.kernel.state.tasks) if (tcb) seen.add(stateNames.get(tcb.state)!);
    if (tick === 10) {
      expect([...seen].sort()).toEqual(['ReadyToRun', 'Running', 'WaitMqNotFull', 'WaitSem', 'WaitSig']);
    }
  }
  expect(seen).toContain('WaitMqNotEmpty');
  expect(target.lines).toEqual(['report 1: 8 readings from 20.758 to 21.135 C']);
  target.run({ ticks: 200 });
  expect(target.lines.length).toBeGreaterThan(6);
});

test('priority inversion: inheritance shortens the worst wait to what the low task needs', async () => {
  const worst = async (on: boolean) => {
    const target = (
      await compileFolder(folder('priority-inversion'), { config: { CONFIG_PRIORITY_INHERITANCE: on } })
    ).run();
    expect(target.status).toBe(0);
    return Number(/^Worst wait of the high task: (\d+) ms/m.exec(target.console)![1]);
  };
  expect(await worst(true)).toBeLessThanOrEqual(40);
  expect(await worst(false)).toBeGreaterThan(150);
});

test('signals: an order that comes while the pump is busy is pending until it waits again', async () => {
  const target = (await compileFolder(folder('signals'))).boot();
  target.run({ ticks: 11 });
  const { state } = target.machine.kernel;
  const pending = [...state.groups.values()].flatMap(({ signals }) => signals.pending.map(({ value }) => value));
  expect(pending).toEqual([20]);
  expect([...state.syncObjects.values()].sort()).toEqual(['condition', 'mutex']);
  target.run({ ticks: 60 });
  const speeds = target.lines.filter((line) => line.startsWith('pump'));
  expect(speeds.slice(0, 4)).toEqual(['pump: 10%', 'pump: 20%', 'pump: 30%', 'pump: 40%']);
});

test('button and LED: each press switches the lamp, and the other button turns the light round', async () => {
  const target = (await compileFolder(folder('button-led'))).boot();
  const { machine } = target;
  const press = (channel: number, value: number) => {
    machine.input({ device: 'buttons', value: { type: 'value', channel, value } });
    machine.run({ ticks: machine.ticks + 25 });
  };
  const lit = () => {
    const { controls } = machine.board.devices.find(({ name }) => name === 'leds')!.view(machine.kernel);
    return controls.map((control) => (control.type === 'led' && control.on ? 1 : 0)).join('');
  };
  machine.run({ ticks: 10 });
  expect(lit()).toBe('0100');
  press(0, 1);
  expect(lit()).toBe('1010');
  press(0, 0);
  press(0, 1);
  expect(target.lines).toEqual(['lamp: on', 'lamp: off']);
  const before = lit();
  press(1, 1);
  expect(before).not.toBe(lit());
});

test('philosophers: they eat for four dinners, then each holds one fork and waits for the next', async () => {
  const target = (await compileFolder(folder('philosophers'))).boot();
  expect(target.finish()).toBe('idle');
  expect(target.lines).toHaveLength(20);
  const forks = [...target.machine.kernel.state.semaphores.values()].filter(({ inherit }) => inherit);
  expect(forks).toHaveLength(5);
  for (const { holders, waiters } of forks) {
    expect(holders).toHaveLength(1);
    expect(waiters.head).toBe(waiters.tail);
  }
  const next = new Map(forks.map(({ holders, waiters }) => [waiters.head, holders[0]!.pid]));
  let [at] = next.keys();
  const ring = Array.from(forks, () => (at = next.get(at!)));
  expect(new Set(ring).size).toBe(5);
});

test('two boards: every ball comes back, each board is told by its pin, and both end', async () => {
  const built = await compileFolder(folder('two-boards'));
  const text = ['', ''];
  const bench = new Bench({
    module: built.firmware.module,
    board: boardOf(built.project.board.name),
    config: configRecord(built.project.config),
    apps: built.project.apps.map((app) => ({ ...app, args: [] })),
    seed: 1,
    onConsole: (place, bytes) => (text[place] += new TextDecoder().decode(bytes)),
  });
  expect(bench.run({ ticks: 1000, idle: true })).toBe('ended');
  const [left, right] = text.map((each) => each.split(/\r?\n/).slice(0, -1));
  expect(left).toHaveLength(20);
  left!.forEach((line, i) => expect(line).toMatch(new RegExp(`^ping ${i + 1}, pong ${i + 1} after 1\\d{3} us$`)));
  expect(right).toEqual([...[5, 10, 15, 20].map((count) => `${count} balls returned`), 'bye']);
});

test('sensor node: what the sensor measures goes to a group, and comes over HTTP', async () => {
  const config = { CONFIG_NETINIT_DHCPC: false };
  const sent: Uint8Array[] = [];
  const target = (await compileFolder(folder('sensor-node'), { config })).boot([], {
    onOutput: (_device, output) => output.type === 'frame' && sent.push(output.bytes),
  });
  const { machine } = target;
  machine.input({ device: 'eth0', value: { type: 'carrier', bitsPerSecond: 100e6 } });
  machine.run({ ticks: 150 });
  machine.input({ device: 'temp0', value: { type: 'value', channel: 0, value: 23.5 } });
  machine.run({ ticks: 250 });
  const datagrams = sent.filter((bytes) => bytes[0] === 1 && bytes[3] === 1);
  expect(datagrams.map((bytes) => new TextDecoder().decode(bytes.subarray(42)))).toEqual([
    'temperature 20.000\n',
    'temperature 20.000\n',
    'temperature 23.500\n',
  ]);
  const type = (line: string) => {
    const { length } = target.console;
    machine.type(new TextEncoder().encode(`${line}\n`));
    machine.run({ ticks: machine.ticks + 20 });
    return target.console.slice(length);
  };
  type('mount -t tmpfs /tmp; wget -o /tmp/last http://10.0.0.2/; wget -o /tmp/all http://10.0.0.2/all');
  expect(type('cat /tmp/last')).toContain('1451606402: 23.500 degrees Celsius\r\n');
  expect(type('cat /tmp/all')).toContain('"celsius":20.000},\r\n{"time":1451606402,"celsius":23.500}]\r\n');
  expect(type('wget -o /tmp/x http://10.0.0.2/x')).toContain('the server says 404');
});

test('four boards: the display hears all meters, and misses only what the bad cable lost', async () => {
  const built = await compileFolder(folder('four-boards'));
  const text = ['', '', '', ''];
  const bench = new Bench({
    module: built.firmware.module,
    board: boardOf(built.project.board.name, built.project.board.bench),
    config: configRecord(built.project.config),
    apps: built.project.apps.map((app) => ({ ...app, args: [] })),
    programs,
    seed: 1,
    onConsole: (place, bytes) => (text[place] += new TextDecoder().decode(bytes)),
  });
  // A person pings a meter from another one.
  bench.run({ ticks: 2 });
  const bytes = new TextEncoder().encode('ping -c 2 10.0.0.4\n');
  bench.input({ board: 'meter1', device: 'console', value: { type: 'bytes', bytes } });
  bench.run({ ticks: 7000 });
  expect(text[1]).toContain('2 packets transmitted, 2 received, 0% packet loss');
  const [one, two, three] = bench.links.slice(1).map(({ counts: [forth] }) => forth);
  const missing = three!.lost + three!.corrupted;
  expect(missing).toBeGreaterThan(0);
  expect([one!.lost, two!.lost]).toEqual([0, 0]);
  const told = [...text[0]!.matchAll(/^10\.0\.0\.(\d): (\d+) readings, (\d+) missing/gm)].map((each) =>
    each.slice(1).map(Number),
  );
  expect(told.sort()).toEqual([
    [3, 500, 0],
    [4, 500, 0],
    [5, expect.any(Number), expect.any(Number)],
  ]);
  expect(told[2]![2]).toBeGreaterThan(0);
  // Only who has joined hears of it.
  const [{ ports }] = bench.switches as [(typeof bench.switches)[0]];
  expect(ports.slice(1).map(({ groups }) => groups)).toEqual([[], [], []]);
});

test('shell: NSH starts, and the apps are known to it', async () => {
  const target = (await compileFolder(folder('shell'))).boot();
  target.run({ ticks: 2 });
  expect(target.console).toBe('\nNuttShell (NSH)\nnsh> ');
  const type = (line: string) => {
    const { length } = target.console;
    target.machine.type(new TextEncoder().encode(`${line}\n`));
    target.run({ ticks: target.machine.ticks + 20 });
    return target.console.slice(length).replace('nsh> ', '');
  };
  expect(type('hello you and me')).toContain('Hello, you and me!\n');
  expect(type('hello | upper')).toContain('HELLO, WORLD!!\n');
  expect(type('count 3 &')).toContain('count [8:100]\n');
  target.run({ ticks: target.machine.ticks + 400 });
  expect(target.lines.slice(-3)).toEqual(['nsh> 1', '2', '3']);
  expect(type('help')).toContain(
    'Builtin Apps:\n' +
      '    count      hello      ping       sh         upper      \n' +
      '    dd         iperf3     ptpd       telnet     \n' +
      '    dhcpc      nsh        renew      telnetd    \n',
  );
});
