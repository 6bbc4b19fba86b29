import { describe, expect, it } from 'vitest';
import { fuzzyFilter, fuzzyScore } from './fuzzy';

const titles = [
  'Step one tick',
  'Step back one tick',
  'Reset',
  'Reset layout',
  'Set speed: Flat out',
  'Task 5 producer',
];
const find = (query: string): string[] => fuzzyFilter(query, titles, (title) => title);

describe('fuzzyFilter', () => {
  it('keeps everything, in order, for an empty query', () => {
    expect(find('  ')).toEqual(titles);
  });

  it('finds letters in order and nothing else', () => {
    expect(find('prod')).toEqual(['Task 5 producer']);
    expect(find('dorp')).toEqual([]);
  });

  it('finds the initials of words first', () => {
    expect(find('sbot')[0]).toBe('Step back one tick');
    expect(find('sot')[0]).toBe('Step one tick');
  });

  it('prefers the shorter of two equal matches', () => {
    expect(find('reset').slice(0, 2)).toEqual(['Reset', 'Reset layout']);
  });

  it('reads spaces in the query as gaps', () => {
    expect(find('step tick')[0]).toBe('Step one tick');
  });
});

describe('fuzzyScore', () => {
  it('counts letters in a row more than scattered ones', () => {
    expect(fuzzyScore('tick', 'tick')).toBeGreaterThan(fuzzyScore('tick', 'static link') ?? Infinity);
  });

  it('finds a match that needs letters inside a word although a later word begins with them', () => {
    expect(fuzzyScore('abc', 'ab cab')).not.toBeNull();
    expect(fuzzyScore('set', 'reset')).not.toBeNull();
  });
});
