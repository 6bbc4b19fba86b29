/**
 * An SPI bus with its master and NuttX's driver, /dev/spiN (nuttx/spi/spi_transfer.h; NuttX: drivers/spi/spi_driver.c). Each
 * word takes as many clocks as it has bits; an interrupt tells of the end.
 */
import { Errno } from '../../kernel/errno';
import type { OpenFile } from '../../kernel/fs/file';
import { cyclesOf, hardwareNow, hardwareState, schedule, wireChanged } from '../../kernel/hardware';
import { raiseInterrupt } from '../../kernel/irq';
import type { Kernel } from '../../kernel/kernel';
import type { Device } from '../device';
import { doJob, emptyBus, jobDone, runningJob, type Bus, type Job } from './bus';

/** A device on the bus. */
export interface SpiSlave {
  /** SPIDEV_ID of nuttx/spi/spi.h. */
  id: number;
  /** Its chip select. */
  select(k: Kernel, selected: boolean): void;
  /** A byte for it, and the one of it that passes at the same time. */
  exchange(k: Kernel, byte: number): number;
}

const Ioctl = { Transfer: 0x2201 } as const;
/** struct spi_sequence_s, struct spi_trans_s */
const Sequence = { device: 0, mode: 4, bits: 5, count: 6, frequency: 8, first: 12 } as const;
const Part = { deselect: 0, delay: 4, words: 8, sent: 12, received: 16 } as const;
const PART_SIZE = 20;

const MODES = 4;
const MAX_BITS = 16;
/** What its counter can hold. */
const MAX_WORDS = 0xffff;
const NS_PER_US = 1000;
/** What is read where nobody drives the line. */
const IDLE = 0xff;

interface Exchange {
  deselect: boolean;
  /** Microseconds behind it. */
  delay: number;
  words: number;
  bytes: number[];
  /** Where those that come in are to be put; 0 for nowhere. */
  received: number;
}

interface Transfer extends Job {
  device: number;
  bits: number;
  frequency: number;
  parts: Exchange[];
  part: number;
}

/** A struct spi_sequence_s; null: there is none, or it asks for what cannot be. */
function loadSequence({ memory }: Kernel, address: number): Omit<Transfer, keyof Job> | null {
  if (address === 0) return null;
  const [mode, bits, count] = [Sequence.mode, Sequence.bits, Sequence.count].map((at) => memory.load8(address + at));
  const frequency = memory.load32(address + Sequence.frequency) >>> 0;
  const first = memory.load32(address + Sequence.first);
  if (mode! >= MODES || bits! === 0 || bits! > MAX_BITS || count === 0 || frequency === 0 || first === 0) return null;
  const bytesPerWord = bits! > 8 ? 2 : 1;
  const parts: Exchange[] = [];
  for (let at = first; parts.length < count!; at += PART_SIZE) {
    const [words, sent] = [memory.load32(at + Part.words), memory.load32(at + Part.sent)];
    if (words >>> 0 > MAX_WORDS) return null;
    const size = words * bytesPerWord;
    parts.push({
      deselect: memory.load8(at + Part.deselect) !== 0,
      delay: memory.load32(at + Part.delay) >>> 0,
      words,
      bytes: sent === 0 ? new Array<number>(size).fill(IDLE) : [...memory.slice(sent, size)],
      received: memory.load32(at + Part.received),
    });
  }
  return { device: memory.load32(address + Sequence.device), bits: bits!, frequency, parts, part: 0 };
}

/** `slaves` are the devices on the bus. */
export function spi(
  name: string,
  { node, irq, slaves }: { node: string; irq: number; slaves: readonly SpiSlave[] },
): Device {
  function select(k: Kernel, device: number, selected: boolean): void {
    const index = slaves.findIndex(({ id }) => id === device);
    if (index < 0) return;
    slaves[index]!.select(k, selected);
    wireChanged(k, name, index, selected ? 0 : 1);
  }

  /** A part begins: its words are on the wire until the event comes. */
  function begin(k: Kernel, { device, frequency, bits, parts, part }: Transfer): void {
    const { words, delay } = parts[part]!;
    if (part === 0 || parts[part - 1]!.deselect) select(k, device, true);
    const cycles = Math.round((words * bits * k.state.settings.cpuHz) / frequency);
    schedule(k, name, hardwareNow(k) + cycles + (delay > 0 ? cyclesOf(k, delay * NS_PER_US) : 0));
  }

  /** -EINVAL: no sequence, or one that asks for what cannot be. */
  function transfer(k: Kernel, address: number): number {
    const sequence = loadSequence(k, address);
    if (!sequence) return -Errno.EINVAL;
    const done = doJob<Transfer>(k, name, () => sequence, begin);
    if (typeof done === 'number') return done;
    for (const { received, bytes } of done.parts) if (received !== 0) k.memory.slice(received, bytes.length).set(bytes);
    return 0;
  }

  function ioctl(k: Kernel, _file: OpenFile, request: number, arg: number): number {
    return request === Ioctl.Transfer ? transfer(k, arg) : -Errno.ENOTTY;
  }

  return {
    name,
    kind: 'spi',
    state: emptyBus<Transfer>(),
    wires: slaves.map((_, i) => ({ name: `${name} CS${i}`, kind: 'level' })),
    nodes: [
      { path: node, operations: { uninterruptible: true, read: () => 0, write: (_k, _file, _data, n) => n, ioctl } },
    ],
    start(k) {
      slaves.forEach((_, i) => wireChanged(k, name, i, 1));
    },
    /** The words of a part have passed. */
    event(k) {
      const transfer = runningJob<Transfer>(k, name);
      const { device, bits, parts, part } = transfer;
      const { bytes, deselect } = parts[part]!;
      const slave = slaves.find(({ id }) => id === device);
      // Words of more than eight bits are in memory with their lower byte first, and on the wire with the upper one.
      const swap = bits > 8 ? 1 : 0;
      for (let i = 0; i < bytes.length; i++) {
        const at = i ^ swap;
        bytes[at] = slave?.exchange(k, bytes[at]!) ?? IDLE;
      }
      const last = part + 1 === parts.length;
      if (deselect || last) select(k, device, false);
      if (last) {
        raiseInterrupt(k, irq);
      } else {
        transfer.part++;
        begin(k, transfer);
      }
    },
    irq: { number: irq, handler: (k) => jobDone<Transfer>(k, name, begin) },
    view(k) {
      const { jobs } = hardwareState<Bus<Transfer>>(k, name);
      const transfer = jobs.find(({ state }) => state === 'runs');
      return {
        registers: [
          { name: 'BUSY', value: Number(transfer !== undefined), bits: 1 },
          { name: 'DEV', value: transfer?.device ?? 0, bits: 32 },
        ],
        controls: [],
      };
    },
  };
}
