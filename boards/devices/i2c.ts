/**
 * An I2C bus with its master and NuttX's driver, /dev/i2cN (nuttx/i2c/i2c_master.h; NuttX: drivers/i2c/i2c_driver.c). Each
 * byte takes its nine clocks, START and STOP one each; an interrupt tells of the end.
 */
import { Errno } from '../../kernel/errno';
import type { OpenFile } from '../../kernel/fs/file';
import { hardwareNow, hardwareState, schedule, wireChanged } from '../../kernel/hardware';
import { raiseInterrupt } from '../../kernel/irq';
import type { Kernel } from '../../kernel/kernel';
import type { Device } from '../device';
import { doJob, emptyBus, jobDone, runningJob, type Bus, type Job } from './bus';

/** A device on the bus, as the master meets it. */
export interface I2cSlave {
  /** Seven bits. */
  address: number;
  /** START and its address: the master is about to read from it, or to write. */
  begin(k: Kernel, reads: boolean): void;
  /** A byte for it; false: it does not acknowledge it. */
  write(k: Kernel, byte: number): boolean;
  /** The next byte of it. */
  read(k: Kernel): number;
}

/** One message of a transfer. Each begins with a START, repeated or not, unless its flags say otherwise. */
export interface I2cMessage {
  address: number;
  /** I2C_M_... */
  flags: number;
  /** Hertz. */
  frequency: number;
  /** Those that are written; those that have been read. */
  bytes: number[];
}

const Flag = { Read: 0x0001, Ten: 0x0002, NoStop: 0x0040, NoStart: 0x0080 } as const;
export const I2C_READ = Flag.Read;

/** struct i2c_msg_s */
const Field = { frequency: 0, address: 4, flags: 6, buffer: 8, length: 12 } as const;
const MESSAGE_SIZE = 16;
const Ioctl = { Transfer: 0x2101, Reset: 0x2102 } as const;

const BITS_PER_BYTE = 9;

interface Transfer extends Job {
  messages: I2cMessage[];
  /** The message that is on the wires, and the byte of it: below zero for its address. */
  message: number;
  byte: number;
  /** Cycle at which the message began, and bits since then. */
  began: number;
  bits: number;
}

/** What passes on the wires. */
const Event = { Byte: 0, End: 1 } as const;

const messageOf = ({ messages, message }: Transfer): I2cMessage => messages[message]!;

/** Something has passed after so many bits more. */
function after(k: Kernel, bus: string, transfer: Transfer, bits: number, what: number): void {
  transfer.bits += bits;
  const cycles = Math.round((transfer.bits * k.state.settings.cpuHz) / messageOf(transfer).frequency);
  schedule(k, bus, transfer.began + cycles, what);
}

function beginMessage(k: Kernel, bus: string, transfer: Transfer): void {
  const addressed = (messageOf(transfer).flags & Flag.NoStart) === 0;
  Object.assign(transfer, { began: hardwareNow(k), bits: 0, byte: addressed ? -1 : 0 });
  if (addressed) after(k, bus, transfer, 1 + BITS_PER_BYTE, Event.Byte);
  else nextByte(k, bus, transfer);
}

function nextByte(k: Kernel, bus: string, transfer: Transfer): void {
  if (transfer.byte < messageOf(transfer).bytes.length) {
    after(k, bus, transfer, BITS_PER_BYTE, Event.Byte);
  } else if (transfer.message + 1 < transfer.messages.length) {
    transfer.message++;
    beginMessage(k, bus, transfer);
  } else {
    after(k, bus, transfer, messageOf(transfer).flags & Flag.NoStop ? 0 : 1, Event.End);
  }
}

/** A byte has passed; false: nobody acknowledged it. */
function passByte(k: Kernel, bus: string, transfer: Transfer, slaves: readonly I2cSlave[]): boolean {
  const { address, flags, bytes, frequency } = messageOf(transfer);
  const reads = (flags & Flag.Read) !== 0;
  const slave = flags & Flag.Ten ? undefined : slaves.find((each) => each.address === address);
  const { byte } = transfer;
  if (byte < 0) {
    // A 10-bit address begins with its two upper bits behind 11110.
    const head = flags & Flag.Ten ? 0x78 | (address >> 8) : address;
    wireChanged(k, bus, 0, (head << 1) | Number(reads), frequency);
    slave?.begin(k, reads);
    return slave !== undefined;
  }
  if (reads) bytes[byte] = slave?.read(k) ?? 0xff;
  wireChanged(k, bus, 0, bytes[byte]!, frequency);
  return reads || (slave?.write(k, bytes[byte]!) ?? false);
}

/**
 * The running task's transfer: what was read is in the messages that come back. BLOCKED is to be given on; the driver's
 * operation is called again then.
 *
 * @returns the messages, or -ENXIO: there is nobody at an address, or a byte was not acknowledged
 */
export function i2cTransfer<M extends I2cMessage>(k: Kernel, bus: string, make: () => M[]): M[] | number {
  const begin = (kernel: Kernel, transfer: Transfer) => beginMessage(kernel, bus, transfer);
  const job = doJob<Transfer>(k, bus, () => ({ messages: make(), message: 0, byte: 0, began: 0, bits: 0 }), begin);
  if (typeof job === 'number') return job;
  return job.result < 0 ? job.result : (job.messages as M[]);
}

interface UserMessage extends I2cMessage {
  buffer: number;
}

/** Messages of a struct i2c_transfer_s; null: none, or one with no frequency or no buffer. */
function loadMessages({ memory }: Kernel, address: number): UserMessage[] | null {
  if (address === 0) return null;
  const [first, count] = [memory.load32(address), memory.load32(address + 4)];
  if (first === 0 || count <= 0) return null;
  const messages: UserMessage[] = [];
  for (let at = first; at < first + count * MESSAGE_SIZE; at += MESSAGE_SIZE) {
    const [buffer, length] = [memory.load32(at + Field.buffer), memory.load32(at + Field.length)];
    const frequency = memory.load32(at + Field.frequency) >>> 0;
    if (frequency === 0 || length < 0 || (length > 0 && buffer === 0)) return null;
    messages.push({
      address: memory.load16(at + Field.address) & 0x3ff,
      flags: memory.load16(at + Field.flags) & 0xffff,
      frequency,
      bytes: [...memory.slice(buffer, length)],
      buffer,
    });
  }
  return messages;
}

/** `slaves` are the devices on the bus. */
export function i2c(
  name: string,
  { node, irq, slaves }: { node: string; irq: number; slaves: readonly I2cSlave[] },
): Device {
  /** -EINVAL: no such messages; -ENXIO: nobody acknowledges. */
  function transfer(k: Kernel, address: number): number {
    const messages = loadMessages(k, address);
    if (!messages) return -Errno.EINVAL;
    const done = i2cTransfer(k, name, () => messages);
    if (typeof done === 'number') return done;
    for (const { flags, buffer, bytes } of done) {
      if (flags & Flag.Read) k.memory.slice(buffer, bytes.length).set(bytes);
    }
    return 0;
  }

  function ioctl(k: Kernel, _file: OpenFile, request: number, arg: number): number {
    if (request === Ioctl.Transfer) return transfer(k, arg);
    // Nobody holds the wires of this bus down.
    return request === Ioctl.Reset ? 0 : -Errno.ENOTTY;
  }

  return {
    name,
    kind: 'i2c',
    state: emptyBus<Transfer>(),
    wires: [{ name, kind: 'bytes' }],
    nodes: [
      { path: node, operations: { uninterruptible: true, read: () => 0, write: (_k, _file, _data, n) => n, ioctl } },
    ],
    event(k, what) {
      const transfer = runningJob<Transfer>(k, name);
      if (what === Event.End) {
        raiseInterrupt(k, irq);
      } else if (passByte(k, name, transfer, slaves)) {
        transfer.byte++;
        nextByte(k, name, transfer);
      } else {
        transfer.result = -Errno.ENXIO;
        after(k, name, transfer, 1, Event.End);
      }
    },
    irq: {
      number: irq,
      handler: (k) => jobDone<Transfer>(k, name, (kernel, job) => beginMessage(kernel, name, job)),
    },
    view(k) {
      const { jobs } = hardwareState<Bus<Transfer>>(k, name);
      const transfer = jobs.find(({ state }) => state === 'runs');
      return {
        registers: [
          { name: 'BUSY', value: Number(transfer !== undefined), bits: 1 },
          { name: 'ADDR', value: transfer ? messageOf(transfer).address : 0, bits: 10 },
        ],
        controls: [],
      };
    },
  };
}
