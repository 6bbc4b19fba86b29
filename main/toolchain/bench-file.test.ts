import { describe, expect, test } from 'vitest';
import { usualSizes } from '../../boards/net/link';
import { readBenchFile } from './bench-file';

const kind = {
  name: 'controller',
  devices: [
    { name: 'uart1', kind: 'uart' },
    { name: 'gpio', kind: 'gpio' },
    { name: 'leds', kind: 'leds' },
    { name: 'eth0', kind: 'ethernet' },
  ],
};
const read = (text: string, board = kind) => readBenchFile('bench.json', text, board);
const plan = (file: object) => {
  const { value, problems } = read(JSON.stringify(file));
  expect(problems).toEqual([]);
  return value!;
};
const problems = (text: string, board = kind) =>
  read(text, board).problems.map(({ severity, file, line, column, message }) => {
    expect(file).toBe('bench.json');
    return `${line}:${column} ${severity} ${message}`;
  });

describe('a bench file', () => {
  test('with everything, and comments', () => {
    const { value, problems } = read(`{
      // Two of a kind, and one that is not.
      "boards": [
        { "name": "node", "title": "Node", "count": 2, "address": "10.0.0.9" },
        { "name": "gate", "oscillator": { "ppm": -12.5 }, "config": { "CONFIG_NETINIT_DHCPC": true } },
      ],
      "switches": [{ "name": "switch", "ports": 5, "storeNs": 4000, "snooping": true, "queryNs": 125e9 }],
      "links": [
        { "from": "node1", "to": "switch", "loss": 0.1, "delayNs": [500, 800] },
        { "from": "node2/eth0", "to": "switch/1", "jitter": { "shape": "normal", "ns": 20 }, "bitsPerSecond": 1e9 },
        { "from": "gate", "to": "host:lan", "up": false },
        { "from": "node1/uart1", "to": "gate/uart1" },
        { "from": "node1/gpio/0", "to": "gate/gpio/3", "delayNs": 100 },
      ],
    }`);
    expect(problems).toEqual([]);
    const normal = { shape: 'normal', ns: 20 };
    expect(value).toEqual({
      boards: [
        { name: 'node1', title: 'Node 1', address: 0x0a000009 },
        { name: 'node2', title: 'Node 2', address: 0x0a00000a },
        { name: 'gate', title: 'gate', oscillator: { ppm: -12.5 }, config: { CONFIG_NETINIT_DHCPC: true } },
      ],
      links: [
        { from: { board: 'node1', device: 'uart1' }, to: { board: 'gate', device: 'uart1' }, delayNs: 2000 },
        {
          from: { board: 'node1', device: 'gpio', channel: 0 },
          to: { board: 'gate', device: 'gpio', channel: 3 },
          delayNs: 100,
        },
      ],
      network: {
        switches: [{ name: 'switch', ports: 5, settings: { storeNs: 4000, snooping: true, queryNs: 125e9 } }],
        links: [
          { from: 'node1/eth0', to: 'switch/2', settings: { loss: [0.1, 0.1], delayNs: [500, 800] } },
          { from: 'node2/eth0', to: 'switch/1', settings: { jitter: [normal, normal], bitsPerSecond: 1e9 } },
          { from: 'gate/eth0', to: 'host:lan', settings: { up: false } },
        ],
      },
    });
  });

  test('with transparent clocks, traffic, bursts and an asymmetry', () => {
    const { network } = plan({
      boards: [{ name: 'a' }, { name: 'b' }],
      switches: [
        {
          name: 'one',
          ptp: { clock: 'p2p', twoStep: true, oscillator: { ppm: 3 } },
          load: { share: 0.8, sizes: [1514] },
        },
        { name: 'other', ptp: { fault: 'constant', errorNs: -40 } },
      ],
      links: [
        { from: 'a', to: 'one', asymmetryNs: -10_000, bursts: { everyNs: 1e9, lastingNs: 1e6, delayNs: 5000 } },
        { from: 'one', to: 'other' },
        { from: 'other', to: 'b', load: [0.5, 0] },
      ],
    });
    expect(network.switches.map(({ settings }) => settings)).toEqual([
      { ptp: { clock: 'p2p', twoStep: true, oscillator: { ppm: 3 } } },
      { ptp: { fault: 'constant', errorNs: -40 } },
    ]);
    const burst = { everyNs: 1e9, lastingNs: 1e6, delayNs: 5000 };
    const [none, own] = [
      { share: 0, sizes: usualSizes },
      { share: 0.8, sizes: [1514] },
    ];
    expect(network.links.map(({ settings }) => settings)).toEqual([
      // The way out of the switch is the one back.
      { asymmetryNs: -10_000, bursts: [burst, burst], load: [none, own] },
      { load: [own, none] },
      { load: [{ share: 0.5, sizes: usualSizes }, none] },
    ]);
  });

  test('joins each board of a name to the next port that is free, and a switch has as many as that', () => {
    const { boards, network } = plan({
      boards: [{ name: 'node', count: 200 }],
      switches: [{ name: 'switch' }],
      links: [
        { from: 'switch/3', to: 'host:lan' },
        { from: 'node*', to: 'switch' },
      ],
    });
    expect(boards).toHaveLength(200);
    expect(network.switches).toEqual([{ name: 'switch', ports: 201, settings: {} }]);
    expect(network.links.slice(0, 4).map(({ from, to }) => [from, to])).toEqual([
      ['switch/3', 'host:lan'],
      ['node1/eth0', 'switch/1'],
      ['node2/eth0', 'switch/2'],
      ['node3/eth0', 'switch/4'],
    ]);
    expect(network.links.at(-1)).toMatchObject({ from: 'node200/eth0', to: 'switch/201' });
  });
});

describe('what is wrong is said, and where', () => {
  test.each([
    ['{\n  "boards": [{ "name": "a" }\n', '3:1 error Not valid JSON: a closing ] is expected here.'],
    ['{ "boards": [{ "nam": "a" }] }', '1:14 error boards[0].name: expected string, received undefined.'],
    [
      '{ "boards": [{ "name": "a", "adress": "" }] }',
      '1:14 error boards[0]: there is no field "adress". Known are name, title, count, address, oscillator, stampJitterNs, config.',
    ],
    [
      '{ "boards": [{ "name": "a", "address": "10.0.0" }] }',
      '1:40 error boards[0].address: an address such as 10.0.0.2.',
    ],
    ['{ "boards": [{ "name": "a" }, { "name": "a" }] }', '1:41 error boards[1].name: there is another "a".'],
    [
      '{ "boards": [{ "name": "a", "count": 150 }, { "name": "b", "count": 51 }] }',
      '1:13 error boards: there are 201; a bench has 200 at most.',
    ],
    [
      '{ "boards": [{ "name": "a", "config": { "CONFIG_RR_INTERVAL": true } }] }',
      '1:63 error boards[0].config.CONFIG_RR_INTERVAL: expected a number, found true.',
    ],
    [
      '{ "boards": [{ "name": "a" }], "links": [{ "from": "a", "to": "b" }] }',
      '1:63 error links[0].to: there is no board and no switch "b". There are a; host:NAME is a port of the host.',
    ],
    [
      '{ "boards": [{ "name": "a" }], "switches": [{ "name": "s", "load": 1 }] }',
      '1:68 error switches[0].load: a share from 0 to 0.99.',
    ],
    [
      '{ "boards": [{ "name": "a" }], "switches": [{ "name": "s", "ptp": { "clock": "tc" } }] }',
      '1:78 error switches[0].ptp.clock: expected one of "none"|"e2e"|"p2p".',
    ],
    [
      '{ "boards": [{ "name": "a" }], "links": [{ "from": "x*", "to": "a" }] }',
      '1:52 error links[0].from: no board is called "x*".',
    ],
    [
      '{ "boards": [{ "name": "a" }], "links": [{ "from": "a/leds", "to": "a" }] }',
      '1:52 error links[0].from: the board "controller" has no "leds" that a link can end at. There are uart1, gpio and eth0.',
    ],
    [
      '{ "boards": [{ "name": "a" }], "switches": [{ "name": "s", "ports": 4 }], "links": [{ "from": "a", "to": "s/5" }] }',
      '1:106 error links[0].to: the switch "s" has ports 1 to 4, and no "5".',
    ],
    [
      '{ "boards": [{ "name": "a", "count": 3 }], "switches": [{ "name": "s", "ports": 2 }], "links": [{ "from": "a*", "to": "s" }] }',
      '1:119 error links[0].to: the switch "s" has only 2 ports.',
    ],
    [
      '{ "boards": [{ "name": "a", "count": 3 }], "links": [{ "from": "a1", "to": "a2" }, { "from": "a1", "to": "a3" }] }',
      '1:94 error links[1].from: another link has the port a1/eth0.',
    ],
    [
      '{ "boards": [{ "name": "a", "count": 3 }], "links": [{ "from": "a*", "to": "a*" }] }',
      '1:76 error links[0].to: only one end of a link can stand for several boards.',
    ],
    [
      '{ "boards": [{ "name": "a", "count": 2 }], "links": [{ "from": "a1", "to": "a2/uart1" }] }',
      '1:76 error links[0].to: nothing can join a1 and a2/uart1.',
    ],
    [
      '{ "boards": [{ "name": "a" }], "links": [{ "from": "host:x", "to": "host:y" }] }',
      '1:68 error links[0].to: both ends are the host: one has to be a board or a switch.',
    ],
    [
      '{ "boards": [{ "name": "a", "count": 2 }], "links": [{ "from": "a1/gpio", "to": "a2/gpio/1" }] }',
      '1:64 error links[0].from: a pin is written as a1/gpio/0, and nothing else has a number.',
    ],
    [
      '{ "boards": [{ "name": "a", "count": 2 }], "links": [{ "from": "a1/uart1", "to": "a2/uart1", "loss": 1 }] }',
      '1:102 error links[0].loss: of a uart only the delay can be set.',
    ],
    [
      '{ "boards": [{ "name": "a", "count": 2 }], "links": [{ "from": "a1", "to": "a2", "loss": 2 }] }',
      '1:90 error links[0].loss: expected a number from 0 to 1, or two of them in brackets: there and back.',
    ],
  ])('%s', (text, problem) => {
    expect(problems(text)).toContain(problem);
    expect(read(text).value).toBeNull();
  });

  test('of a board without a port', () => {
    const text = '{ "boards": [{ "name": "a", "count": 2 }], "links": [{ "from": "a1", "to": "a2" }] }';
    expect(problems(text, { name: 'sim', devices: [] })[0]).toBe(
      '1:64 error links[0].from: the board "sim" has no network port. It has none at all.',
    );
  });

  test('and a loop of switches is a warning', () => {
    const file = (last: object) => ({
      boards: [{ name: 'a' }],
      switches: [{ name: 'one' }, { name: 'two' }, { name: 'three' }],
      links: [
        { from: 'a', to: 'one' },
        { from: 'one', to: 'two' },
        { from: 'two', to: 'three' },
        { from: 'three', to: 'one', ...last },
      ],
    });
    expect(plan(file({ up: false })).network.links).toHaveLength(4);
    const { value, problems: found } = read(JSON.stringify(file({}), null, 1));
    expect(value!.network.links).toHaveLength(4);
    expect(found).toMatchObject([{ severity: 'warning', line: 31, column: 3 }]);
    expect(found[0]!.message).toMatch(
      /^links\[3\]: there is another way between "three" and "one"\. Switches know no spanning tree/,
    );
  });
});
