/** adjtime: CLOCK_REALTIME goes a little faster or slower until it has made up for a difference (NuttX: clock_adjtime.c). */
import { Errno } from '../errno';
import { timeNs, type Kernel } from '../kernel';
import { aheadNs } from './realtime';
import { loadTimeval, storeTimeval } from './timeval';
import { add, timespecOf, type Timespec } from './timespec';

/** An adjustment in progress, or over: what is gained is in proportion to the time since it began. Nanoseconds. */
export interface Adjustment {
  /** On CLOCK_MONOTONIC. */
  start: number;
  duration: number;
  /** What CLOCK_REALTIME gains in that time; loses, below zero. */
  delta: number;
}

/** Nanoseconds that the adjustment has brought so far. */
function gained(k: Kernel): number {
  const { adjustment } = k.state;
  if (!adjustment) return 0;
  const { start, duration, delta } = adjustment;
  return Math.trunc(delta * Math.min((timeNs(k) - start) / duration, 1));
}

/** CLOCK_REALTIME minus CLOCK_MONOTONIC, now. */
export function realtimeOffset(k: Kernel): Timespec {
  return add(k.state.realtimeOffset, timespecOf(gained(k) + Math.floor(aheadNs(k))));
}

/**
 * Lets CLOCK_REALTIME gain `delta`, a struct timeval that may be negative, over CONFIG_CLOCK_ADJTIME_PERIOD_MS, or over
 * more if that is faster than CONFIG_CLOCK_ADJTIME_SLEWLIMIT_PPM allows. An adjustment in progress ends; `old`, which may
 * be null, gets what it still lacked. EINVAL: no delta.
 */
export function adjtime(k: Kernel, delta: number, old: number): number {
  if (delta === 0) return -Errno.EINVAL;
  const wanted = loadTimeval(k, delta);
  if (old !== 0) storeTimeval(k, old, (k.state.adjustment?.delta ?? 0) - gained(k));
  slew(k, wanted);
  return 0;
}

/** The same, by nanoseconds. */
export function slew(k: Kernel, ns: number): void {
  const { config } = k.state.settings;
  k.state.realtimeOffset = add(k.state.realtimeOffset, timespecOf(gained(k)));
  const period = Number(config.CONFIG_CLOCK_ADJTIME_PERIOD_MS) * 1e6;
  const limit = Number(config.CONFIG_CLOCK_ADJTIME_SLEWLIMIT_PPM) / 1e6;
  const duration = Math.max(period, Math.abs(ns) / limit);
  k.state.adjustment = ns === 0 ? null : { start: timeNs(k), duration, delta: ns };
}
