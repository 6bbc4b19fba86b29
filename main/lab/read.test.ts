/** Scenario files: what is in them, and what is said about those that are wrong. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { controller } from '../../boards/controller';
import { decode } from '../../boards/apps/ptpd/decode';
import { readBenchFile } from '../toolchain/bench-file';
import { limitAt } from './masks';
import { readScenario, scenarioFiles, type LabProject } from './read';

const benchText = `{
  "boards": [{ "name": "gm" }, { "name": "slave", "count": 2 }],
  "switches": [{ "name": "switch" }],
  "links": [{ "from": "gm", "to": "switch/1" }, { "from": "slave*", "to": "switch" }]
}`;

/** A project with one scenario. */
async function read(scenario: string, more: Record<string, string> = {}) {
  const path = await mkdtemp(join(tmpdir(), 'lab-'));
  for (const [name, text] of Object.entries({ 'x.lab.json': scenario, ...more }))
    await writeFile(join(path, name), text);
  const { value: bench } = readBenchFile('bench.json', benchText, controller);
  const project: LabProject = { path, board: { ...controller, bench: bench! }, apps: [{ name: 'blink' }] };
  expect(await scenarioFiles(path)).toEqual(['x.lab.json']);
  return readScenario(project, 'x.lab.json');
}

const withTimeline = (...actions: object[]) =>
  read(
    JSON.stringify({
      title: 'x',
      seconds: 100,
      timeline: actions,
      masks: [{ mask: 'master', boards: 'gm', at: 1 }],
    }),
  );

const withMask = (mask: object) => read(JSON.stringify({ title: 'x', seconds: 100, masks: [mask] }));

test('actions are inputs of the bench, each with its time', async () => {
  const { scenario, problems } = await withTimeline(
    { at: 3, do: 'power', board: 'slave*', on: false },
    { at: 1, do: 'kill', board: 'gm' },
    { at: 2.5, do: 'start', board: 'gm', args: '-i eth0 -s' },
    { at: 4, do: 'cable', port: 'slave1/eth0', plugged: false },
    { at: 5, do: 'link', link: 'slave*', delayNs: [1000, 2000], loss: 0.1 },
    { at: 6, do: 'temperature', board: 'gm', celsius: 50 },
  );
  expect(problems).toEqual([]);
  const [kill, start, power, cable, link, heat] = scenario!.actions;
  expect(kill).toEqual({
    ...{ atNs: 1e9, text: 'gm: ptpd is killed' },
    inputs: [{ board: 'gm', program: 'ptpd', runs: false, atNs: 1e9 }],
  });
  expect(start).toMatchObject({
    ...{ text: 'gm: ptpd -i eth0 -s starts' },
    inputs: [{ board: 'gm', program: 'ptpd', runs: true, args: ['-i', 'eth0', '-s'], atNs: 2.5e9 }],
  });
  expect(power).toMatchObject({
    ...{ text: 'slave*: power off' },
    inputs: [
      { board: 'slave1', power: false, atNs: 3e9 },
      { board: 'slave2', power: false, atNs: 3e9 },
    ],
  });
  expect(cable!.inputs).toEqual([{ port: 'slave1/eth0', plugged: false, atNs: 4e9 }]);
  const settings = { delayNs: [1000, 2000], loss: [0.1, 0.1] };
  expect(link!.inputs).toEqual([
    { link: 'slave1/eth0-switch/2', settings, atNs: 5e9 },
    { link: 'slave2/eth0-switch/3', settings, atNs: 5e9 },
  ]);
  expect(heat!.inputs).toEqual([{ board: 'gm', temperature: 50, atNs: 6e9 }]);
});

test('what is set on a clock comes to it as messages of management, by UDP and in Ethernet frames', async () => {
  const utc = { offset: 37, leap61: true };
  const { scenario } = await withTimeline({ at: 9, do: 'set', board: 'gm', domain: 4, priority1: 7, utc });
  const [action] = scenario!.actions;
  expect(action!.text).toBe('gm: priority1 7, UTC offset 37 s, a leap second is announced');
  const frames = action!.inputs.map((input) => {
    expect(input).toMatchObject({ board: 'gm', device: 'eth0', value: { type: 'frame', startNs: 9e9 }, atNs: 9e9 });
    return (input as { value: { bytes: Uint8Array } }).value.bytes;
  });
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  expect(frames.map((frame) => hex(frame.subarray(0, 14)))).toEqual([
    '01005e0001810200' + '00ffff010800',
    '011b190000000200' + '00ffff0188f7',
    '01005e0001810200' + '00ffff010800',
    '011b190000000200' + '00ffff0188f7',
  ]);
  const messages = frames.map((frame, i) => decode(frame.subarray(i % 2 === 0 ? 42 : 14)));
  expect(messages[0]).toEqual(messages[1]);
  expect(messages[0]).toMatchObject({ domain: 4, action: 1, tlvs: [{ type: 1 }] });
  const values = messages.map((message) => ('tlvs' in message ? hex(message.tlvs[0]!.value) : message.error));
  expect(values).toEqual(['20050700', '20050700', '2011' + '0025' + '0500', '2011' + '0025' + '0500']);
});

test('masks have words, and bands to be drawn', async () => {
  const { scenario, problems } = await withMask({
    ...{ mask: 'within', series: 'trueOffset', boards: 'slave*', from: 30, limit: 100 },
  });
  expect(problems).toEqual([]);
  const band = { series: 'trueOffset', boards: ['slave1', 'slave2'], fromNs: 30e9, toNs: 100e9, low: -100, high: 100 };
  expect(scenario!.masks).toEqual([
    { kind: 'within', text: 'true offset of slave* within 100 ns, from 30 s to 100 s', band, curve: null, ...band },
  ]);
  const locked = (await withMask({ mask: 'locked', boards: 'slave1', within: 20, limit: 1500 })).scenario!.masks[0]!;
  expect(locked.text).toBe('slave1 locked with a true offset below 1.5 µs within 20 s from 0 s on, up to 100 s');
  expect(locked.band).toMatchObject({ boards: ['slave1'], fromNs: 20e9, toNs: 100e9, low: -1500, high: 1500 });
});

test('masks of MTIE and TDEV have limits by observation interval, with lines between them where both axes are logarithmic', async () => {
  const { scenario, problems } = await withMask({
    mask: 'mtie',
    boards: 'slave*',
    from: 30,
    limits: [
      [0.1, 10],
      [10, 1000],
      [20, 1000],
    ],
  });
  expect(problems).toEqual([]);
  const [mask] = scenario!.masks;
  expect(mask!.text).toBe(
    'MTIE of true offset of slave* within 10 ns over 100 ms, 1 µs over 10 s, 1 µs over 20 s, from 30 s to 100 s',
  );
  expect(mask).toMatchObject({
    band: null,
    curve: { measure: 'mtie', series: 'trueOffset', boards: ['slave1', 'slave2'] },
  });
  const limits = [0.05, 0.1, 1, 10, 15, 20, 21].map((seconds) => limitAt(mask!.curve!, seconds * 1e9));
  expect(limits).toEqual([null, 10, expect.closeTo(100, 6), 1000, 1000, 1000, null]);
  const wrong = await withMask({
    mask: 'tdev',
    boards: 'slave1',
    limits: [
      [1, 10],
      [1, 20],
    ],
  });
  expect(wrong.problems.map(({ message }) => message)).toEqual(['masks[0].limits: longer intervals come later.']);
});

test.each([
  [{ at: 1, do: 'power', board: 'clock', on: true }, 'timeline[0].board: no board is called "clock".'],
  [{ at: 101, do: 'power', board: 'gm', on: true }, 'timeline[0].at: the scenario is over at 100 s.'],
  [{ at: 1, do: 'link', link: 'gm', delay: 1 }, 'timeline[0]: there is no field "delay". Known are at, do, link, up, '],
  [{ at: 1, do: 'link', link: 'gm' }, 'timeline[0]: nothing of the link is to change.'],
  [{ at: 1, do: 'link', link: 'gm-slave', up: false }, 'timeline[0].link: there is no link "gm-slave".'],
  [{ at: 1, do: 'cable', port: 'gm/eth1', plugged: true }, 'timeline[0].port: no link ends at "gm/eth1".'],
  [{ at: 1, do: 'set', board: 'gm' }, 'timeline[0]: nothing is set'],
  [
    { at: 1, do: 'kill', board: 'gm', program: 'ptp' },
    'timeline[0].program: no program is called "ptp". There are blink, ',
  ],
  [{ at: 1, do: 'start', board: 'gm', program: 'ptp' }, 'timeline[0].program: no program is called "ptp".'],
  [{ at: 1, do: 'explode', board: 'gm' }, "timeline[0].do: expected one of 'power' | 'start' | "],
])('a wrong action is named: %j', async (action, message) => {
  const { scenario, problems } = await withTimeline(action);
  expect(scenario).toBeNull();
  expect(problems).toHaveLength(1);
  expect(problems[0]!.message).toContain(message);
});

test.each([
  [{ mask: 'within', series: 'trueOffset', boards: 'gm' }, 'masks[0]: either limit or between'],
  [{ mask: 'within', series: 'offset', boards: 'gm', from: 50, to: 40, limit: 1 }, 'masks[0].from: the span'],
  [{ mask: 'within', series: 'offset', boards: 'gm', between: [5, -5] }, 'masks[0].between: the lowest comes first.'],
  [{ mask: 'locked', boards: 'gm', from: 90, within: 20 }, 'masks[0].within: its time is over only behind'],
  [{ mask: 'follows', boards: 'slave*', master: 'boss', at: 1 }, 'masks[0].master: no board is called "boss"'],
  [{ mask: 'takeover', boards: 'slave*', master: 'gm', from: 99, within: 2 }, 'masks[0].within: the scenario is over'],
])('a wrong mask is named: %j', async (mask, message) => {
  const { scenario, problems } = await withMask(mask);
  expect(scenario).toBeNull();
  expect(problems.map((problem) => problem.message).join()).toContain(message);
});

test('problems have a line and a column, also those of a bench that a scenario names', async () => {
  const { problems } = await read(`{
  // a comment
  "title": "x", "seconds": 5,
  "masks": [{ "mask": "master", "boards": "nobody", "at": 1 }]
}`);
  expect(problems).toMatchObject([{ file: 'x.lab.json', line: 4, column: 43 }]);
  const text =
    '{ "title": "x", "bench": "other.json", "seconds": 5, "masks": [{ "mask": "master", "boards": "a", "at": 1 }] }';
  expect((await read(text)).problems).toMatchObject([
    { file: 'x.lab.json', message: 'bench: there is no file other.json.' },
  ]);
  const wrong = await read(text, { 'other.json': '{ "boards": [{ "name": "a", "colour": 1 }] }' });
  expect(wrong.problems).toMatchObject([{ file: 'other.json', line: 1 }]);
  const good = await read(text, { 'other.json': '{ "boards": [{ "name": "a" }] }' });
  expect(good.problems).toEqual([]);
  expect(good.bench!.boards.map(({ name }) => name)).toEqual(['a']);
});
