/** Series as a table for other programs. */
import type { PtpSeriesName } from '../../contract/ptp';
import type { Points } from './record';

export interface NamedPoints extends Points {
  board: string;
  series: PtpSeriesName;
}

const MOST_LINES = 1_000_000;

/** A line for each point: time and value in nanoseconds, frequencies in billionths. Throws when there are too many. */
export function csvOf(series: readonly NamedPoints[]): Uint8Array<ArrayBuffer> {
  const lines = series.reduce((total, { times }) => total + times.length, 0);
  if (lines > MOST_LINES) {
    throw new Error(
      `${lines} points are more than the ${MOST_LINES} of a file: choose fewer series or a shorter span.`,
    );
  }
  let text = 'time_ns,board,series,value\n';
  for (const { board, series: name, times, values } of series) {
    times.forEach((time, i) => (text += `${Math.round(time)},${quoted(board)},${name},${values[i]}\n`));
  }
  return new TextEncoder().encode(text);
}

/** A name of a board may be any text. */
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
