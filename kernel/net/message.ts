/** Messages in the firmware's memory: a buffer, or a struct msghdr with several and control messages. */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { loadSocketAddress, storeSocketAddress } from './sockaddr';
import { Message, type ControlMessage, type InMessage, type OutMessage } from './socket';

/** A piece of memory. */
interface Span {
  address: number;
  length: number;
}

/** Offsets in struct msghdr, struct iovec and struct cmsghdr. */
const Header = { name: 0, nameLength: 4, iov: 8, iovLength: 12, control: 16, controlLength: 20, flags: 24 } as const;
const Iovec = { base: 0, length: 4, size: 8 } as const;
const Control = { length: 0, level: 4, type: 8, size: 12 } as const;

const MOST_SPANS = 1024;
const aligned = (length: number) => (length + 3) & ~3;

function gather({ memory }: Kernel, spans: readonly Span[], from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  let at = 0;
  for (const { address, length } of spans) {
    const [begin, end] = [Math.max(from, at), Math.min(to, at + length)];
    if (begin < end) bytes.set(memory.slice(address + begin - at, end - begin), begin - from);
    at += length;
  }
  return bytes;
}

function scatter({ memory }: Kernel, spans: readonly Span[], offset: number, bytes: Uint8Array): void {
  let at = 0;
  for (const { address, length } of spans) {
    const [begin, end] = [Math.max(offset, at), Math.min(offset + bytes.length, at + length)];
    if (begin < end) memory.slice(address + begin - at, end - begin).set(bytes.subarray(begin - offset, end - offset));
    at += length;
  }
}

const total = (spans: readonly Span[]) => spans.reduce((sum, { length }) => sum + length, 0);

/** -EFAULT: there should be bytes, but no address is given for them. */
function checked(spans: readonly Span[]): Span[] | number {
  return spans.some(({ address, length }) => address === 0 && length > 0) ? -Errno.EFAULT : [...spans];
}

const flat = (address: number, length: number) => checked([{ address, length: length >>> 0 }]);

function spansOf({ memory }: Kernel, header: number): Span[] | number {
  const [iov, count] = [memory.load32(header + Header.iov), memory.load32(header + Header.iovLength)];
  if (count < 0 || count > MOST_SPANS) return -Errno.EMSGSIZE;
  if (count > 0 && iov === 0) return -Errno.EFAULT;
  const spans = Array.from({ length: count }, (_, i) => {
    const at = iov + i * Iovec.size;
    return { address: memory.load32(at + Iovec.base), length: memory.load32(at + Iovec.length) >>> 0 };
  });
  return checked(spans);
}

function outMessage(
  k: Kernel,
  spans: Span[],
  flags: number,
  to: number,
  toLength: number,
  control: ControlMessage[],
): OutMessage | number {
  const address = to === 0 ? null : loadSocketAddress(k, to, toLength);
  if (typeof address === 'number') return address;
  return { length: total(spans), gather: (from, end) => gather(k, spans, from, end), to: address, flags, control };
}

/** What sendto is given. -EFAULT: no buffer; and as {@link loadSocketAddress}. */
export function messageOut(
  k: Kernel,
  data: number,
  length: number,
  flags: number,
  to: number,
  toLength: number,
): OutMessage | number {
  const spans = flat(data, length);
  return typeof spans === 'number' ? spans : outMessage(k, spans, flags, to, toLength, []);
}

/** The same of sendmsg. -EINVAL: a control message that does not fit; -EMSGSIZE: too many buffers. */
export function headerOut(k: Kernel, header: number, flags: number): OutMessage | number {
  if (header === 0) return -Errno.EFAULT;
  const spans = spansOf(k, header);
  if (typeof spans === 'number') return spans;
  const control = loadControl(k, header);
  if (typeof control === 'number') return control;
  const [name, nameLength] = [k.memory.load32(header + Header.name), k.memory.load32(header + Header.nameLength)];
  return outMessage(k, spans, flags, name, nameLength, control);
}

function loadControl({ memory }: Kernel, header: number): ControlMessage[] | number {
  const [begin, length] = [memory.load32(header + Header.control), memory.load32(header + Header.controlLength)];
  const found: ControlMessage[] = [];
  if (begin === 0) return found;
  const end = begin + length;
  for (let at = begin; at + Control.size <= end;) {
    const size = memory.load32(at + Control.length);
    if (size < Control.size || at + size > end) return -Errno.EINVAL;
    const data = memory.slice(at + Control.size, size - Control.size).slice();
    found.push({ level: memory.load32(at + Control.level), type: memory.load32(at + Control.type), data });
    at += aligned(size);
  }
  return found;
}

function inMessage(k: Kernel, spans: Span[], flags: number): InMessage {
  return {
    room: total(spans),
    scatter: (at, bytes) => scatter(k, spans, at, bytes),
    ...{ flags, from: null, outFlags: 0, control: [] },
  };
}

/** What recvfrom has room for. -EFAULT: no buffer. */
export function messageIn(k: Kernel, data: number, length: number, flags: number): InMessage | number {
  const spans = flat(data, length);
  return typeof spans === 'number' ? spans : inMessage(k, spans, flags);
}

/** The same of recvmsg. */
export function headerIn(k: Kernel, header: number, flags: number): InMessage | number {
  if (header === 0) return -Errno.EFAULT;
  const spans = spansOf(k, header);
  return typeof spans === 'number' ? spans : inMessage(k, spans, flags);
}

/** Tells what recvmsg has got beside the bytes. Control messages that do not fit are lost, which MSG_CTRUNC says. */
export function storeHeader(k: Kernel, header: number, message: InMessage): void {
  const { memory } = k;
  const name = memory.load32(header + Header.name);
  if (!message.from) memory.store32(header + Header.nameLength, 0);
  else storeSocketAddress(k, message.from, name, header + Header.nameLength);
  const begin = memory.load32(header + Header.control);
  const room = begin === 0 ? 0 : memory.load32(header + Header.controlLength);
  let used = 0;
  let flags = message.outFlags;
  for (const { level, type, data } of message.control) {
    const size = Control.size + data.length;
    if (used + size > room) {
      flags |= Message.ControlTruncated;
      break;
    }
    const at = begin + used;
    memory.store32(at + Control.length, size);
    memory.store32(at + Control.level, level);
    memory.store32(at + Control.type, type);
    memory.slice(at + Control.size, data.length).set(data);
    used = Math.min(room, used + aligned(size));
  }
  memory.store32(header + Header.controlLength, used);
  memory.store32(header + Header.flags, flags);
}
