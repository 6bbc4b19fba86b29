/** How the PTP pane writes what clocks say: offsets, frequencies, identities, ages. */
import type { PtpClockName, PtpRole, PtpTime } from '../../main/contract/ptp';
import { formatCount } from '../format';

const THIN_SPACE = '\u2009';

const units = [
  ['s', 1e9],
  ['ms', 1e6],
  ['\u00b5s', 1e3],
  ['ns', 1],
] as const;

/** Writes a signed time with four digits, in the unit that suits it: -81.23 ns, 1.5 ms. */
export function formatNs(ns: number): string {
  const [unit, size] = unitOf(ns);
  return `${decimals(ns / size)}${THIN_SPACE}${unit}`;
}

/** The unit in which a time reads best, and its nanoseconds. */
function unitOf(ns: number): readonly [string, number] {
  return units.find(([, size]) => Math.abs(ns) >= size) ?? units[3];
}

/** The same of a frequency's deviation, and its parts per billion. */
const unitOfPpb = (ppb: number): readonly [string, number] => (Math.abs(ppb) >= 1000 ? ['ppm', 1000] : ['ppb', 1]);

/** Writes marks of an axis: all in the unit in which the largest reads best. */
export function formatMarks(unit: 'ns' | 'ppb', largest: number): (value: number) => string {
  const [name, size] = unit === 'ns' ? unitOf(largest) : unitOfPpb(largest);
  return (value) => `${Number((value / size).toPrecision(6))}${THIN_SPACE}${name}`;
}

function decimals(value: number): string {
  const digits = Math.max(0, 3 - Math.floor(Math.log10(Math.max(1, Math.abs(value)))));
  const rounded = Number(value.toFixed(digits));
  // No minus before what rounds to nothing.
  return String(rounded === 0 ? 0 : rounded);
}

/** Writes a signed time in whole nanoseconds, to be calculated with: -1 234 ns. */
export function formatExactNs(ns: number): string {
  const whole = Math.trunc(ns);
  const rest = Math.abs(ns - whole);
  const fraction = rest >= 0.001 ? String(Number(rest.toFixed(3))).slice(1) : '';
  const sign = ns < 0 && (whole !== 0 || fraction !== '') ? '-' : '';
  return `${sign}${formatCount(Math.abs(whole))}${fraction}${THIN_SPACE}ns`;
}

/** Writes a frequency's deviation: 12.3 ppb, -50 ppm. */
export function formatPpb(ppb: number): string {
  const [unit, size] = unitOfPpb(ppb);
  return `${decimals(ppb / size)}${THIN_SPACE}${unit}`;
}

/** Writes an instant of a clock with all its digits: 1 700 000 000.123 456 789 s. */
export function formatInstant({ sec, nsec }: PtpTime): string {
  const fraction = String(nsec)
    .padStart(9, '0')
    .replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
  return `${sec < 0 ? '-' : ''}${formatCount(Math.abs(sec))}.${fraction}${THIN_SPACE}s`;
}

/** Nanoseconds from one instant to another. */
export function between(from: PtpTime, to: PtpTime): number {
  return (to.sec - from.sec) * 1e9 + (to.nsec - from.nsec);
}

/** Writes a clock's identity as ptp4l does: 001122.fffe.334455. */
export function formatIdentity(identity: string): string {
  return identity.replace(/^(.{6})(.{4})(.{6})$/, '$1.$2.$3');
}

/** A clock's board, or its identity when it is none of the bench's. */
export const formatClock = ({ board, identity }: PtpClockName): string => board ?? formatIdentity(identity);

/** The letter of a role, and the class of its colour, among those of tasks' states. */
export const roles: Record<PtpRole, { letter: string; look: string; word: string }> = {
  grandmaster: { letter: 'G', look: 'running', word: 'Grandmaster' },
  boundary: { letter: 'B', look: 'mq', word: 'Boundary clock' },
  slave: { letter: 'S', look: 'ready', word: 'Slave' },
  passive: { letter: 'P', look: 'sleep', word: 'Passive' },
  listening: { letter: 'L', look: 'sem', word: 'Listening' },
  faulty: { letter: 'F', look: 'stopped', word: 'Faulty' },
  none: { letter: '-', look: 'inactive', word: 'No clock runs' },
};

/** clockAccuracy (IEEE 1588-2008, table 6), in words. */
export function formatAccuracy(accuracy: number): string {
  return ACCURACIES[accuracy - 0x20] ?? (accuracy === 0xfe ? 'unknown' : `0x${accuracy.toString(16)}`);
}
const ACCURACIES = [
  ...[
    '25 ns',
    '100 ns',
    '250 ns',
    '1 \u00b5s',
    '2.5 \u00b5s',
    '10 \u00b5s',
    '25 \u00b5s',
    '100 \u00b5s',
    '250 \u00b5s',
  ],
  ...['1 ms', '2.5 ms', '10 ms', '25 ms', '100 ms', '250 ms', '1 s', '10 s', 'over 10 s'],
];

/** timeSource (IEEE 1588-2008, table 7), in words. */
export function formatTimeSource(source: number): string {
  return TIME_SOURCES[source] ?? `0x${source.toString(16)}`;
}
const TIME_SOURCES: Readonly<Record<number, string>> = {
  0x10: 'atomic clock',
  0x20: 'GPS',
  0x30: 'terrestrial radio',
  0x40: 'PTP',
  0x50: 'NTP',
  0x60: 'set by hand',
  0x90: 'other',
  0xa0: 'internal oscillator',
};

/** Writes how often, or how many: 1 step, 2 steps. */
export const formatMany = (count: number, one: string): string =>
  `${formatCount(count)} ${one}${count === 1 ? '' : 's'}`;

/** Writes an interval that is given as a logarithm of base 2, of seconds: 2 s, 0.125 s. */
export const formatLogInterval = (log: number): string => `${Number((2 ** log).toPrecision(4))}${THIN_SPACE}s`;
