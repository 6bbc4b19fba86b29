import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RAM_BASE } from '../binfmt/abi';
import { Errno } from '../errno';
import { bareKernel } from '../testing';
import { allocate, calloc, free, malloc, memalign, realloc } from './heap';

const SIZE = 65536;

test('blocks never overlap, keep what is in them, and all memory comes back', () => {
  const command = fc.oneof(
    fc.record({ kind: fc.constant('allocate' as const), size: fc.integer({ min: 0, max: 3000 }) }),
    fc.record({
      kind: fc.constant('align' as const),
      size: fc.integer({ min: 1, max: 500 }),
      power: fc.integer({ min: 0, max: 10 }),
    }),
    fc.record({ kind: fc.constant('free' as const), which: fc.nat() }),
    fc.record({ kind: fc.constant('resize' as const), which: fc.nat(), size: fc.integer({ min: 1, max: 3000 }) }),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const k = bareKernel(SIZE);
      const blocks: { address: number; size: number; mark: number }[] = [];
      let marks = 0;
      const own = (address: number, size: number) => {
        if (address <= 0) return;
        const mark = (marks = (marks + 1) & 0xff);
        k.memory.slice(address, size).fill(mark);
        blocks.push({ address, size, mark });
      };
      const take = (which: number) => blocks.splice(which % blocks.length, 1)[0]!;
      for (const step of commands) {
        if (step.kind === 'allocate') own(allocate(k, step.size), step.size);
        else if (step.kind === 'align') {
          const address = memalign(k, 1 << step.power, step.size);
          if (address > 0) expect(address % (1 << step.power)).toBe(0);
          own(address, step.size);
        } else if (blocks.length > 0 && step.kind === 'free') free(k, take(step.which).address);
        else if (blocks.length > 0 && step.kind === 'resize') {
          const block = take(step.which);
          const address = realloc(k, block.address, step.size);
          if (address < 0) blocks.push(block);
          else {
            const kept = k.memory.slice(address, Math.min(block.size, step.size));
            expect(kept.every((byte) => byte === block.mark)).toBe(true);
            own(address, step.size);
          }
        }
        for (const { address, size, mark } of blocks) {
          expect(address % 16).toBe(0);
          expect(k.memory.slice(address, size).every((byte) => byte === mark)).toBe(true);
        }
      }
      for (const { address } of blocks) free(k, address);
      expect(k.state.heap.free).toEqual([{ address: RAM_BASE, size: SIZE }]);
    }),
    { numRuns: 150, seed: 1 },
  );
});

test('a block grows where it is as long as there is room behind it', () => {
  const k = bareKernel(SIZE);
  const first = malloc(k, 100);
  // More than half of all: nowhere else would be room.
  expect(realloc(k, first, SIZE - 1024)).toBe(first);
  const second = malloc(k, 100);
  expect(realloc(k, first, SIZE - 512)).toBe(-Errno.ENOMEM);
  free(k, second);
  expect(realloc(k, first, SIZE - 16)).toBe(first);
  expect(k.state.heap.free).toEqual([]);
  free(k, first);
  expect(k.state.heap.free).toEqual([{ address: RAM_BASE, size: SIZE }]);
});

test('what is not there is refused', () => {
  const k = bareKernel(SIZE);
  expect(allocate(k, SIZE)).toBe(0);
  expect(malloc(k, SIZE)).toBe(-Errno.ENOMEM);
  expect(calloc(k, 65536, 65537)).toBe(-Errno.ENOMEM);
  expect(memalign(k, 16, SIZE)).toBe(-Errno.ENOMEM);
  expect(memalign(k, 24, 10)).toBe(-Errno.EINVAL);
  expect(free(k, 0)).toBe(0);
  const address = calloc(k, 10, 10);
  expect(k.memory.slice(address, 100).every((byte) => byte === 0)).toBe(true);
  expect(realloc(k, address, SIZE)).toBe(-Errno.ENOMEM);
  expect(realloc(k, address, 0)).toBe(0);
  expect(() => free(k, address)).toThrow(/no allocated block/);
});
