import fc from 'fast-check';
import { expect, test } from 'vitest';
import { append, copyOut, drop, noChunks, slice } from './chunks';
import { buildSegment, parseSegment, segmentOf } from './segment';

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const half = fc.integer({ min: 0, max: 0xffff });
const segments = fc.record({
  sourcePort: half,
  destinationPort: half,
  sequence: word,
  ack: word,
  flags: fc.integer({ min: 0, max: 63 }),
  window: half,
  urgent: half,
  mss: half,
  scale: fc.integer({ min: -1, max: 14 }),
  sackPermitted: fc.boolean(),
  sacks: fc.array(fc.tuple(word, word), { maxLength: 2 }).map((pairs) => pairs.flat()),
  payload: fc.uint8Array({ maxLength: 50 }),
});

test('what is built is parsed as it was, and what is damaged is not', () => {
  fc.assert(
    fc.property(segments, word, word, fc.nat(), fc.integer({ min: 1, max: 255 }), (fields, from, to, place, change) => {
      const bytes = buildSegment(segmentOf(fields), from, to);
      expect(parseSegment(bytes, from, to)).toEqual(segmentOf(fields));
      bytes[place % bytes.length]! ^= change;
      expect(parseSegment(bytes, from, to)).toBeNull();
      expect(parseSegment(bytes.subarray(0, place % bytes.length), from, to)).toBeNull();
    }),
  );
});

test('options that make no sense end the list', () => {
  const syn = segmentOf({ flags: 2, mss: 1000, scale: 3, sackPermitted: true });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (options) => {
      const bytes = buildSegment(syn, 1, 2);
      const before = bytes.slice();
      bytes.set(options, 20);
      // The checksum follows, by the rule for one that is updated (RFC 1624).
      let sum = ~((bytes[16]! << 8) | bytes[17]!) & 0xffff;
      for (let at = 20; at < 32; at += 2) {
        sum += (bytes[at]! << 8) + bytes[at + 1]! + (~((before[at]! << 8) | before[at + 1]!) & 0xffff);
      }
      while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
      bytes[16] = ~sum >> 8;
      bytes[17] = ~sum;
      expect(parseSegment(bytes, 1, 2)).toMatchObject({ flags: 2, payload: new Uint8Array(0) });
    }),
  );
});

test('bytes in a row, in pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 600 }), fc.nat({ max: 700 })), { maxLength: 40 }),
      fc.nat(),
      fc.nat(),
      (steps, a, b) => {
        const chunks = noChunks();
        let model: number[] = [];
        for (const [bytes, count] of steps) {
          append(chunks, bytes);
          model.push(...bytes);
          const taken = Math.min(count, model.length);
          drop(chunks, taken);
          model = model.slice(taken);
          expect(chunks.length).toBe(model.length);
        }
        const [from, to] = [a % (model.length + 1), b % (model.length + 1)].sort((x, y) => x - y) as [number, number];
        expect([...slice(chunks, from, to)]).toEqual(model.slice(from, to));
        const copied = new Uint8Array(to);
        copyOut(chunks, to, (at, bytes) => copied.set(bytes, at));
        expect([...copied]).toEqual(model.slice(0, to));
      },
    ),
  );
});
