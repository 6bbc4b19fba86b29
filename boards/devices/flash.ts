/**
 * A serial NOR flash chip of the W25Q family on an SPI bus, and the block device that NuttX makes of it, /dev/mtdblockN
 * (drivers/mtd/w25.c behind drivers/mtd/ftl.c). Erased bytes are 0xff, and programming only clears bits.
 */
import { Errno } from '../../kernel/errno';
import { blockFile } from '../../kernel/fs/bch';
import type { BlockOperations } from '../../kernel/fs/block';
import type { OpenFile } from '../../kernel/fs/file';
import { busyWait, cyclesOf, deviceMemory, hardwareNow, hardwareState } from '../../kernel/hardware';
import { cyclesToNs, type Kernel } from '../../kernel/kernel';
import type { Device } from '../device';
import type { SpiSlave } from './spi';

export interface FlashOptions {
  node: string;
  /** SPIDEV_FLASH(n) of nuttx/spi/spi.h. */
  id: number;
  /** Bytes, a power of two from 64 KiB to 8 MiB. */
  size: number;
  /** Hertz of the bus for the block device. */
  frequency: number;
}

const Command = {
  WriteStatus: 0x01,
  PageProgram: 0x02,
  Read: 0x03,
  WriteDisable: 0x04,
  ReadStatus: 0x05,
  WriteEnable: 0x06,
  FastRead: 0x0b,
  SectorErase: 0x20,
  HalfBlockErase: 0x52,
  ChipEraseToo: 0x60,
  Manufacturer: 0x90,
  JedecId: 0x9f,
  WakeUp: 0xab,
  PowerDown: 0xb9,
  ChipErase: 0xc7,
  BlockErase: 0xd8,
} as const;

const Status = { Busy: 1, WriteEnabled: 2, Protection: 0x1c, ProtectionShift: 2, Writable: 0xfc } as const;

const PAGE = 256;
const SECTOR = 4096;
/** Sectors of the block device (CONFIG_W25_SECTOR512). */
const BLOCK = 512;
const ERASED = 0xff;
const WINBOND = 0xef;
const MEMORY_TYPE = 0x40;
/** Bytes of a command and its address. */
const HEAD = 4;

/** Typical times of the data sheet, in nanoseconds. */
const Time = { program: 700_000, status: 10_000_000, chipPer64K: 125_000_000 } as const;
const erases: Readonly<Record<number, { size: number; ns: number }>> = {
  [Command.SectorErase]: { size: SECTOR, ns: 45_000_000 },
  [Command.HalfBlockErase]: { size: 8 * SECTOR, ns: 120_000_000 },
  [Command.BlockErase]: { size: 16 * SECTOR, ns: 150_000_000 },
};

const Ioctl = { Geometry: 0x0601, BulkErase: 0x0603, EraseState: 0x060a, EraseSectors: 0x060c } as const;
/** struct mtd_geometry_s */
const Geometry = { blockSize: 0, eraseSize: 4, eraseBlocks: 8, model: 12 } as const;

interface State {
  /** Status register without the busy bit, which `busyUntil` says: a cycle. */
  status: number;
  busyUntil: number;
  poweredDown: boolean;
  /** What has come since it was selected: the command and its address; and how many bytes. */
  head: number[];
  passed: number;
  /** A page to be programmed when it is deselected. */
  page: number[];
}

const isPowerOfTwo = (size: number) => (size & (size - 1)) === 0;

export function flash(name: string, { node, id, size, frequency }: FlashOptions): Device & { slave: SpiSlave } {
  if (!isPowerOfTwo(size)) throw new Error(`${name}: a flash chip of ${size} bytes is not made`);
  const stateOf = (k: Kernel) => hardwareState<State>(k, name);
  const capacity = Math.log2(size);

  const isBusy = (k: Kernel, { busyUntil }: State) => hardwareNow(k) < busyUntil;
  const be = (k: Kernel, state: State, ns: number) => (state.busyUntil = hardwareNow(k) + cyclesOf(k, ns));

  /** From there on bytes are protected by the status register: the upper 64 KiB, twice as many, and so on to all. */
  function protectedFrom({ status }: State): number {
    const bits = (status & Status.Protection) >> Status.ProtectionShift;
    return bits === 0 ? size : Math.max(0, size - (0x8000 << bits));
  }

  const addressOf = ([, high, middle, low]: number[]) => ((high! << 16) | (middle! << 8) | low!) & (size - 1);

  function erase(k: Kernel, state: State, start: number, length: number, ns: number): void {
    state.status &= ~Status.WriteEnabled;
    if (start + length > protectedFrom(state)) return;
    deviceMemory(k, name).fill(ERASED, start, start + length);
    be(k, state, ns);
  }

  /** Bits are cleared; what goes beyond the end of the page comes to its beginning. */
  function program(k: Kernel, state: State): void {
    state.status &= ~Status.WriteEnabled;
    const start = addressOf(state.head);
    const page = start & -PAGE;
    if (state.page.length === 0 || page >= protectedFrom(state)) return;
    const memory = deviceMemory(k, name);
    // More than a page begins again in front.
    state.page.forEach((byte, i) => (memory[page + ((start + i) % PAGE)]! &= byte));
    be(k, state, Time.program);
  }

  /** What a command gives from its byte number `at` on. */
  function answer(k: Kernel, state: State, at: number): number {
    const { head } = state;
    switch (head[0]) {
      case Command.ReadStatus:
        return state.status | (isBusy(k, state) ? Status.Busy : 0);
      case Command.JedecId:
        return [WINBOND, MEMORY_TYPE, capacity][(at - 1) % 3]!;
      case Command.WakeUp:
        return at < HEAD ? ERASED : capacity - 1;
      case Command.Manufacturer:
        return at < HEAD ? ERASED : (at + head[3]!) % 2 === 0 ? WINBOND : capacity - 1;
      case Command.Read:
        return at < HEAD ? ERASED : deviceMemory(k, name)[(addressOf(head) + at - HEAD) % size]!;
      case Command.FastRead:
        return at <= HEAD ? ERASED : deviceMemory(k, name)[(addressOf(head) + at - HEAD - 1) % size]!;
      default:
        return ERASED;
    }
  }

  /** The command is complete. */
  function execute(k: Kernel, state: State): void {
    const { head, passed } = state;
    const enabled = (state.status & Status.WriteEnabled) !== 0;
    const erased = erases[head[0]!];
    if (erased && enabled && passed === HEAD) {
      erase(k, state, addressOf(head) & -erased.size, erased.size, erased.ns);
      return;
    }
    switch (head[0]!) {
      case Command.WriteEnable:
        state.status |= Status.WriteEnabled;
        break;
      case Command.WriteDisable:
        state.status &= ~Status.WriteEnabled;
        break;
      case Command.WriteStatus:
        if (!enabled || passed < 2) break;
        state.status = head[1]! & Status.Writable;
        be(k, state, Time.status);
        break;
      case Command.PageProgram:
        if (enabled) program(k, state);
        break;
      case Command.ChipErase:
      case Command.ChipEraseToo:
        if (enabled) erase(k, state, 0, size, (Time.chipPer64K * size) / 0x10000);
        break;
      case Command.PowerDown:
        state.poweredDown = true;
        break;
      case Command.WakeUp:
        state.poweredDown = false;
        break;
      default:
    }
  }

  /** It hears nothing but its wake-up call when powered down, and only of its status when busy. */
  function hears(k: Kernel, state: State): boolean {
    const [command] = state.head;
    if (state.poweredDown) return command === Command.WakeUp;
    return command === Command.ReadStatus || !isBusy(k, state);
  }

  const slave: SpiSlave = {
    id,
    select(k, selected) {
      const state = stateOf(k);
      if (!selected && state.passed > 0 && hears(k, state)) execute(k, state);
      Object.assign(state, { head: [], passed: 0, page: [] });
    },
    exchange(k, byte) {
      const state = stateOf(k);
      const at = state.passed++;
      if (at < HEAD) state.head.push(byte);
      else if (state.head[0] === Command.PageProgram) state.page[(at - HEAD) % PAGE] = byte;
      return at > 0 && hears(k, state) ? answer(k, state, at) : ERASED;
    },
  };

  /** The driver polls the chip until it is ready, after bytes have gone over the bus. */
  function drive(k: Kernel, bytes: number, ns = 0): void {
    const state = stateOf(k);
    const wait = Math.max(0, cyclesToNs(k.state, state.busyUntil - hardwareNow(k)));
    busyWait(k, wait + ((HEAD + bytes) * 8 * 1e9) / frequency + ns);
  }

  /** As NuttX's translation layer: erase blocks are read, erased and programmed again, page by page. */
  const block: BlockOperations = {
    geometry: () => ({ sectorSize: BLOCK, sectors: size / BLOCK, writable: true }),
    view(k, _object, sector, count) {
      const start = sector * BLOCK;
      if (sector < 0 || start + count * BLOCK > size) return null;
      drive(k, count * BLOCK);
      return deviceMemory(k, name).subarray(start, start + count * BLOCK);
    },
    write(k, _object, sector, bytes) {
      const start = sector * BLOCK;
      if (sector < 0 || start + bytes.length > size) return -Errno.EIO;
      if (start + bytes.length > protectedFrom(stateOf(k))) return -Errno.EIO;
      const memory = deviceMemory(k, name);
      memory.set(bytes, start);
      const first = Math.floor(start / SECTOR);
      const sectors = Math.ceil((start + bytes.length) / SECTOR) - first;
      const pages = (sectors * SECTOR) / PAGE;
      drive(
        k,
        sectors * (2 * SECTOR + HEAD) + pages * HEAD,
        sectors * erases[Command.SectorErase]!.ns + pages * Time.program,
      );
      return 0;
    },
  };

  function eraseSectors(k: Kernel, first: number, count: number): number {
    if (count === 0 || (first + count) * SECTOR > size) return -Errno.EINVAL;
    const state = stateOf(k);
    if ((first + count) * SECTOR > protectedFrom(state)) return -Errno.EIO;
    deviceMemory(k, name).fill(ERASED, first * SECTOR, (first + count) * SECTOR);
    drive(k, 0, count * erases[Command.SectorErase]!.ns);
    return 0;
  }

  /** MTDIOC_...; -EINVAL: no address, or sectors that are not there; -EIO: the chip protects them. */
  function ioctl(k: Kernel, file: OpenFile, request: number, arg: number): number {
    const { memory } = k;
    if (request === Ioctl.BulkErase) return eraseSectors(k, 0, size / SECTOR);
    const known = request === Ioctl.Geometry || request === Ioctl.EraseState || request === Ioctl.EraseSectors;
    if (!known) return blockFile.ioctl!(k, file, request, arg);
    if (arg === 0) return -Errno.EINVAL;
    switch (request) {
      case Ioctl.EraseSectors:
        return eraseSectors(k, memory.load32(arg) >>> 0, memory.load32(arg + 4) >>> 0);
      case Ioctl.EraseState:
        memory.store8(arg, ERASED);
        return 0;
      default:
        memory.store32(arg + Geometry.blockSize, BLOCK);
        memory.store32(arg + Geometry.eraseSize, SECTOR);
        memory.store32(arg + Geometry.eraseBlocks, size / SECTOR);
        memory.storeString(arg + Geometry.model, 'w25');
        return 0;
    }
  }

  return {
    name,
    kind: 'flash',
    slave,
    state: {
      status: 0,
      busyUntil: 0,
      poweredDown: false,
      head: [],
      passed: 0,
      page: [],
    } satisfies State,
    memory: { size, fill: ERASED },
    kept(k) {
      const { status, busyUntil, poweredDown } = stateOf(k);
      return { status, busyUntil, poweredDown };
    },
    nodes: [{ path: node, operations: { ...blockFile, ioctl }, block }],
    view(k) {
      const state = stateOf(k);
      return {
        registers: [
          { name: 'SR1', value: state.status | (isBusy(k, state) ? Status.Busy : 0), bits: 8 },
          { name: 'JEDEC', value: (WINBOND << 16) | (MEMORY_TYPE << 8) | capacity, bits: 24 },
        ],
        controls: [
          {
            type: 'text',
            label: 'Chip',
            text: `${size / 1024} KiB, ${isBusy(k, state) ? 'busy' : state.poweredDown ? 'powered down' : 'ready'}`,
          },
        ],
      };
    },
  };
}
