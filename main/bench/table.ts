/** A table of aligned columns: the first to the left, the others to the right. */
export function table(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [[title, ...columns], ...rows];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const shown = lines.map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [shown[0]!, rule, ...shown.slice(1)].join('\n');
}

export const percent = (share: number) => `${(share * 100).toFixed(0)} %`;

/** Against an aim: what is to be reached, and whether it was. */
export const verdict = (reached: boolean, aim: string) => `${aim}: ${reached ? 'met' : 'MISSED'}`;
