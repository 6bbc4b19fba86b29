/** Amounts with their units, as a person writes and reads them: 5 ms, 100 Mbit/s, 2.5 %. */
import type { LinkSettings } from '../main/contract/network';

/** How something is written, and read from what a person typed: null when that is none. */
export interface Written<Value> {
  format: (value: Value) => string;
  parse: (text: string) => Value | null;
  /** What is said of text that is none. */
  example: string;
}

export interface Quantity {
  /** Units by name, in what the amount is kept in, the largest first. */
  units: Readonly<Record<string, number>>;
  /** What a number without a unit is in. */
  usual: string;
  min: number;
  max: number;
  /** What is said of text that is none. */
  example: string;
}

export const duration: Quantity = {
  units: { s: 1e9, ms: 1e6, '\u00b5s': 1e3, us: 1e3, ns: 1 },
  usual: 'ns',
  min: 0,
  max: 1e12,
  example: 'a time such as 5 ms or 800 ns, up to 1000 s',
};
export const difference: Quantity = {
  ...duration,
  min: -1e12,
  example: 'a time such as 5 ms or -800 ns, from -1000 s to 1000 s',
};
export const bitRate: Quantity = {
  units: { 'Tbit/s': 1e12, 'Gbit/s': 1e9, 'Mbit/s': 1e6, 'kbit/s': 1e3, 'bit/s': 1 },
  usual: 'bit/s',
  min: 1000,
  max: 1e12,
  example: 'a rate such as 100 Mbit/s, from 1 kbit/s on',
};
export const share: Quantity = {
  units: { '%': 0.01 },
  usual: '%',
  min: 0,
  max: 1,
  example: 'a share from 0 % to 100 %',
};

export const loadShare: Quantity = { ...share, max: 0.99, example: 'a share from 0 % to 99 %' };

/** Writes an amount in the largest unit of which there is at least one. */
export function formatQuantity(value: number, { units, usual }: Quantity): string {
  const [unit, size] = Object.entries(units).find(([, each]) => Math.abs(value) >= each) ?? [usual, units[usual]!];
  return `${Number((value / size).toPrecision(9))} ${unit}`;
}

/** Reads what a person typed; null when it is none, or too much or too little. */
export function parseQuantity(text: string, { units, usual, min, max }: Quantity): number | null {
  const found = /^(-?[\d.]+(?:e[+-]?\d+)?)\s*(\S*)$/i.exec(text.trim().replaceAll('\u2009', ''));
  if (found === null) return null;
  const [, number, unit = ''] = found;
  const size = Object.entries(units).find(([name]) => name.toLowerCase() === (unit || usual).toLowerCase())?.[1];
  if (size === undefined) return null;
  const value = Number((Number(number) * size).toPrecision(15));
  return value >= min && value <= max ? value : null;
}

type Bursts = LinkSettings['bursts'][0];
const NONE: Bursts = { everyNs: 0, lastingNs: 0, delayNs: 0 };

/** Bursts of delay on a link: by how much frames are late in one, how long it lasts, and the time between two. */
export const bursts: Written<Bursts> = {
  format({ everyNs, lastingNs, delayNs }) {
    if (everyNs === 0 || lastingNs === 0 || delayNs === 0) return 'none';
    const [delay, lasting, every] = [delayNs, lastingNs, everyNs].map((ns) => formatQuantity(ns, duration));
    return `${delay} for ${lasting} every ${every}`;
  },
  parse(text) {
    if (/^(none|0)?$/i.test(text.trim())) return NONE;
    const parts = /^(.+?)\s+for\s+(.+?)\s+every\s+(.+)$/i.exec(text.trim())?.slice(1);
    const [delayNs, lastingNs, everyNs] = parts?.map((part) => parseQuantity(part, duration)) ?? [];
    return delayNs == null || lastingNs == null || everyNs == null ? null : { everyNs, lastingNs, delayNs };
  },
  example: 'by how much longer, for how long and how often, on average: 50 us for 10 ms every 1 s; or none',
};
