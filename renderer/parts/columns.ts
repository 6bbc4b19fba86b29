/** One column of a DataTable. */
export interface TableColumn<Row> {
  id: string;
  title: string;
  /** What the values mean, where the title leaves that open. */
  help?: string;
  /** What the column sorts by; rows without a value sort last. */
  value(row: Row): string | number | undefined;
  /** What the cell shows, when that is not the value. A change that does not show here is not highlighted. */
  text?(row: Row): string;
  tooltip?(row: Row): string | undefined;
  /** Pixels. */
  width: number;
  /** Takes the room that is left. */
  grow?: boolean;
  /** Numbers: right-aligned. */
  numeric?: boolean;
  /** Words rather than data: not set in the data type. */
  prose?: boolean;
  /** Of a tree: it has the branches. */
  tree?: boolean;
}

const collator = new Intl.Collator('en', { numeric: true });

/** Orders two values of a column: numbers by size, text as a person counts (task2 before task10). */
export function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}
