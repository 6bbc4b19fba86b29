/**
 * What the Logic pane draws: the wires of a board's devices, and variables of the firmware that are watched. Wires are
 * in the event log, and go with it when the machine goes back; variables are looked at whenever an event is logged,
 * from outside, so that the run does not know of it.
 */
import type { Device, WireInfo } from '../../boards/device';
import type { Machine } from '../../boards/machine';
import { BIAS } from '../../kernel/binfmt/abi';
import { Note, NOTE_WORDS, type NoteListener } from '../../kernel/note/note';
import type { Wave } from '../contract/board';
import type { Variable } from '../toolchain/dwarf-names';
import type { Firmware } from './firmware';
import { type Change, WaveRecord } from './wave';

/** Changes that are kept of each wave, at least. */
const KEEP = 1 << 17;
const VARIABLE = '= ';

/**
 * A change in the window's numbers from those of an event: see the contract. A byte on a bus is logged when it has passed;
 * so is one on a serial line whose baud rate is negative.
 */
const convert: Record<Wave['kind'], (timeNs: number, value: number, detail: number) => Change> = {
  level: (timeNs, value) => [timeNs, value, 0],
  analog: (timeNs, value) => [timeNs, value / 1e6, 0],
  bytes: (timeNs, value, baud) => (baud < 0 ? [timeNs + 10e9 / baud, value, -baud] : [timeNs, value, baud]),
  bus: (timeNs, value, hertz) => [timeNs - 9e9 / hertz, value, 9e9 / hertz],
  pwm: (timeNs, value, duty) => [timeNs, value, duty / 65536],
};

interface Recorded {
  wave: Wave;
  record: WaveRecord;
}
interface Watched extends Recorded {
  expression: string;
  /** What the variable holds. */
  read(): number;
}

export class Waves implements NoteListener {
  /** By the wire's number in the log. */
  private readonly wires: Recorded[];
  private readonly watched: Watched[] = [];
  /** The numbers of events go on where the listener came in. */
  private notes: number;

  constructor(
    private readonly machine: Machine,
    private readonly firmware: Firmware,
  ) {
    this.wires = machine.board.devices.flatMap((device) =>
      (device.wires ?? []).map((wire) => ({ wave: waveOf(device, wire), record: new WaveRecord(KEEP) })),
    );
    const { notes } = machine.kernel;
    this.notes = notes.first;
    const words = notes.slice(notes.first, notes.count);
    for (let at = 0; at < words.length; at += NOTE_WORDS) {
      const timeNs = (words[at]! >>> 0) + words[at + 1]! * 2 ** 32;
      this.added(timeNs, words[at + 2]!, words[at + 3]!, words[at + 4]!, words[at + 5]!, words[at + 6]!);
    }
    notes.listeners.push(this);
  }

  /** All of them, wires first. */
  get list(): Wave[] {
    return [...this.wires, ...this.watched].map(({ wave }) => wave);
  }

  /** What is watched. */
  get expressions(): string[] {
    return this.watched.map(({ expression }) => expression);
  }

  added(timeNs: number, type: number, _pid: number, wire: number, value: number, detail: number): void {
    this.notes++;
    if (type === Note.wire) {
      const { wave, record } = this.wires[wire]!;
      record.add(...convert[wave.kind](timeNs, value, detail), this.notes);
    }
    for (const watched of this.watched) this.sample(watched, timeNs);
  }

  truncated(count: number): void {
    this.notes = count;
    for (const { record } of [...this.wires, ...this.watched]) record.truncate(count);
    for (const watched of this.watched) if (!watched.record.last) this.sample(watched, this.machine.timeNs);
  }

  /** Watches a variable, or a part of one. Throws what is wrong with the expression. */
  watch(expression: string): void {
    if (this.watched.some((watched) => watched.expression === expression)) return;
    const variable = this.firmware.variable(expression);
    const kind = variable.format === 'boolean' ? 'level' : 'analog';
    const watched: Watched = {
      wave: { id: VARIABLE + expression, device: null, name: expression, kind, unit: '' },
      record: new WaveRecord(KEEP),
      expression,
      read: reader(this.machine, variable),
    };
    this.watched.push(watched);
    this.sample(watched, this.machine.timeNs);
  }

  unwatch(expression: string): void {
    const at = this.watched.findIndex((watched) => watched.expression === expression);
    if (at >= 0) this.watched.splice(at, 1);
  }

  /** Changes of a wave in a span of time; see the contract. Undefined when there is no such wave. */
  span(id: string, from: number, to: number, points: number): Float64Array<ArrayBuffer> | undefined {
    return this.find(id)?.record.span(from, to, points);
  }

  neighbour(id: string, timeNs: number, back: boolean): Change | null {
    return this.find(id)?.record.neighbour(timeNs, back) ?? null;
  }

  private find(id: string): Recorded | undefined {
    return [...this.wires, ...this.watched].find(({ wave }) => wave.id === id);
  }

  private sample({ record, read }: Watched, timeNs: number): void {
    const value = read();
    if (!Object.is(record.last?.value, value)) record.add(timeNs, value, 0, this.notes);
  }
}

function waveOf({ name: device, kind: what }: Device, { name, kind, unit = '' }: WireInfo): Wave {
  // Some names begin with the device's, which stands before them anyway.
  const short = name.startsWith(`${device} `) ? name.slice(device.length + 1) : name;
  // Only a UART's bytes have start and stop bits.
  return {
    id: `${device} ${short}`,
    device,
    name: short,
    kind: kind === 'bytes' && what !== 'uart' ? 'bus' : kind,
    unit,
  };
}

function reader(machine: Machine, { address, size, format }: Variable): () => number {
  const view = new DataView(machine.kernel.memory.buffer);
  const at = address - BIAS;
  const bits = size * 8;
  if (format === 'float') return bits === 32 ? () => view.getFloat32(at, true) : () => view.getFloat64(at, true);
  if (bits === 64) {
    return format === 'signed' ? () => Number(view.getBigInt64(at, true)) : () => Number(view.getBigUint64(at, true));
  }
  if (bits === 8) return format === 'signed' ? () => view.getInt8(at) : () => view.getUint8(at);
  if (bits === 16) return format === 'signed' ? () => view.getInt16(at, true) : () => view.getUint16(at, true);
  return format === 'signed' ? () => view.getInt32(at, true) : () => view.getUint32(at, true);
}
