/** How numbers, times and bytes are written: thin spaces between thousands, units always shown. */
import { NOTE_WORDS, type Frame, type TaskSnapshot } from '../main/contract/target';

const THIN_SPACE = '\u2009';

/** Writes a whole number with thin spaces between thousands: 1 284. */
export function formatCount(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** Writes a number of bytes: 2 048 B. */
export function formatSize(bytes: number): string {
  return `${formatCount(bytes)}${THIN_SPACE}B`;
}

/** Writes nanoseconds as seconds with all nine decimals, so that times align on the point: 12.840 000 000 s. */
export function formatTime(ns: number): string {
  const seconds = Math.floor(ns / 1e9);
  const rest = String(ns - seconds * 1e9).padStart(9, '0');
  return `${formatCount(seconds)}.${rest.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE)}${THIN_SPACE}s`;
}

/** Writes a span of time in the unit that suits it: 8.3 µs, 20.013 ms, 2.5 s; at most three decimals. */
export function formatDuration(ns: number): string {
  const [unit, size] = DURATION_UNITS.find(([, least]) => ns >= least) ?? DURATION_UNITS.at(-1)!;
  const value = Math.floor((ns / size) * 1000) / 1000;
  const [whole, decimals] = String(value).split('.');
  return `${formatCount(Number(whole))}${decimals ? `.${decimals}` : ''}${THIN_SPACE}${unit}`;
}
const DURATION_UNITS = [
  ['s', 1e9],
  ['ms', 1e6],
  ['\u00b5s', 1e3],
  ['ns', 1],
] as const;

/** Writes a rate with two or three digits and a prefix: 950, 12.4 k, 1.2 M. */
export function formatRate(perSecond: number): string {
  if (perSecond < 1000) return String(Math.round(perSecond));
  if (perSecond < 1e6) return `${(perSecond / 1e3).toFixed(1)}${THIN_SPACE}k`;
  return `${(perSecond / 1e6).toFixed(1)}${THIN_SPACE}M`;
}

/** Writes a multiple of real time; null is "Flat out". */
export function formatSpeed(factor: number | null): string {
  if (factor === null) return 'Flat out';
  if (factor >= 10) return `${formatCount(factor)}x`;
  return `${Number(factor.toPrecision(2))}x`;
}

/** Writes a share of the CPU, 0..100; what rounds to nothing but is not nothing reads "<1". */
export function formatPercent(share: number): string {
  if (share > 0 && share < 0.5) return '<1%';
  return `${Math.round(share)}%`;
}

/** Writes an address or a register as eight hexadecimal digits. */
export function formatHex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}

/** Writes a word that a task passed on: a number, or an address where it can only be one. */
export function formatValue(value: number): string {
  return value >= LOWEST_ADDRESS ? formatHex(value) : String(value);
}
/** RAM and flash lie there, and no count of a firmware does. */
const LOWEST_ADDRESS = 0x1000_0000;

/** Writes bytes as pairs of hexadecimal digits. */
export function formatBytes(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** Writes bytes as ASCII, a dot for what does not print. */
export function formatAscii(bytes: readonly number[]): string {
  return bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
}

/** Writes where a frame is: `file.c:12`, or the function's name where there is no line. */
export function formatPlace(frame: Pick<Frame, 'function' | 'file' | 'line'>): string {
  return frame.file === null || frame.line === null ? frame.function : `${frame.file}:${frame.line}`;
}

/** Names a task as the rest of the window does: `5 producer`. */
export function formatTask(pid: number, nameOf: ReadonlyMap<number, string>): string {
  const name = nameOf.get(pid);
  return name === undefined ? String(pid) : `${pid} ${name}`;
}

/** The current priority, with a mark when priority inheritance raised it: `120^`. */
export function formatPriority(task: Pick<TaskSnapshot, 'priority' | 'basePriority'>): string {
  return task.priority > task.basePriority ? `${task.priority}^` : String(task.priority);
}

/** NuttX's word for the state, and what else is to be known: it locks the scheduler, or is about to go: `Ready, exiting`. */
export function formatState(task: Pick<TaskSnapshot, 'state' | 'exiting' | 'cancelPending' | 'lockCount'>): string {
  const { state, exiting, cancelPending, lockCount } = task;
  const locks = lockCount > 1 ? `, sched_lock x${lockCount}` : lockCount > 0 ? ', sched_lock' : '';
  return state + locks + (exiting ? ', exiting' : cancelPending ? ', cancel pending' : '');
}

/** Virtual time in nanoseconds of the event that begins at a word of the log. */
export function noteTime(words: Int32Array, offset: number): number {
  if (offset + NOTE_WORDS > words.length) throw new RangeError(`no event at word ${offset}`);
  return (words[offset + 1]! >>> 0) * 2 ** 32 + (words[offset]! >>> 0);
}
