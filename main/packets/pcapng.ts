/** Files of packets: written as pcapng with stamps of nanoseconds, read as pcapng and pcap. */
import { joinBytes } from '../../kernel/net/bytes';
import type { Packet, PacketSource } from './source';

const Block = { Section: 0x0a0d0d0a, Interface: 1, Simple: 3, Enhanced: 6 } as const;
const Option = { End: 0, IfName: 2, TsResolution: 9, UserApplication: 4, Flags: 2 } as const;
const BYTE_ORDER = 0x1a2b3c4d;
const ETHERNET = 1;
/** 10^-9 s */
const NANOSECONDS = 9;
const MICROSECONDS = 6;
const DIRECTIONS = ['', 'in', 'out'] as const;

const padded = (length: number): number => Math.ceil(length / 4) * 4;

/** A file's beginning: its section, and an interface for each port. */
export function pcapngHead(interfaces: readonly string[]): Uint8Array {
  const application = option(Option.UserApplication, new TextEncoder().encode('Tickscope'));
  const section = new Uint8Array(16);
  const view = new DataView(section.buffer);
  view.setUint32(0, BYTE_ORDER, true);
  view.setUint16(4, 1, true);
  // The section's length is not known.
  view.setBigInt64(8, -1n, true);
  const ports = interfaces.map((name) => {
    const description = new Uint8Array(8);
    new DataView(description.buffer).setUint16(0, ETHERNET, true);
    const options = [
      option(Option.IfName, new TextEncoder().encode(name)),
      option(Option.TsResolution, new Uint8Array([NANOSECONDS])),
    ];
    return block(Block.Interface, description, ...options, END_OF_OPTIONS);
  });
  return joinBytes([block(Block.Section, section, application, END_OF_OPTIONS), ...ports]);
}

/** One packet, as a block that can stand behind others. */
export function pcapngPacket({ timeNs, interface: port, direction, bytes, length }: Packet): Uint8Array {
  const head = new Uint8Array(20);
  const view = new DataView(head.buffer);
  const time = BigInt(Math.floor(timeNs));
  view.setUint32(0, port, true);
  view.setUint32(4, Number(time >> 32n), true);
  view.setUint32(8, Number(time & 0xffff_ffffn), true);
  view.setUint32(12, bytes.length, true);
  view.setUint32(16, length, true);
  const data = new Uint8Array(padded(bytes.length));
  data.set(bytes);
  const flags = DIRECTIONS.indexOf(direction);
  const options = flags > 0 ? [option(Option.Flags, new Uint8Array([flags, 0, 0, 0])), END_OF_OPTIONS] : [];
  return block(Block.Enhanced, head, data, ...options);
}

/** A whole file. Boards run ahead of one another: in the file packets have the order of their times. */
export function writePcapng(source: PacketSource, numbers: readonly number[]): Uint8Array<ArrayBuffer> {
  const packets = numbers.map((number) => source.packet(number)).sort((a, b) => a.timeNs - b.timeNs);
  return joinBytes([pcapngHead(source.interfaces), ...packets.map(pcapngPacket)]);
}

function option(code: number, value: Uint8Array): Uint8Array {
  const result = new Uint8Array(4 + padded(value.length));
  const view = new DataView(result.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  result.set(value, 4);
  return result;
}
const END_OF_OPTIONS = new Uint8Array(4);

function block(type: number, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 12);
  const [head, tail] = [new Uint8Array(8), new Uint8Array(4)];
  new DataView(head.buffer).setUint32(0, type, true);
  new DataView(head.buffer).setUint32(4, length, true);
  new DataView(tail.buffer).setUint32(0, length, true);
  return joinBytes([head, ...parts, tail]);
}

// --- Reading -------------------------------------------------------------------------------------------------------

/** What a file holds. */
export class PacketFile implements PacketSource {
  readonly first = 1;

  constructor(
    readonly interfaces: readonly string[],
    private readonly packets: readonly Packet[],
  ) {}

  get end(): number {
    return this.packets.length + 1;
  }

  packet(number: number): Packet {
    return this.packets[number - 1]!;
  }
}

/**
 * Reads a pcapng or pcap file; times are counted from its first packet on.
 * @throws Error with what is wrong with it
 */
export function readPackets(bytes: Uint8Array): PacketFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length >= 4 ? view.getUint32(0, true) : 0;
  const file = magic === Block.Section ? readPcapng(bytes, view) : readPcap(bytes, view);
  const start = file.packets.reduce((least, { time }) => (time < least ? time : least), file.packets[0]?.time ?? 0n);
  const packets = file.packets.map(({ time, ...packet }, index) => ({
    ...packet,
    number: index + 1,
    timeNs: Number(time - start),
  }));
  return new PacketFile(file.interfaces, packets);
}

interface ReadFile {
  interfaces: string[];
  packets: (Omit<Packet, 'number' | 'timeNs'> & { time: bigint })[];
}

/** By the first number of a file: nanoseconds in a unit of its stamps. */
const PCAP_MAGIC: Readonly<Record<number, bigint>> = { 0xa1b2c3d4: 1000n, 0xa1b23c4d: 1n };

function readPcap(bytes: Uint8Array, view: DataView): ReadFile {
  if (bytes.length < 24) throw new Error('This is no capture: it is too short. Open a pcapng or pcap file.');
  const little = view.getUint32(0, true) in PCAP_MAGIC;
  const unit = PCAP_MAGIC[view.getUint32(0, little)];
  if (unit === undefined) throw new Error('This is no capture. Open a pcapng or pcap file.');
  checkLinkType(view.getUint32(20, little) & 0x0fff_ffff);
  const packets: ReadFile['packets'] = [];
  // A file that a program was still writing can end within a packet.
  for (let at = 24; at + 16 <= bytes.length;) {
    const [kept, length] = [view.getUint32(at + 8, little), view.getUint32(at + 12, little)];
    const end = at + 16 + kept;
    if (end > bytes.length) break;
    const time = BigInt(view.getUint32(at, little)) * 1_000_000_000n + BigInt(view.getUint32(at + 4, little)) * unit;
    packets.push({ time, interface: 0, direction: '', bytes: bytes.subarray(at + 16, end), length });
    at = end;
  }
  return { interfaces: [''], packets };
}

function checkLinkType(type: number): void {
  if (type !== ETHERNET) {
    throw new Error(
      `The capture is not of Ethernet (its link type is ${type}): there is nothing here to decode it by.`,
    );
  }
}

interface Port {
  name: string;
  /** A stamp in nanoseconds. */
  toNs: (stamp: bigint) => bigint;
}

function readPcapng(bytes: Uint8Array, view: DataView): ReadFile {
  const packets: ReadFile['packets'] = [];
  const all: Port[] = [];
  /** Interfaces are numbered anew in each section. */
  let base = 0;
  let little = true;
  for (let at = 0; at + 12 <= bytes.length;) {
    const isSection = view.getUint32(at, true) === Block.Section;
    if (isSection) {
      little = view.getUint32(at + 8, true) === BYTE_ORDER;
      base = all.length;
    }
    const [type, length] = [view.getUint32(at, little), view.getUint32(at + 4, little)];
    if (length < 12 || length % 4 !== 0) throw new Error(`The capture is damaged at byte ${at}.`);
    const end = at + length;
    if (end > bytes.length) break;
    const body = new DataView(bytes.buffer, bytes.byteOffset + at + 8, length - 12);
    if (type === Block.Interface) all.push(readInterface(body, little, all.length - base));
    else if (type === Block.Enhanced && body.byteLength >= 20) {
      const port = base + body.getUint32(0, little);
      const kept = body.getUint32(12, little);
      const owner = all[port];
      if (!owner || 20 + kept > body.byteLength) throw new Error(`The capture is damaged at byte ${at}.`);
      const stamp = (BigInt(body.getUint32(4, little)) << 32n) | BigInt(body.getUint32(8, little));
      const options = optionsOf(body, 20 + padded(kept), little);
      const flags = options.get(Option.Flags);
      packets.push({
        time: owner.toNs(stamp),
        interface: port,
        direction: flags ? (DIRECTIONS[flags.getUint32(0, little) & 3] ?? '') : '',
        bytes: bytes.subarray(at + 28, at + 28 + kept),
        length: body.getUint32(16, little),
      });
    } else if (type === Block.Simple) {
      const kept = Math.min(length - 16, body.getUint32(0, little));
      const data = bytes.subarray(at + 12, at + 12 + kept);
      packets.push({ time: 0n, interface: base, direction: '', bytes: data, length: body.getUint32(0, little) });
    }
    at = end;
  }
  return { interfaces: all.map(({ name }) => name), packets };
}

function readInterface(body: DataView, little: boolean, index: number): Port {
  checkLinkType(body.getUint16(0, little));
  const options = optionsOf(body, 8, little);
  const name = options.get(Option.IfName);
  const resolution = options.get(Option.TsResolution)?.getUint8(0) ?? MICROSECONDS;
  const isBinary = resolution >= 0x80;
  const perSecond = isBinary ? 1n << BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
  const text = name && new TextDecoder().decode(new Uint8Array(name.buffer, name.byteOffset, name.byteLength));
  return {
    name: text?.replace(/\0+$/, '') || `interface ${index}`,
    toNs: (stamp) => (stamp * 1_000_000_000n) / perSecond,
  };
}

function optionsOf(body: DataView, from: number, little: boolean): Map<number, DataView> {
  const options = new Map<number, DataView>();
  for (let at = from; at + 4 <= body.byteLength;) {
    const [code, length] = [body.getUint16(at, little), body.getUint16(at + 2, little)];
    if (code === Option.End || at + 4 + length > body.byteLength) break;
    options.set(code, new DataView(body.buffer, body.byteOffset + at + 4, length));
    at += 4 + padded(length);
  }
  return options;
}
