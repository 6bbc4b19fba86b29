/**
 * What gethostbyname and its kin give, and h_errno: one for the whole board, as on NuttX. It is in the heap from the first
 * call on.
 */
import type { Kernel } from '../../kernel';
import { allocate } from '../../mm/heap';

/** Offsets: h_errno, struct hostent, struct servent, and behind them what these point to. */
const Field = { error: 0, hostent: 4, servent: 24, buffer: 40 } as const;
/** CONFIG_NETDB_BUFSIZE */
const BUFFER = 256;

export interface Shared {
  error: number;
  hostent: number;
  servent: number;
  buffer: number;
  size: number;
}

/** Where it is; null: the heap has no room. */
export function sharedAt(k: Kernel): Shared | null {
  const { netdb } = k.state.net;
  netdb.shared ||= allocate(k, Field.buffer + BUFFER);
  const at = netdb.shared;
  if (at === 0) return null;
  return {
    error: at,
    hostent: at + Field.hostent,
    servent: at + Field.servent,
    buffer: at + Field.buffer,
    size: BUFFER,
  };
}

/** Of h_errno; 0: the heap has no room. */
export const hostErrorLocation = (k: Kernel): number => sharedAt(k)?.error ?? 0;
