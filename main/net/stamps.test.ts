import { expect, test } from 'vitest';
import { HostStamps, type HostConnection } from '../contract/network';
import { Lateness, stampsOf } from './stamps';

test('how late the last frames left', () => {
  const late = new Lateness();
  expect(late.summary).toBeNull();
  for (const ns of [100, 5000, 300, 200, 400]) late.add(ns);
  expect(late.summary).toEqual({ median: 300, most: 5000 });
  // One that is long ago is forgotten.
  for (let i = 0; i < 200; i++) late.add(7);
  expect(late.summary).toEqual({ median: 7, most: 7 });
});

test('every kind of connection says what its stamps are worth', () => {
  const connections: HostConnection[] = [
    { type: 'user', interface: null, forwards: [] },
    { type: 'tap', device: 'tap0', address: null },
    { type: 'datagram', local: '127.0.0.1:1', remote: '127.0.0.1:2' },
  ];
  const all = connections.map((connection) => stampsOf(connection, new Lateness()));
  for (const stamps of all) expect(HostStamps.parse(stamps).floorNs).toBeGreaterThan(0);
  expect(new Set(all.map(({ text }) => text)).size).toBe(connections.length);
});
