import { describe, expect, it } from 'vitest';
import { Capture } from './capture';

const boards = [
  { name: 'left', ports: ['eth0', 'lo'] },
  { name: 'right', ports: ['eth0', 'lo'] },
];
const frame = (byte: number, length = 60): Uint8Array => new Uint8Array(length).fill(byte);

/** What two boards sent in turn: events 0, 10, 20, ... of each. */
function twoBoards(count: number): Capture {
  const capture = new Capture(boards);
  for (let i = 0; i < count; i++) capture.add(i % 2, 'eth0', 'out', frame(i), i * 1000, Math.floor(i / 2) * 10);
  return capture;
}

describe('the capture', () => {
  it('keeps packets as they were, with their port and event', () => {
    const capture = new Capture(boards);
    const bytes = frame(1);
    capture.add(1, 'lo', 'out', bytes, 5, 7);
    bytes.fill(9);
    expect(capture.interfaces).toEqual(['left/eth0', 'left/lo', 'right/eth0', 'right/lo']);
    expect(capture.packet(1)).toMatchObject({ number: 1, timeNs: 5, interface: 3, direction: 'out', length: 60 });
    expect(capture.packet(1).bytes).toEqual(frame(1));
    expect(capture.eventOf(1)).toEqual({ board: 'right', number: 7 });
  });

  it('finds the packet of an event', () => {
    const capture = twoBoards(10);
    expect(capture.packetOf('right', 20)).toBe(6);
    expect(capture.packetOf('left', 20)).toBe(5);
    expect(capture.packetOf('left', 21)).toBeNull();
    expect(capture.packetOf('elsewhere', 20)).toBeNull();
  });

  it('goes back with the logs of the boards, and says from where on', () => {
    const capture = twoBoards(10);
    const cuts: number[] = [];
    capture.onCut = (end) => cuts.push(end);
    capture.goneBack([21, 11]);
    expect(capture.end).toBe(6);
    expect(cuts).toEqual([6]);
    capture.add(0, 'eth0', 'in', frame(7), 1, 30);
    expect(capture.packet(6)).toMatchObject({ number: 6, direction: 'in' });
  });

  it('begins anew at boot, with what passed until then', () => {
    const capture = twoBoards(10);
    capture.begin([1, 0]);
    expect([capture.first, capture.end]).toEqual([1, 2]);
    capture.begin([0, 0]);
    expect([capture.first, capture.end]).toEqual([1, 1]);
  });

  it('forgets the oldest beyond its limits', () => {
    const capture = new Capture(boards);
    for (let i = 0; i < (1 << 18) + 1000; i++) capture.add(0, 'eth0', 'out', frame(i & 255), i, i);
    expect([capture.first, capture.end]).toEqual([1001, (1 << 18) + 1001]);
    expect(capture.packet(1001)).toMatchObject({ timeNs: 1000, bytes: frame(1000 & 255) });
    const large = new Capture(boards);
    for (let i = 0; i < 50_000; i++) large.add(0, 'eth0', 'out', frame(1, 1514), i, i);
    expect((large.end - large.first) * 1514).toBeLessThanOrEqual(64 << 20);
    expect((large.end - large.first) * 1514).toBeGreaterThan(60 << 20);
  });
});
