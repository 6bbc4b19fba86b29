/** Which boards run together, and what is between them, as data. */
import type { Oscillator } from '../kernel/clock/oscillator';
import type { ConfigValue } from '../kernel/config';
import type { Link } from './link';
import type { NetworkPlan } from './net/plan';

/** Several boards of one kind. */
export interface BenchPlan {
  boards: readonly PlacePlan[];
  /** Serial lines and pins. */
  links: readonly Link[];
  network: NetworkPlan;
}

/** A board, with what is different about it from the others. */
export interface PlacePlan {
  name: string;
  title: string;
  /** IPv4 address that it has at boot, instead of the one that its place gives it. */
  address?: number;
  /** What is different about its oscillator from the others'. CLOCK_REALTIME goes by that, too, where this is here. */
  oscillator?: Partial<Oscillator>;
  /** Time stamps that its software makes of frames are late by chance, evenly, by up to that many nanoseconds. */
  stampJitterNs?: number;
  config?: Readonly<Record<string, ConfigValue>>;
}

/** Boards of a bench at most. */
export const MOST_BOARDS = 200;

/** A name that may have `*` in it for any letters: `node*`. */
export function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop()!;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
