/** How procfs writes things. */

/** A line with a name and a value. */
export const field = (name: string, value: string | number): string => `${name.padEnd(12)}${value}\n`;

/** An address. */
export const hex = (address: number): string => `0x${(address >>> 0).toString(16)}`;

/** A share of one. */
export function percent(share: number): string {
  const tenths = Math.floor(share * 1000);
  return `${String(Math.floor(tenths / 10)).padStart(3)}.${tenths % 10}%`;
}
