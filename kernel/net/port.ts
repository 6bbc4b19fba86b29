/** Ports that are chosen for sockets that have not been given one (NuttX: net_port.c). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { arc4random_uniform } from '../random';

/** RFC 6335's range. */
const FIRST = 49_152;
const COUNT = 65_536 - FIRST;

/** A port that is not taken; at random, as RFC 6056 wants it. -EAGAIN: all are taken. */
export function ephemeralPort(k: Kernel, isTaken: (port: number) => boolean): number {
  const start = arc4random_uniform(k, COUNT);
  for (let i = 0; i < COUNT; i++) {
    const port = FIRST + ((start + i) % COUNT);
    if (!isTaken(port)) return port;
  }
  return -Errno.EAGAIN;
}
