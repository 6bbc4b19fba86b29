/** Sets the clock that the daemon is responsible for: a device's, /dev/ptp0, or CLOCK_REALTIME (clock_adjtime, adjtime). */
import type { Program, System } from '../../../kernel/binfmt/native';
import { NSEC_PER_SEC } from '../../../kernel/clock/timespec';
import { Room } from './room';

export const CLOCK_REALTIME = 0;

/** The id of the clock that a descriptor is of: CLOCK_FD of nuttx/clock.h. */
export const clockOf = (fd: number): number => (fd << 3) | 5;

/** struct timex of sys/timex.h, and its modes. */
const Timex = { modes: 0, offset: 4, freq: 8, sec: 40, usec: 48, size: 96 } as const;
const Adjust = { Offset: 0x0001, Frequency: 0x0002, SetOffset: 0x0100, Nano: 0x2000 } as const;

/** Frequencies are in millionths with 16 binary digits behind the point. */
const PER_PPB = 65.536;

function* adjust(sys: System, room: number, clock: number, fill: (timex: DataView) => void): Program {
  const timex = new Uint8Array(Timex.size);
  fill(new DataView(timex.buffer));
  yield* sys.store(room + Room.timex, timex);
  return yield* sys.clock_adjtime(clock, room + Room.timex);
}

/** Moves the clock by nanoseconds, at once. */
export function step(sys: System, room: number, clock: number, ns: number): Program {
  const sec = Math.floor(ns / NSEC_PER_SEC);
  return adjust(sys, room, clock, (timex) => {
    timex.setInt32(Timex.modes, Adjust.SetOffset | Adjust.Nano, true);
    timex.setBigInt64(Timex.sec, BigInt(sec), true);
    timex.setBigInt64(Timex.usec, BigInt(Math.floor(ns - sec * NSEC_PER_SEC)), true);
  });
}

/** Sets its frequency, billionths faster than it is by itself. */
export function setFrequency(sys: System, room: number, clock: number, ppb: number): Program {
  return adjust(sys, room, clock, (timex) => {
    timex.setInt32(Timex.modes, Adjust.Frequency, true);
    timex.setInt32(Timex.freq, Math.round(ppb * PER_PPB), true);
  });
}

/** Lets it gain nanoseconds: CLOCK_REALTIME little by little (adjtime), in whole microseconds; a device's clock at once. */
export function* push(sys: System, room: number, clock: number, ns: number): Program {
  if (clock !== CLOCK_REALTIME) {
    return yield* adjust(sys, room, clock, (timex) => {
      timex.setInt32(Timex.modes, Adjust.Offset | Adjust.Nano, true);
      timex.setInt32(Timex.offset, Math.round(ns), true);
    });
  }
  const delta = new DataView(new ArrayBuffer(16));
  const sec = Math.floor(ns / NSEC_PER_SEC);
  delta.setBigInt64(0, BigInt(sec), true);
  delta.setBigInt64(8, BigInt(Math.trunc((ns - sec * NSEC_PER_SEC) / 1000)), true);
  yield* sys.store(room + Room.timex, new Uint8Array(delta.buffer));
  return yield* sys.adjtime(room + Room.timex, 0);
}
