/** Times and names, as a person reads them. */
import { some } from '../toolchain/bench-file';

const units = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, '\u00b5s'],
  [1, 'ns'],
] as const;

/** 5021.4: `5.02 µs`. */
export function nsText(ns: number): string {
  const [scale, unit] = units.find(([each]) => Math.abs(ns) >= each) ?? [1, 'ns'];
  return `${Number((ns / scale).toPrecision(3))} ${unit}`;
}

/** When something is, or was: `34.125 s`. */
export const timeText = (ns: number): string => `${Number((ns / 1e9).toFixed(3))} s`;

/** Names of boards, but not of very many. */
export const boardsText = (boards: readonly string[]): string => some([...boards]);
