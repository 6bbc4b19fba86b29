/** Waves as a value change dump (IEEE 1364), which GTKWave and its like read. */
import type { Wave } from '../../main/contract/board';
import { changeAt, countOf, type Changes } from './changes';
import { byteNs, edgesOf, TooManyEdges } from './edges';

/** Edges that a dump may have of one wave: a file of some ten megabytes. */
const MOST_EDGES = 1_000_000;

interface Signal {
  scope: string;
  name: string;
  type: 'wire 1' | 'wire 8' | 'real 64';
  /** Whole nanoseconds, rising, and the value in the dump's words. */
  values: [timeNs: number, value: string][];
  /** Before the first. */
  initial: string | null;
}

/**
 * Writes a dump of a span of virtual time, in nanoseconds. A serial line is two signals, the line and its bytes.
 * Throws an Error that says so when a PWM output has too many edges.
 */
export function writeVcd(waves: readonly { wave: Wave; changes: Changes }[], fromNs: number, toNs: number): string {
  const signals = waves.flatMap(({ wave, changes }) => signalsOf(wave, changes, fromNs, toNs));
  uniqueNames(signals);
  const lines = ['$version Tickscope $end', '$timescale 1 ns $end'];
  for (const scope of new Set(signals.map((signal) => signal.scope))) {
    lines.push(`$scope module ${scope} $end`);
    signals.forEach((signal, i) => {
      if (signal.scope === scope) lines.push(`$var ${signal.type} ${identifier(i)} ${signal.name} $end`);
    });
    lines.push('$upscope $end');
  }
  lines.push('$enddefinitions $end', `#${Math.round(fromNs)}`, '$dumpvars');
  signals.forEach(({ initial }, i) => initial !== null && lines.push(write(initial, identifier(i))));
  lines.push('$end');

  const all = signals.flatMap(({ values }, i) => values.map(([time, value]) => ({ time, value, i })));
  all.sort((a, b) => a.time - b.time);
  let now = Math.round(fromNs);
  for (const { time, value, i } of all) {
    if (time !== now) lines.push(`#${time}`);
    now = time;
    lines.push(write(value, identifier(i)));
  }
  if (Math.round(toNs) > now) lines.push(`#${Math.round(toNs)}`);
  return `${lines.join('\n')}\n`;
}

function signalsOf(wave: Wave, changes: Changes, fromNs: number, toNs: number): Signal[] {
  const named = { scope: word(wave.device ?? 'variables'), name: word(wave.name) };
  if (wave.kind === 'analog') {
    return [{ ...named, type: 'real 64', ...plain(changes, fromNs, toNs, (value) => `r${value} `, null) }];
  }
  if (wave.kind === 'bus') return [{ ...named, type: 'wire 8', ...bytes(wave, changes, fromNs, toNs) }];
  const line: Signal = { ...named, type: 'wire 1', ...digital(wave, changes, fromNs, toNs) };
  if (wave.kind !== 'bytes') return [line];
  return [line, { ...named, name: `${named.name}_byte`, type: 'wire 8', ...bytes(wave, changes, fromNs, toNs) }];
}

/** Every change as it is. */
function plain(
  changes: Changes,
  fromNs: number,
  toNs: number,
  text: (value: number) => string,
  before: string | null,
): Pick<Signal, 'values' | 'initial'> {
  let initial = before;
  const values: Signal['values'] = [];
  for (let i = 0; i < countOf(changes); i++) {
    const { timeNs, value } = changeAt(changes, i);
    if (timeNs < fromNs) initial = text(value);
    else if (timeNs <= toNs) values.push([Math.round(timeNs), text(value)]);
  }
  return { values, initial };
}

function digital(wave: Wave, changes: Changes, fromNs: number, toNs: number): Pick<Signal, 'values' | 'initial'> {
  try {
    const edges = edgesOf(wave.kind, changes, fromNs, toNs, MOST_EDGES);
    const values = edges.map(({ timeNs, level }) => [Math.round(timeNs), String(level)] as [number, string]);
    // What it was before its first edge follows from that.
    const [first] = edges;
    const [known] = countOf(changes) > 0 ? [changeAt(changes, 0)] : [];
    const steady = wave.kind === 'level' && known && known.timeNs < fromNs ? String(known.value) : restOf(wave);
    return { values, initial: first ? String(1 - first.level) : steady };
  } catch (error) {
    if (!(error instanceof TooManyEdges)) throw error;
    const message = `${wave.id} has more than a million edges in this span.`;
    throw new Error(`${message} Zoom in, or hide it, and export again.`, { cause: error });
  }
}

/** Level of a line on which nothing has happened. */
function restOf({ kind }: Wave): string {
  return kind === 'bytes' ? '1' : '0';
}

/** The byte on a line, and z between bytes. */
function bytes({ kind }: Wave, changes: Changes, fromNs: number, toNs: number): Pick<Signal, 'values' | 'initial'> {
  const idle = 'bz ';
  const values: Signal['values'] = [];
  let initial = idle;
  for (let i = 0; i < countOf(changes); i++) {
    const change = changeAt(changes, i);
    const { timeNs, value } = change;
    const text = `b${value.toString(2)} `;
    const end = timeNs + byteNs(kind, change);
    if (timeNs < fromNs) initial = end > fromNs ? text : idle;
    else if (timeNs <= toNs) values.push([Math.round(timeNs), text]);
    const next = i + 1 < countOf(changes) ? changeAt(changes, i + 1).timeNs : Infinity;
    if (end < next - 1 && end >= fromNs && end <= toNs) values.push([Math.round(end), idle]);
  }
  return { values, initial };
}

/** A value and whose it is: a single bit has nothing between, the others have their space. */
function write(value: string, id: string): string {
  return value + id;
}

/** Short names of printable characters, as the format wants them. */
function identifier(index: number): string {
  let text = '';
  for (let rest = index; ; rest = Math.floor(rest / 94) - 1) {
    text += String.fromCharCode(33 + (rest % 94));
    if (rest < 94) return text;
  }
}

/** Without what has a meaning in the format: spaces and brackets. */
function word(name: string): string {
  return name.replace(/[^\w$-]+/g, '_').replace(/^_+|_+$/g, '') || '_';
}

function uniqueNames(signals: Signal[]): void {
  const taken = new Set<string>();
  for (const signal of signals) {
    const base = signal.name;
    for (let n = 2; taken.has(`${signal.scope} ${signal.name}`); n++) signal.name = `${base}_${n}`;
    taken.add(`${signal.scope} ${signal.name}`);
  }
}
