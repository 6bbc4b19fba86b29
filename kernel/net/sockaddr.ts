/** struct sockaddr and its kin in the firmware's memory. */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { get16, get32, get48, put16, put32, put48 } from './bytes';
import { Domain } from './protocols';
import type { SocketAddress } from './socket';

/** Bytes: sockaddr_in, sockaddr_ll, the most that sockaddr_un has, and the family alone. */
const INET_SIZE = 16;
const PACKET_SIZE = 20;
const LOCAL_SIZE = 110;
const FAMILY_SIZE = 2;

/** Ethernet, as ARP knows it. */
const ARPHRD_ETHER = 1;
const MAC_SIZE = 6;

/**
 * Reads an address of so many bytes.
 *
 * @returns it, or -EFAULT: there is none; -EINVAL: it is too short for its family; -EAFNOSUPPORT: of another family
 */
export function loadSocketAddress({ memory }: Kernel, address: number, length: number): SocketAddress | number {
  if (address === 0) return -Errno.EFAULT;
  if (length < FAMILY_SIZE) return -Errno.EINVAL;
  const bytes = memory.slice(address, Math.min(length, LOCAL_SIZE));
  const family = bytes[0]! | (bytes[1]! << 8);
  switch (family) {
    case Domain.Unspec:
      return { family: 'unspec' };
    case Domain.Inet:
      if (length < INET_SIZE) return -Errno.EINVAL;
      return { family: 'inet', address: get32(bytes, 4), port: get16(bytes, 2) };
    case Domain.Local:
      return { family: 'local', path: pathIn(bytes.subarray(FAMILY_SIZE)) };
    case Domain.Packet:
      if (length < PACKET_SIZE) return -Errno.EINVAL;
      return {
        family: 'packet',
        protocol: get16(bytes, 2),
        interfaceIndex: memory.load32(address + 4),
        packetType: bytes[10]!,
        mac: bytes[11] === MAC_SIZE ? get48(bytes, 12) : 0,
      };
    default:
      return -Errno.EAFNOSUPPORT;
  }
}

/** A path ends with a zero, or where the address ends. One that begins with a zero is no file, but a name all the same. */
function pathIn(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes);
  const end = text.indexOf('\0', 1);
  const path = end < 0 ? text : text.slice(0, end);
  return path === '\0' ? '' : path;
}

/** As {@link loadSocketAddress} reads it. */
function socketAddressBytes(address: SocketAddress): Uint8Array {
  switch (address.family) {
    case 'unspec':
      return new Uint8Array(FAMILY_SIZE);
    case 'inet': {
      const bytes = new Uint8Array(INET_SIZE);
      bytes[0] = Domain.Inet;
      put16(bytes, 2, address.port);
      put32(bytes, 4, address.address);
      return bytes;
    }
    case 'local': {
      const { path } = address;
      const isNamed = path !== '' && !path.startsWith('\0');
      const bytes = new Uint8Array(FAMILY_SIZE + path.length + (isNamed ? 1 : 0));
      bytes[0] = Domain.Local;
      for (let i = 0; i < path.length; i++) bytes[FAMILY_SIZE + i] = path.charCodeAt(i);
      return bytes;
    }
    case 'packet': {
      const bytes = new Uint8Array(PACKET_SIZE);
      bytes[0] = Domain.Packet;
      put16(bytes, 2, address.protocol);
      new DataView(bytes.buffer).setInt32(4, address.interfaceIndex, true);
      bytes[8] = ARPHRD_ETHER;
      bytes[10] = address.packetType;
      bytes[11] = MAC_SIZE;
      put48(bytes, 12, address.mac);
      return bytes;
    }
  }
}

/** Stores an address, as much of it as there is room for, and its length; where nobody wants it, nothing. */
export function storeSocketAddress(k: Kernel, address: SocketAddress, to: number, lengthAt: number): void {
  if (to === 0) return;
  const bytes = socketAddressBytes(address);
  const room = k.memory.load32(lengthAt) >>> 0;
  k.memory.slice(to, Math.min(room, bytes.length)).set(bytes.subarray(0, room));
  k.memory.store32(lengthAt, bytes.length);
}
