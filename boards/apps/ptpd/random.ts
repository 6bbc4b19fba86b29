/** Chance, from the port's own generator: parts of intervals that keep ports from doing the same at once. */
import { seedRandom, uniform, type RandomState } from '../../../kernel/random';
import type { PortIdentity } from './messages';
import type { PtpPort } from './types';

/** A generator for a port; no two ports have the same. */
export const randomOf = ({ clock, port }: PortIdentity): RandomState =>
  seedRandom(
    Math.imul(parseInt(clock.slice(0, 8), 16), 0x9e3779b1) ^
      Math.imul(parseInt(clock.slice(8), 16), 0x85ebca6b) ^
      Math.imul(port, 0xc2b2ae35),
  );

/** A part of so many nanoseconds, whole ones. */
export const partOf = (port: PtpPort, ns: number): number => Math.floor(uniform(port.random as RandomState) * ns);
