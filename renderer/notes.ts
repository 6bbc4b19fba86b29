/** The tail of the target's event log, as it arrived: words in a ring, made into text only when a row is shown. */
import { NOTE_WORDS, type NoteType } from '../main/contract/target';
import { formatTask, formatValue, noteTime } from './format';

export interface NoteLog {
  generation: number;
  readonly capacity: number;
  readonly words: Int32Array;
  /** Number since boot of each event; batches may leave events out, so it is not implied by the place. */
  readonly numbers: Float64Array;
  /** Place of the oldest event in the ring, and how many there are. */
  start: number;
  length: number;
}

/** A log that keeps the last `capacity` events. */
export function createNoteLog(capacity: number): NoteLog {
  return {
    generation: -1,
    capacity,
    words: new Int32Array(capacity * NOTE_WORDS),
    numbers: new Float64Array(capacity),
    start: 0,
    length: 0,
  };
}

/** Forgets every event. */
export function clearNotes(log: NoteLog): void {
  log.start = 0;
  log.length = 0;
}

/** A log that stays as this one is now. */
export function copyNotes(log: NoteLog): NoteLog {
  return { ...log, words: log.words.slice(), numbers: log.numbers.slice() };
}

/**
 * Appends a batch. A new generation forgets everything; a `first` below what is there means that the machine went
 * back, and drops the events from there on. Throws RangeError when the data is not a whole number of events.
 */
export function appendNotes(log: NoteLog, batch: { generation: number; first: number; data: Uint8Array }): void {
  if (batch.data.byteLength % (NOTE_WORDS * 4) !== 0) {
    throw new RangeError(`a batch of ${batch.data.byteLength} bytes is not a whole number of events`);
  }
  if (batch.generation !== log.generation) {
    clearNotes(log);
    log.generation = batch.generation;
  }
  while (log.length > 0 && noteNumber(log, log.length - 1) >= batch.first) log.length--;

  // The bytes need not be aligned to words in the frame they arrived in.
  const words = new Int32Array(batch.data.slice().buffer);
  const count = words.length / NOTE_WORDS;
  for (let i = Math.max(0, count - log.capacity); i < count; i++) {
    if (log.length === log.capacity) {
      log.start = (log.start + 1) % log.capacity;
      log.length--;
    }
    const place = (log.start + log.length) % log.capacity;
    log.words.set(words.subarray(i * NOTE_WORDS, (i + 1) * NOTE_WORDS), place * NOTE_WORDS);
    log.numbers[place] = batch.first + i;
    log.length++;
  }
}

/** Number since boot of the event at an index, 0 being the oldest that is kept. */
export function noteNumber(log: NoteLog, index: number): number {
  return log.numbers[(log.start + index) % log.capacity]!;
}

/**
 * Number of the event that was logged at a time, of several the first of a type if there is one, or of the last one
 * before; null when the log has none.
 */
export function noteNumberAt(log: NoteLog, timeNs: number, type: number): number | null {
  let found: { number: number; timeNs: number; isOfType: boolean } | null = null;
  for (let index = 0; index < log.length; index++) {
    const offset = ((log.start + index) % log.capacity) * NOTE_WORDS;
    const time = noteTime(log.words, offset);
    const isOfType = log.words[offset + 2] === type;
    if (time > timeNs || time < (found?.timeNs ?? 0)) continue;
    if (found && time === found.timeNs && (found.isOfType || !isOfType)) continue;
    found = { number: noteNumber(log, index), timeNs: time, isOfType };
  }
  return found?.number ?? null;
}

/** When the event with a number was logged; null when the log has it not. */
export function timeOfNote(log: NoteLog, number: number): number | null {
  for (let index = 0; index < log.length; index++) {
    if (noteNumber(log, index) === number) {
      return noteTime(log.words, ((log.start + index) % log.capacity) * NOTE_WORDS);
    }
  }
  return null;
}

export interface NoteText {
  number: number;
  timeNs: number;
  pid: number;
  task: string;
  event: string;
  args: string;
}

/** What the numbers of an event mean. */
export interface NoteNames {
  types: ReadonlyMap<number, NoteType>;
  calls: ReadonlyMap<number, NoteType>;
  /** By number. */
  errors: ReadonlyMap<number, string>;
  tasks: ReadonlyMap<number, string>;
  /** Names of semaphores, mutexes and the like by address. */
  objects: ReadonlyMap<number, string>;
}

/** Puts the event at an index into words. */
export function formatNote(log: NoteLog, index: number, names: NoteNames): NoteText {
  const offset = ((log.start + index) % log.capacity) * NOTE_WORDS;
  const type = names.types.get(log.words[offset + 2]!);
  const pid = log.words[offset + 3]!;
  const values = log.words.subarray(offset + 4, offset + NOTE_WORDS);
  return {
    number: noteNumber(log, index),
    timeNs: noteTime(log.words, offset),
    pid,
    task: formatTask(pid, names.tasks),
    event: type?.name ?? `event ${log.words[offset + 2]}`,
    args: formatArguments(type?.args ?? [], values, names, type?.labels),
  };
}

/** Writes `name=value` for each argument. A system call is written by name, and its arguments by theirs. */
function formatArguments(
  args: readonly string[],
  values: Int32Array,
  names: NoteNames,
  labels: NoteType['labels'] = {},
): string {
  if (args[0] === 'call') {
    const call = names.calls.get(values[0]!);
    const rest = args.slice(1).map((arg) => call?.args[Number(/^arg(\d)$/.exec(arg)?.[1])] ?? arg);
    // A call that takes fewer arguments than the event has room for leaves the rest unnamed.
    const named = call === undefined ? rest : rest.filter((arg) => !/^arg\d$/.test(arg));
    return `${call?.name ?? `call ${values[0]}`} ${formatArguments(named, values.subarray(1), names, labels)}`.trim();
  }
  return args
    .map((arg, i) => `${arg}=${labels[arg]?.[values[i]!] ?? formatArgument(arg, values[i]!, names)}`)
    .join(' ');
}

function formatArgument(name: string, value: number, names: NoteNames): string {
  const error = name === 'result' && value < 0 ? names.errors.get(-value) : undefined;
  if (error !== undefined) return `-${error}`;
  if (name.endsWith('pid')) return formatTask(value, names.tasks);
  const object = names.objects.get(value >>> 0);
  if (object !== undefined) return object;
  return formatValue(value);
}
