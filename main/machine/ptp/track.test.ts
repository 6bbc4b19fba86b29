import { describe, expect, it } from 'vitest';
import { Track } from './track';

const trackOf = (room: number) => {
  const track: Track = new Track(1, room, [(row) => track.get(row, 1)]);
  return track;
};
const rows = (track: Track) => Array.from({ length: track.length }, (_, row) => [track.time(row), track.get(row, 1)]);

describe('a track', () => {
  it('keeps rows in order, and finds them by time', () => {
    const track = trackOf(1000);
    for (let i = 0; i < 300; i++) track.add(i, i * 10, -i);
    expect([track.length, track.time(299), track.get(299, 1)]).toEqual([300, 2990, -299]);
    expect([track.after(50, true), track.after(50, false), track.after(55, true), track.after(1e9, true)]).toEqual([
      5, 6, 6, 300,
    ]);
  });

  it('forgets what was made with more events', () => {
    const track = trackOf(1000);
    for (let i = 1; i <= 10; i++) track.add(i * 3, i, i);
    track.truncate(15);
    expect(track.length).toBe(5);
    track.add(16, 5.5, 0);
    expect(rows(track).at(-1)).toEqual([5.5, 0]);
  });

  it('has room for so many, and leaves out of the older ones what is neither lowest nor highest', () => {
    const track = trackOf(16);
    const values = [1, 9, 2, 3, 5, 5, 5, 5, 0, 1, 2, 3, 4, 5, 6, 7];
    values.forEach((value, i) => track.add(i, i, value));
    expect([track.length, track.thinnedTo]).toEqual([16, -Infinity]);
    track.add(16, 16, 8);
    expect(track.thinnedTo).toBe(7);
    expect(rows(track)).toEqual([
      [0, 1],
      [1, 9],
      [4, 5],
      [7, 5],
      ...[8, 9, 10, 11, 12, 13, 14, 15, 16].map((i) => [i, values[i] ?? 8]),
    ]);
  });

  it('stays within its room for ever, with the extremes of all time', () => {
    const track = trackOf(256);
    for (let i = 0; i < 100_000; i++) track.add(i, i, i === 12_345 ? 1000 : i === 23_456 ? -1000 : Math.sin(i));
    expect(track.length).toBeLessThanOrEqual(256);
    const all = rows(track);
    expect(all.some(([time, value]) => time === 12_345 && value === 1000)).toBe(true);
    expect(all.some(([time, value]) => time === 23_456 && value === -1000)).toBe(true);
    expect(all.map(([time]) => time)).toEqual(all.map(([time]) => time!).toSorted((a, b) => a - b));
  });

  it('keeps the extremes of each of its values', () => {
    const value = (number: number) => (row: number) => track.get(row, number);
    const track: Track = new Track(2, 256, [value(1), value(2)]);
    for (let i = 0; i < 100_000; i++) track.add(i, i, Math.sin(i), i === 12_345 ? 9 : i === 23_456 ? -9 : Math.cos(i));
    expect(track.length).toBeLessThanOrEqual(256);
    const all = Array.from({ length: track.length }, (_, row) => track.get(row, 2));
    expect([Math.min(...all), Math.max(...all)]).toEqual([-9, 9]);
  });
});
