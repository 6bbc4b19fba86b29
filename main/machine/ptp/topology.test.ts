import { expect, test } from 'vitest';
import type { Bench } from '../../../boards/bench';
import { topology } from './topology';

const link = (a: string, b: string, plugged: [boolean, boolean]) => ({
  ...{ name: `${a}-${b}`, ends: [a, b], plugged, settings: { up: true } },
});

test('this computer is there once, when boards are joined to it; ports that lead nowhere are not', () => {
  const links = [
    link('quad/eth0', 'switch/1', [true, true]),
    link('quad/eth1', 'host:quad/eth1', [true, false]),
    link('quad/eth2', 'host:quad/eth2', [true, true]),
    link('host:switch/2', 'switch/2', [true, true]),
  ];
  const bench = { places: [{ name: 'quad' }], switches: [{ name: 'switch' }], links } as unknown as Bench;
  const { nodes, edges } = topology(bench, []);
  expect(nodes.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    ...['board quad', 'switch switch', 'host This computer'],
  ]);
  expect(edges.map(({ ends }) => ends.map(({ node }) => node))).toEqual([
    ...[
      ['quad', 'switch'],
      ['quad', 'This computer'],
      ['This computer', 'switch'],
    ],
  ]);
  expect(topology({ places: [], switches: [], links: links.slice(0, 2) } as unknown as Bench, []).nodes).toEqual([]);
});
