/** A straight line through points by least squares, kept as sums. */

export interface Line {
  n: number;
  x: number;
  y: number;
  xx: number;
  xy: number;
}

export const emptyLine = (): Line => ({ n: 0, x: 0, y: 0, xx: 0, xy: 0 });

export function addPoint(line: Line, x: number, y: number): void {
  line.n++;
  line.x += x;
  line.y += y;
  line.xx += x * x;
  line.xy += x * y;
}

/** Its slope; 0 when all its points are at one place. */
export function slopeOf({ n, x, y, xx, xy }: Line): number {
  const across = n * xx - x * x;
  return across > 0 ? (n * xy - x * y) / across : 0;
}
