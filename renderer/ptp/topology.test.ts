import { expect, test } from 'vitest';
import type { PtpTopology } from '../../main/contract/ptp';
import { layOut, timeLinks } from './topology';

const node = (name: string, kind: 'board' | 'switch' | 'host' = 'board') => ({ name, kind, role: 'slave' as const });
const edge = (from: string, to: string, up = true) => ({
  link: `${from}-${to}`,
  ends: [
    { node: from, port: 'eth0' },
    { node: to, port: 'eth0' },
  ] as [{ node: string; port: string }, { node: string; port: string }],
  up,
});

/** A grandmaster, a boundary clock behind a switch, and two slaves of that. */
const bench: PtpTopology = {
  nodes: [node('gm'), node('bc'), node('s1'), node('s2'), node('sw', 'switch')],
  edges: [edge('gm', 'sw'), edge('bc', 'sw'), edge('bc', 's1'), edge('s2', 'bc')],
  follows: [
    { board: 'bc', parent: 'gm' },
    { board: 's1', parent: 'bc' },
    { board: 's2', parent: 'bc' },
  ],
};

test('who is followed is above who follows, and switches are in between', () => {
  const { nodes, width } = layOut(bench, 500);
  const y = Object.fromEntries(nodes.map((each) => [each.name, each.y]));
  expect(y['gm']).toBeLessThan(y['sw']!);
  expect(y['sw']).toBeLessThan(y['bc']!);
  expect(y['bc']).toBeLessThan(y['s1']!);
  expect(y['s1']).toBe(y['s2']);
  expect(width).toBe(500);
});

test('time goes over links and switches from the parent on', () => {
  expect([...timeLinks(bench)].sort()).toEqual([
    ['bc-s1', 'bc'],
    ['bc-sw', 'sw'],
    ['gm-sw', 'gm'],
    ['s2-bc', 'bc'],
  ]);
  const cut = { ...bench, edges: [edge('gm', 'sw'), edge('bc', 'sw', false)] };
  expect(timeLinks(cut).size).toBe(0);
  // Not through another board.
  const through = { ...bench, edges: [edge('gm', 's1'), edge('s1', 'bc')], follows: [{ board: 'bc', parent: 'gm' }] };
  expect(timeLinks(through).size).toBe(0);
});

test('a line is drawn along the way of the time', () => {
  const line = layOut(bench, 500).lines.find(({ id }) => id === 's2-bc')!;
  expect(line.carries).toBe(true);
  expect(line.points.at(0)!.y).toBeLessThan(line.points.at(-1)!.y);
});

test('two hundred boards are laid out in rows, none on another', () => {
  const names = Array.from({ length: 200 }, (_, i) => `b${i}`);
  const { nodes, small, nodeWidth, nodeHeight, width } = layOut(
    {
      nodes: [...names.map((name) => node(name)), node('sw', 'switch')],
      edges: names.map((name) => edge(name, 'sw')),
      follows: names.slice(1).map((board) => ({ board, parent: 'b0' })),
    },
    900,
  );
  expect(small).toBe(true);
  expect(width).toBe(900);
  expect(nodes).toHaveLength(201);
  for (const a of nodes) {
    expect(a.x >= 0 && a.x + nodeWidth <= width).toBe(true);
    expect(nodes.some((b) => b !== a && Math.abs(a.x - b.x) < nodeWidth && Math.abs(a.y - b.y) < nodeHeight)).toBe(
      false,
    );
  }
});

test('clocks that follow each other for a moment do not hold it up', () => {
  const { nodes } = layOut(
    {
      nodes: [node('a'), node('b')],
      edges: [edge('a', 'b')],
      follows: [
        { board: 'a', parent: 'b' },
        { board: 'b', parent: 'a' },
      ],
    },
    300,
  );
  expect(nodes).toHaveLength(2);
});

test('nodes are large as long as they fit into a few rows', () => {
  const boards = (count: number): PtpTopology => {
    const names = Array.from({ length: count }, (_, i) => `s${i}`);
    return {
      nodes: [node('gm'), node('sw', 'switch'), ...names.map((name) => node(name))],
      edges: [edge('gm', 'sw'), ...names.map((name) => edge(name, 'sw'))],
      follows: names.map((board) => ({ board, parent: 'gm' })),
    };
  };
  expect(layOut(boards(8), 600).small).toBe(false);
  expect(layOut(boards(19), 600).small).toBe(true);
  expect(layOut(boards(19), 1200).small).toBe(false);
});
