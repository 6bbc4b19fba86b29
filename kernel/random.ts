/** Random numbers from one seeded generator in the state (xoshiro128**), so that a run can be repeated. */
import { Errno } from './errno';
import type { Kernel } from './kernel';

export type RandomState = [number, number, number, number];

/** Spreads a seed over the generator's words, as splitmix32 does. */
export function seedRandom(seed: number): RandomState {
  let x = seed | 0;
  const next = () => {
    x = (x + 0x9e3779b9) | 0;
    let z = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  return [next(), next(), next(), next()];
}

const rotate = (x: number, by: number) => (x << by) | (x >>> (32 - by));

/** 32 random bits, as a signed number, and the generator goes on. */
export function random32(s: RandomState): number {
  const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9);
  const t = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 11);
  return result;
}

/** From 0 up to 1. */
export const uniform = (s: RandomState): number => (random32(s) >>> 0) / 2 ** 32;

/** 32 random bits of the board's, as a signed number. */
export const arc4random = (k: Kernel): number => random32(k.state.random);

/** A number below a bound, each as likely as the others. */
export function arc4random_uniform(k: Kernel, bound: number): number {
  const most = 2 ** 32 - (2 ** 32 % (bound >>> 0 || 1));
  let number = arc4random(k) >>> 0;
  while (number >= most) number = arc4random(k) >>> 0;
  return bound === 0 ? 0 : number % (bound >>> 0);
}

export function arc4random_buf(k: Kernel, buffer: number, size: number): number {
  const bytes = k.memory.slice(buffer, size >>> 0);
  for (let i = 0; i < bytes.length; i++) bytes[i] = arc4random(k);
  return 0;
}

/** Bytes written. EFAULT: no buffer. */
export function getrandom(k: Kernel, buffer: number, size: number): number {
  if (buffer === 0) return -Errno.EFAULT;
  arc4random_buf(k, buffer, size);
  return size;
}
