/**
 * A PTP hardware clock with NuttX's driver, /dev/ptpN (nuttx/timers/ptp_clock.h; NuttX: drivers/timers/ptp_clock.c). Its
 * oscillator is the board's; its rate can be set in billionths. It stamps frames, and goes on over a reset.
 */
import { PtpIoctl } from '../../kernel/clock/clockfd';
import { CLOCK_REALTIME, readClock } from '../../kernel/clock/clock';
import { boardGainedNs, noiseNs } from '../../kernel/clock/oscillator';
import {
  isValid,
  loadTimespec,
  NSEC_PER_SEC,
  storeTimespec,
  timespecOf,
  type Timespec,
} from '../../kernel/clock/timespec';
import { adjust } from '../../kernel/clock/timex';
import { Errno } from '../../kernel/errno';
import type { OpenFile } from '../../kernel/fs/file';
import { busyWait, hardwareNs, hardwareState } from '../../kernel/hardware';
import { uptimeNs, type Kernel } from '../../kernel/kernel';
import type { Device } from '../device';

export interface PtpClockOptions {
  node: string;
  /** The farthest that its rate can be set off, in billionths. */
  maxAdjustment: number;
}

/** From a moment on it goes at one rate: what it shows then, with a part of a nanosecond that it does not show. */
interface Course extends Timespec {
  /** Nanoseconds since power on; and those that the oscillator was ahead. */
  from: number;
  gained: number;
  ppb: number;
}

interface State {
  course: Course;
  /** The one before: a frame that has come may have begun in its time. */
  before: Course;
  /** As ADJ_FREQUENCY was given it. */
  frequency: number;
  /** struct ptp_statistics_s */
  statistics: Uint8Array;
}

/** struct ptp_sys_offset and its like: the number of samples, three reserved words, and struct ptp_clock_times. */
const Samples = { count: 0, reserved: 4, times: 16 } as const;
const TIME_SIZE = 16;
const PRECISE_SIZE = 64;
const MAX_SAMPLES = 25;
const STATISTICS_SIZE = 552;
/** That the CPU takes to read the clock, over the bus that it is at. */
const READ_NS = 200;

export function ptpClock(name: string, { node, maxAdjustment }: PtpClockOptions): Device {
  const stateOf = (k: Kernel) => hardwareState<State>(k, name);

  /** From now on it goes from there, at that rate. */
  function setCourse(k: Kernel, { sec, nsec }: Timespec, ppb: number): void {
    const state = stateOf(k);
    const from = hardwareNs(k);
    state.before = state.course;
    state.course = { sec, nsec, from, gained: boardGainedNs(k, from), ppb };
  }

  /** Goes on from where it is, changed by seconds and nanoseconds, at a rate. */
  function change(k: Kernel, seconds: number, ns: number, ppb = stateOf(k).course.ppb): void {
    const { sec, nsec } = plus(exactTime(k, stateOf(k), hardwareNs(k)), ns);
    setCourse(k, { sec: sec + seconds, nsec }, ppb);
  }

  const now = (k: Kernel) => ptpTime(k, name, hardwareNs(k));

  /** -EINVAL: no address, or no time. */
  function setTime(k: Kernel, address: number): number {
    if (address === 0) return -Errno.EINVAL;
    const time = loadTimespec(k, address);
    if (!isValid(time)) return -Errno.EINVAL;
    setCourse(k, time, stateOf(k).course.ppb);
    return 0;
  }

  const adjustBy = (k: Kernel, address: number) =>
    adjust(k, address, {
      frequency: stateOf(k).frequency,
      canGo: (frequency) => Math.abs(ppbOf(frequency)) <= maxAdjustment,
      setFrequency(frequency) {
        change(k, 0, 0, ppbOf(frequency));
        stateOf(k).frequency = frequency;
      },
      step: (seconds, ns) => change(k, seconds, ns),
      shift: (ns) => change(k, 0, ns),
    });

  /** struct ptp_clock_caps. -EINVAL: no address. */
  function getCapabilities({ memory }: Kernel, address: number): number {
    if (address === 0) return -Errno.EINVAL;
    [maxAdjustment, 1, 1].forEach((word, i) => memory.store32(address + 4 * i, word));
    return 0;
  }

  /** The clock between two readings of CLOCK_REALTIME. */
  function sample(k: Kernel): [before: Timespec, device: Timespec, after: Timespec] {
    const before = readClock(k, CLOCK_REALTIME)!;
    busyWait(k, READ_NS / 2);
    const device = now(k);
    busyWait(k, READ_NS / 2);
    return [before, device, readClock(k, CLOCK_REALTIME)!];
  }

  /** -EINVAL: no address, or too many samples. */
  function sampleOffset(k: Kernel, address: number): number {
    const count = address === 0 ? MAX_SAMPLES + 1 : k.memory.load32(address + Samples.count) >>> 0;
    if (count > MAX_SAMPLES) return -Errno.EINVAL;
    const times: Timespec[] = [];
    for (let i = 0; i < count; i++) times.push(...sample(k).slice(0, 2));
    times.push(readClock(k, CLOCK_REALTIME)!);
    storeTimes(k, address + Samples.times, times);
    return 0;
  }

  /** -EINVAL: no address, too many samples, or reserved words that are not zero. */
  function sampleExtended(k: Kernel, address: number): number {
    const { memory } = k;
    const count = address === 0 ? MAX_SAMPLES + 1 : memory.load32(address + Samples.count) >>> 0;
    if (count > MAX_SAMPLES) return -Errno.EINVAL;
    if ([0, 4, 8].some((word) => memory.load32(address + Samples.reserved + word) !== 0)) return -Errno.EINVAL;
    const times: Timespec[] = [];
    for (let i = 0; i < count; i++) times.push(...sample(k));
    storeTimes(k, address + Samples.times, times);
    return 0;
  }

  /** -EINVAL: no address. */
  function samplePrecise(k: Kernel, address: number): number {
    if (address === 0) return -Errno.EINVAL;
    k.memory.slice(address, PRECISE_SIZE).fill(0);
    storeTimes(k, address, [now(k), readClock(k, CLOCK_REALTIME)!, timespecOf(uptimeNs(k))]);
    return 0;
  }

  /** -EINVAL: no address. */
  function statistics(k: Kernel, address: number, isNew: boolean): number {
    if (address === 0) return -Errno.EINVAL;
    const given = k.memory.slice(address, STATISTICS_SIZE);
    if (isNew) stateOf(k).statistics = given.slice();
    else given.set(stateOf(k).statistics);
    return 0;
  }

  function ioctl(k: Kernel, _file: OpenFile, request: number, arg: number): number {
    switch (request) {
      case PtpIoctl.SetTime:
        return setTime(k, arg);
      case PtpIoctl.GetTime:
        if (arg === 0) return -Errno.EINVAL;
        storeTime(k, arg, now(k));
        return 0;
      case PtpIoctl.GetRes:
        if (arg === 0) return -Errno.EINVAL;
        storeTimespec(k, arg, 0, 1);
        return 0;
      case PtpIoctl.AdjTime:
        return adjustBy(k, arg);
      case PtpIoctl.GetCaps:
      case PtpIoctl.GetCaps2:
        return getCapabilities(k, arg);
      case PtpIoctl.SysOffset:
      case PtpIoctl.SysOffset2:
        return sampleOffset(k, arg);
      case PtpIoctl.SysOffsetExtended:
      case PtpIoctl.SysOffsetExtended2:
        return sampleExtended(k, arg);
      case PtpIoctl.SysOffsetPrecise:
      case PtpIoctl.SysOffsetPrecise2:
        return samplePrecise(k, arg);
      case PtpIoctl.SetStats:
      case PtpIoctl.GetStats:
        return statistics(k, arg, request === PtpIoctl.SetStats);
      default:
        return -Errno.ENOTTY;
    }
  }

  return {
    name,
    kind: 'ptp',
    state: initialState(),
    kept: (k) => ({ ...stateOf(k), statistics: new Uint8Array(STATISTICS_SIZE) }),
    time: (k) => exactTime(k, stateOf(k), hardwareNs(k)),
    nodes: [{ path: node, operations: { isClock: true, read: () => 0, ioctl } }],
    view(k) {
      // Looking at it changes nothing.
      const copy: Kernel = { ...k, state: { ...k.state, wander: structuredClone(k.state.wander) } };
      const ns = hardwareNs(copy);
      const { sec, nsec } = exactTime(copy, stateOf(copy), ns);
      const { ppb } = stateOf(copy).course;
      const perSecond = boardGainedNs(copy, ns + 1e6) - boardGainedNs(copy, ns);
      return {
        registers: [
          { name: 'SEC', value: sec >>> 0, bits: 32 },
          { name: 'NSEC', value: Math.floor(nsec), bits: 32 },
          { name: 'RATE', value: ppb >>> 0, bits: 32 },
        ],
        controls: [
          { type: 'text', label: 'Time', text: `${sec}.${String(Math.floor(nsec)).padStart(9, '0')}` },
          { type: 'text', label: 'Oscillator', text: `${signed(perSecond)} ppm` },
          { type: 'text', label: 'Rate', text: `${signed(ppb, 0)} ppb` },
        ],
      };
    },
  };
}

/** What a PTP clock of the board reads at a time (nanoseconds since power on) that is now or a frame's length from it. */
export function ptpTime(k: Kernel, name: string, ns: number): Timespec {
  const { oscillator, seed } = k.state.settings;
  const { sec, nsec } = plus(exactTime(k, hardwareState<State>(k, name), ns), noiseNs(oscillator, seed, ns));
  return { sec, nsec: Math.floor(nsec) };
}

function exactTime(k: Kernel, state: State, ns: number): Timespec {
  const course = ns >= state.course.from ? state.course : state.before;
  const passed = ns - course.from + (boardGainedNs(k, ns) - course.gained);
  return plus(course, passed + (passed * course.ppb) / 1e9);
}

/** Later by nanoseconds, which may be below zero; parts of one are kept. */
function plus({ sec, nsec }: Timespec, ns: number): Timespec {
  const seconds = Math.floor(ns / NSEC_PER_SEC);
  const rest = nsec + (ns - seconds * NSEC_PER_SEC);
  return rest >= NSEC_PER_SEC
    ? { sec: sec + seconds + 1, nsec: rest - NSEC_PER_SEC }
    : { sec: sec + seconds, nsec: rest };
}

/** What NuttX makes of millionths with 16 binary digits behind the point. */
const ppbOf = (frequency: number): number => Math.floor(((1 + frequency) * 125) / 2 ** 13);

function storeTime(k: Kernel, address: number, { sec, nsec }: Timespec): void {
  storeTimespec(k, address, sec, nsec);
}

/** struct ptp_clock_times */
function storeTimes(k: Kernel, address: number, times: readonly Timespec[]): void {
  times.forEach((time, i) => {
    storeTime(k, address + TIME_SIZE * i, time);
    k.memory.store32(address + TIME_SIZE * i + 12, 0);
  });
}

const signed = (value: number, digits = 3) => `${value < 0 ? '' : '+'}${value.toFixed(digits)}`;

const atPowerOn = (): Course => ({ sec: 0, nsec: 0, from: 0, gained: 0, ppb: 0 });

const initialState = (): State => ({
  course: atPowerOn(),
  before: atPowerOn(),
  frequency: 0,
  statistics: new Uint8Array(STATISTICS_SIZE),
});
