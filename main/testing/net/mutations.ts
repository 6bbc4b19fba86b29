/** For tests: frames that are not quite what somebody has sent, the same each time. */
import { addWords, checksumOf, get32, put16 } from '../../../kernel/net/bytes';
import { ETHER_HEADER, EtherType, etherType } from '../../../kernel/net/ethernet';
import { Protocol, pseudoHeaderSum } from '../../../kernel/net/ipv4/header';
import { random32, seedRandom } from '../../../kernel/random';

const interesting = [0, 1, 0x7f, 0x80, 0xff] as const;

export class Mutations {
  private readonly state;

  constructor(seed: number) {
    this.state = seedRandom(seed);
  }

  below(bound: number): number {
    return (random32(this.state) >>> 0) % bound;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** One of the frames, changed here and there; most are for the same host still, and half of them have fitting sums. */
  next(frames: readonly Uint8Array[]): Uint8Array {
    const original = this.of(frames);
    let frame = Uint8Array.from(original);
    for (let changes = 1 + this.below(4); changes > 0; changes--) frame = this.change(frame, frames);
    if (frame.length >= ETHER_HEADER && this.below(8) > 0) frame.set(original.subarray(0, ETHER_HEADER));
    if (frame.length >= ETHER_HEADER && this.below(2) === 0) repair(frame);
    return frame.subarray(0, 1514);
  }

  private change(frame: Uint8Array<ArrayBuffer>, frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    // Mostly where headers are.
    const at = this.below(3) > 0 ? this.below(Math.min(frame.length, 74) || 1) : this.below(frame.length || 1);
    switch (this.below(8)) {
      case 0:
        return frame.slice(0, at);
      case 1:
        return Uint8Array.of(...frame, ...new Uint8Array(this.below(64)).map(() => this.below(256)));
      case 2: {
        const other = this.of(frames);
        return Uint8Array.of(...frame.subarray(0, at), ...other.subarray(at));
      }
      case 3:
      case 4:
        frame[at]! ^= 1 << this.below(8);
        return frame;
      case 5:
        frame[at] = this.below(256);
        return frame;
      default:
        frame[at] = this.of(interesting);
        return frame;
    }
  }
}

const checksumAt: Readonly<Record<number, number>> = {
  [Protocol.Icmp]: 2,
  [Protocol.Igmp]: 2,
  [Protocol.Tcp]: 16,
  [Protocol.Udp]: 6,
};

/** Gives a datagram the length and the checksums that it should have, as far as it has room for them. */
function repair(frame: Uint8Array): void {
  const datagram = frame.subarray(ETHER_HEADER);
  if (etherType(frame) !== EtherType.Ipv4 || datagram.length < 20) return;
  const header = Math.max(20, (datagram[0]! & 15) * 4);
  if (datagram.length < header) return;
  put16(datagram, 2, datagram.length);
  put16(datagram, 10, 0);
  put16(datagram, 10, checksumOf(addWords(datagram, 0, header)));
  const payload = datagram.subarray(header);
  const protocol = datagram[9]!;
  const at = checksumAt[protocol];
  if (at === undefined || payload.length < at + 2) return;
  const hasPseudoHeader = protocol === Protocol.Tcp || protocol === Protocol.Udp;
  const sum = hasPseudoHeader ? pseudoHeaderSum(get32(datagram, 12), get32(datagram, 16), protocol, payload.length) : 0;
  put16(payload, at, 0);
  put16(payload, at, checksumOf(addWords(payload, 0, payload.length, sum)));
}

/** Frames of a capture (pcap of Ethernet, with stamps of microseconds or nanoseconds). */
export function framesOfPcap(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const frames: Uint8Array[] = [];
  for (let at = 24; at + 16 <= bytes.length;) {
    const length = view.getUint32(at + 8, true);
    frames.push(bytes.subarray(at + 16, at + 16 + length));
    at += 16 + length;
  }
  return frames;
}
