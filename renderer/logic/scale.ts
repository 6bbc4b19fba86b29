/** What span of virtual time is on screen, and the marks of its ruler. */
import { formatCount } from '../format';

/** Nanoseconds since boot. */
export interface Span {
  from: number;
  to: number;
}

const SHORTEST_NS = 50;
/** About a day. */
const LONGEST_NS = 1e14;

const lengthOf = ({ from, to }: Span): number => to - from;

/** The span `factor` times as long, in which `atNs` stays where it is. */
export function zoom(span: Span, atNs: number, factor: number): Span {
  const length = Math.min(LONGEST_NS, Math.max(SHORTEST_NS, lengthOf(span) * factor));
  const share = (atNs - span.from) / lengthOf(span);
  return keepAfterBoot({ from: atNs - share * length, to: atNs + (1 - share) * length });
}

export function pan(span: Span, ns: number): Span {
  return keepAfterBoot({ from: span.from + ns, to: span.to + ns });
}

/** The span of the same length that ends at a time, or begins at boot. */
export function endingAt(span: Span, ns: number): Span {
  return keepAfterBoot({ from: ns - lengthOf(span), to: ns });
}

/** The span itself when a time is well inside of it, else one of the same length around that. */
export function showing(span: Span, ns: number): Span {
  const margin = lengthOf(span) / 20;
  if (ns >= span.from + margin && ns <= span.to - margin) return span;
  if (ns >= span.from && ns < span.from + margin && span.from === 0) return span;
  return keepAfterBoot({ from: ns - lengthOf(span) / 2, to: ns + lengthOf(span) / 2 });
}

/** From boot to a time, with a little room. */
export function fitting(nowNs: number): Span {
  return { from: 0, to: Math.max(SHORTEST_NS, nowNs * 1.02) };
}

function keepAfterBoot(span: Span): Span {
  return span.from >= 0 ? span : { from: 0, to: lengthOf(span) };
}

const units = [
  { unit: 's', ns: 1e9 },
  { unit: 'ms', ns: 1e6 },
  { unit: '\u00b5s', ns: 1e3 },
  { unit: 'ns', ns: 1 },
] as const;

export interface Mark {
  timeNs: number;
  text: string;
}

/** Marks at round times, at least `leastPx` apart on a ruler of so many pixels; the text has the unit that suits. */
export function marks(span: Span, widthPx: number, leastPx: number): Mark[] {
  const least = (lengthOf(span) / Math.max(widthPx, 1)) * leastPx;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = Math.max(
    1,
    [1, 2, 5, 10].map((n) => n * power).find((candidate) => candidate >= least)!,
  );
  const { unit, ns } = units.find((candidate) => step >= candidate.ns) ?? units[3];
  const result: Mark[] = [];
  for (let n = Math.ceil(span.from / step); n * step <= span.to; n++) {
    result.push({ timeNs: n * step, text: `${formatCount(Math.round((n * step) / ns))}\u2009${unit}` });
  }
  return result;
}

/** Writes a frequency in the unit that suits it: 50 Hz, 1.25 kHz; at most three decimals. */
export function formatFrequency(hertz: number): string {
  const [unit, size] = hertz >= 1e6 ? ['MHz', 1e6] : hertz >= 1e3 ? ['kHz', 1e3] : ['Hz', 1];
  return `${Number((hertz / size).toFixed(3))}\u2009${unit}`;
}
