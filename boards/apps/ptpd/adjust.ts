/** Sets the clock that the daemon is responsible for: a device's, /dev/ptp0, or CLOCK_REALTIME (clock_adjtime, adjtime). */
import type { Program, System } from '../../../kernel/binfmt/native';
import { NSEC_PER_SEC } from '../../../kernel/clock/timespec';
import { Room } from './room';

export const CLOCK_REALTIME = 0;

/** The id of the clock that a descriptor is of: CLOCK_FD of nuttx/clock.h. */
export const clockOf = (fd: number): number => (fd << 3) | 5;

/** struct timex of sys/timex.h, and its modes, which say what of it is read: the rest is as it was. */
const Timex = { modes: 0, offset: 4, freq: 8, sec: 40 } as const;
const Adjust = { Offset: 0x0001, Frequency: 0x0002, SetOffset: 0x0100, Nano: 0x2000 } as const;

/** Frequencies are in millionths with 16 binary digits behind the point. */
const PER_PPB = 65.536;

/** Moves the clock by nanoseconds, at once. */
export function* step(sys: System, room: number, clock: number, ns: number): Program {
  const timex = room + Room.timex;
  const sec = Math.floor(ns / NSEC_PER_SEC);
  yield* sys.store32(timex + Timex.modes, Adjust.SetOffset | Adjust.Nano);
  yield* sys.store(timex + Timex.sec, timeval(sec, Math.floor(ns - sec * NSEC_PER_SEC)));
  return yield* sys.clock_adjtime(clock, timex);
}

/** Sets its frequency, billionths faster than it is by itself. */
export function* setFrequency(sys: System, room: number, clock: number, ppb: number): Program {
  const timex = room + Room.timex;
  yield* sys.store32(timex + Timex.modes, Adjust.Frequency);
  yield* sys.store32(timex + Timex.freq, Math.round(ppb * PER_PPB));
  return yield* sys.clock_adjtime(clock, timex);
}

/** Lets it gain nanoseconds: CLOCK_REALTIME little by little (adjtime), in whole microseconds; a device's clock at once. */
export function* push(sys: System, room: number, clock: number, ns: number): Program {
  const timex = room + Room.timex;
  if (clock !== CLOCK_REALTIME) {
    yield* sys.store32(timex + Timex.modes, Adjust.Offset | Adjust.Nano);
    yield* sys.store32(timex + Timex.offset, Math.round(ns));
    return yield* sys.clock_adjtime(clock, timex);
  }
  const sec = Math.floor(ns / NSEC_PER_SEC);
  yield* sys.store(timex, timeval(sec, Math.trunc((ns - sec * NSEC_PER_SEC) / 1000)));
  return yield* sys.adjtime(timex, 0);
}

/** struct timeval, or struct timespec: two numbers of 64 bits. */
function timeval(sec: number, fraction: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(16));
  bytes.setBigInt64(0, BigInt(sec), true);
  bytes.setBigInt64(8, BigInt(fraction), true);
  return new Uint8Array(bytes.buffer);
}
