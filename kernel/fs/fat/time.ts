/** Times as FAT keeps them: a date from 1980 to 2107 and the time of day in steps of two seconds, in UTC. */
import { CLOCK_REALTIME, readClock } from '../../clock/clock';
import { secondsOf } from '../../clock/timespec';
import type { Kernel } from '../../kernel';

/** The date in the upper 16 bits, the time in the lower. */
export type FatTime = number;

const DAY = 86_400;
const FIRST = secondsOf(1980, 1, 1);
const LAST = secondsOf(2108, 1, 1) - 2;

/** Of seconds since 1970, or the nearest that there is. */
export function fatTime(seconds: number): FatTime {
  const time = Math.min(Math.max(seconds, FIRST), LAST);
  const days = Math.floor(time / DAY);
  let year = 1980;
  while (secondsOf(year + 1, 1, 1) <= time) year++;
  let month = 1;
  while (month < 12 && secondsOf(year, month + 1, 1) <= time) month++;
  const day = days - secondsOf(year, month, 1) / DAY + 1;
  const ofDay = time - days * DAY;
  const clock = (Math.floor(ofDay / 3600) << 11) | (Math.floor((ofDay % 3600) / 60) << 5) | ((ofDay % 60) >> 1);
  return ((((year - 1980) << 9) | (month << 5) | day) * 0x10000 + clock) >>> 0;
}

/** Seconds since 1970; 0 for what is no date. */
export function secondsOfFatTime(time: FatTime): number {
  const date = time >>> 16;
  const [month, day] = [(date >> 5) & 15, date & 31];
  if (month < 1 || month > 12 || day < 1) return 0;
  const ofDay = ((time >> 11) & 31) * 3600 + ((time >> 5) & 63) * 60 + (time & 31) * 2;
  return secondsOf(1980 + (date >> 9), month, day) + ofDay;
}

/** Of now. */
export const fatTimeNow = (k: Kernel): FatTime => fatTime(readClock(k, CLOCK_REALTIME)!.sec);
