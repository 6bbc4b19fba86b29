/** What the ioctls of sockets do with interfaces, neighbors and routes (NuttX: net/netdev/netdev_ioctl.c). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { broadcastOf, deleteArp, findArp, setArp } from './arp/neighbors';
import { get32, get48, put32, put48 } from './bytes';
import { ifDown, ifUp, interfaceNamed, introduce, isUp, mostMtu } from './netdev';
import { addRoute, deleteRoute, route } from './route';
import { InterfaceFlag, StampReceived, StampSent, type Interface } from './state';

/** Requests of nuttx/net/ioctl.h and netinet/arp.h. */
const Request = {
  ...{ GetAddress: 0x0701, SetAddress: 0x0702, GetRouter: 0x0703, SetRouter: 0x0704 },
  ...{ GetBroadcast: 0x0705, SetBroadcast: 0x0706, GetNetmask: 0x0707, SetNetmask: 0x0708 },
  ...{ GetMtu: 0x0709, GetHardware: 0x0714, SetHardware: 0x0715, DeleteAddress: 0x0716 },
  ...{ Count: 0x0717, List: 0x0718, SetFlags: 0x071a, GetFlags: 0x071b, AddRoute: 0x0721, DeleteRoute: 0x0722 },
  ...{ GetName: 0x072a, GetIndex: 0x072b, SetMtu: 0x0733 },
  ...{ SetStamping: 0x07b0, GetStamping: 0x07b1 },
  ...{ SetArp: 0x0801, DeleteArp: 0x0802, GetArp: 0x0803 },
} as const;

/** struct ifreq of net/if.h: a name, an index, and a value or an address. */
const Ifreq = { index: 16, value: 20, size: 36 } as const;
const IFNAMSIZ = 16;
/** struct sockaddr: a family, and behind it port and Internet address, or an Ethernet address. */
const SOCKADDR_SIZE = 16;
const AF_INET = 2;
const ARPHRD_ETHER = 1;
/** struct arpreq of netinet/arp.h, and its flags. */
const Arpreq = { hardware: 16, flags: 48, device: 49, size: 66 } as const;
const ATF_COM = 1;
const ATF_PERM = 2;
/** struct rtentry of net/route.h. */
const Rtentry = { router: 16, netmask: 32, size: 48 } as const;
/** What every host can take in one piece (RFC 791). */
const LEAST_MTU = 68;
/** struct hwtstamp_config of linux/net_tstamp.h, and the highest filter that there is. */
const HwtstampConfig = { flags: 0, tx: 4, rx: 8 } as const;
const HIGHEST_FILTER = 15;

type Operation = (k: Kernel, iface: Interface, ifreq: number) => number;

/** What is done with the interface that a struct ifreq names. */
const ofInterface: Readonly<Record<number, Operation>> = {
  [Request.GetAddress]: (k, { address }, ifreq) => storeInet(k, ifreq, address),
  [Request.SetAddress]: (k, iface, ifreq) => setAddress(k, iface, loadInet(k, ifreq + Ifreq.value)),
  // On Ethernet, the other end of a line is the default router.
  [Request.GetRouter]: (k, { router }, ifreq) => storeInet(k, ifreq, router),
  [Request.SetRouter]: (k, iface, ifreq) => set(iface, 'router', loadInet(k, ifreq + Ifreq.value)),
  [Request.GetBroadcast]: (k, iface, ifreq) => storeInet(k, ifreq, broadcastOf(iface)),
  [Request.SetBroadcast]: () => -Errno.ENOSYS,
  [Request.GetNetmask]: (k, { netmask }, ifreq) => storeInet(k, ifreq, netmask),
  [Request.SetNetmask]: (k, iface, ifreq) => set(iface, 'netmask', loadInet(k, ifreq + Ifreq.value)),
  [Request.GetMtu]: (k, { mtu }, ifreq) => store(k, ifreq, mtu),
  [Request.SetMtu]: (k, iface, ifreq) => setMtu(k, iface, k.memory.load32(ifreq + Ifreq.value)),
  [Request.GetHardware]: (k, iface, ifreq) => (iface.device === null ? -Errno.EINVAL : storeMac(k, ifreq, iface.mac)),
  [Request.SetHardware]: (k, iface, ifreq) =>
    iface.device === null
      ? -Errno.EINVAL
      : set(iface, 'mac', get48(k.memory.slice(ifreq + Ifreq.value, SOCKADDR_SIZE), 2)),
  [Request.DeleteAddress]: (k, iface) => {
    ifDown(k, iface);
    return set(iface, 'address', 0);
  },
  [Request.SetFlags]: (k, iface, ifreq) => {
    if (k.memory.load32(ifreq + Ifreq.value) & InterfaceFlag.Up) ifUp(k, iface);
    else ifDown(k, iface);
    return 0;
  },
  [Request.GetFlags]: (k, { flags }, ifreq) => store(k, ifreq, flags),
  [Request.GetIndex]: (k, { index }, ifreq) => storeIndex(k, ifreq, index),
  [Request.SetStamping]: setStamping,
  [Request.GetStamping]: getStamping,
};

/** Those that take something else. */
const others: Readonly<Record<number, (k: Kernel, argument: number) => number>> = {
  [Request.Count]: (k, ifreq) => store(k, ifreq, k.state.net.interfaces.length),
  [Request.List]: list,
  [Request.GetName]: (k, ifreq) => {
    const found = k.state.net.interfaces[loadIndex(k, ifreq) - 1];
    if (!found) return -Errno.ENODEV;
    k.memory.storeString(ifreq, found.name);
    return 0;
  },
  [Request.AddRoute]: (k, rtentry) =>
    addRoute(k, { ...targetOf(k, rtentry), router: loadInet(k, rtentry + Rtentry.router) }),
  [Request.DeleteRoute]: (k, rtentry) => {
    const { target, netmask } = targetOf(k, rtentry);
    return deleteRoute(k, target, netmask);
  },
  [Request.SetArp]: (k, arpreq) =>
    ofNeighbor(k, arpreq, (iface, address) => {
      const hardware = k.memory.slice(arpreq + Arpreq.hardware, SOCKADDR_SIZE);
      if (hardware[0] !== ARPHRD_ETHER) return -Errno.EINVAL;
      const isPermanent = (k.memory.slice(arpreq + Arpreq.flags, 1)[0]! & ATF_PERM) !== 0;
      setArp(k, iface, address, get48(hardware, 2), isPermanent);
      return 0;
    }),
  [Request.DeleteArp]: (k, arpreq) => ofNeighbor(k, arpreq, (iface, address) => deleteArp(k, iface, address)),
  [Request.GetArp]: (k, arpreq) =>
    ofNeighbor(k, arpreq, (iface, address) => {
      const found = findArp(k, iface, address);
      if (!found) return -Errno.ENOENT;
      putMac(k.memory.slice(arpreq + Arpreq.hardware, SOCKADDR_SIZE), found.mac);
      k.memory.slice(arpreq + Arpreq.flags, 1)[0] = ATF_COM | (found.permanent ? ATF_PERM : 0);
      return 0;
    }),
};

/**
 * Does what an ioctl on a socket asks about interfaces, neighbors and routes (manual 2.10.2.3).
 *
 * @param argument address of a struct ifreq, ifconf, arpreq or rtentry
 * @returns 0, or -ENOTTY: no such request; -EFAULT: no argument; -ENODEV: no such interface; -EINVAL: not with this one, or
 *   no such value; -ENOENT: no such neighbor or route; -ENETUNREACH: the neighbor would be on no network; -ENOMEM: the table
 *   of routes is full; -ENOSYS: the broadcast address follows from the others; -ENOTSUP: nothing stamps its frames; -ERANGE:
 *   it cannot stamp so
 */
export function netdevIoctl(k: Kernel, request: number, argument: number): number {
  const operation = ofInterface[request];
  const other = others[request];
  if (!operation && !other) return -Errno.ENOTTY;
  if (argument === 0) return -Errno.EFAULT;
  if (other) return other(k, argument);
  const iface = interfaceNamed(k, k.memory.string(argument, IFNAMSIZ));
  return iface ? operation!(k, iface, argument) : -Errno.ENODEV;
}

function set<Key extends 'router' | 'netmask' | 'mac' | 'address'>(iface: Interface, key: Key, value: number): number {
  iface[key] = value;
  return 0;
}

function loadInet(k: Kernel, sockaddr: number): number {
  return get32(k.memory.slice(sockaddr, SOCKADDR_SIZE), 4);
}

function storeInet(k: Kernel, ifreq: number, address: number): number {
  putInet(k.memory.slice(ifreq + Ifreq.value, SOCKADDR_SIZE), address);
  return 0;
}

function putInet(sockaddr: Uint8Array, address: number): void {
  sockaddr.fill(0);
  sockaddr[0] = AF_INET;
  put32(sockaddr, 4, address);
}

function storeMac(k: Kernel, ifreq: number, mac: number): number {
  putMac(k.memory.slice(ifreq + Ifreq.value, SOCKADDR_SIZE), mac);
  return 0;
}

function putMac(sockaddr: Uint8Array, mac: number): void {
  sockaddr.fill(0);
  sockaddr[0] = ARPHRD_ETHER;
  put48(sockaddr, 2, mac);
}

function store(k: Kernel, ifreq: number, value: number): number {
  k.memory.store32(ifreq + Ifreq.value, value);
  return 0;
}

/** The index is of 16 bits. */
const loadIndex = (k: Kernel, ifreq: number): number => (k.memory.load32(ifreq + Ifreq.index) << 16) >> 16;

function storeIndex(k: Kernel, ifreq: number, index: number): number {
  k.memory.slice(ifreq + Ifreq.index, 2).set([index & 255, index >> 8]);
  return 0;
}

/**
 * As on NuttX, the interface goes down and up again, so that its neighbors hear of it; but one that keeps its address, as
 * when a DHCP lease is renewed, keeps its connections.
 */
function setAddress(k: Kernel, iface: Interface, address: number): number {
  if (isUp(iface) && iface.address === address) {
    introduce(k, iface);
    return 0;
  }
  ifDown(k, iface);
  iface.address = address;
  ifUp(k, iface);
  return 0;
}

function setMtu(k: Kernel, iface: Interface, mtu: number): number {
  if (iface.device === null || mtu < LEAST_MTU || mtu > mostMtu(k)) return -Errno.EINVAL;
  iface.mtu = mtu;
  return 0;
}

/**
 * What the controller stamps and writes into PTP messages, as on Linux (Documentation/networking/timestamping.rst): filters
 * become the one that lets all in, and what is set is told back.
 */
function setStamping(k: Kernel, iface: Interface, ifreq: number): number {
  const { memory } = k;
  const config = memory.load32(ifreq + Ifreq.value);
  if (iface.device === null) return -Errno.ENOTSUP;
  if (config === 0) return -Errno.EFAULT;
  if (memory.load32(config + HwtstampConfig.flags) !== 0) return -Errno.EINVAL;
  const [tx, rx] = [memory.load32(config + HwtstampConfig.tx), memory.load32(config + HwtstampConfig.rx)];
  if (tx < 0 || tx > StampSent.OneStepPeer || rx < 0 || rx > HIGHEST_FILTER) return -Errno.ERANGE;
  iface.stamping = { tx, rx: rx === StampReceived.None ? rx : StampReceived.All };
  return getStamping(k, iface, ifreq);
}

function getStamping({ memory }: Kernel, { device, stamping }: Interface, ifreq: number): number {
  const config = memory.load32(ifreq + Ifreq.value);
  if (device === null) return -Errno.ENOTSUP;
  if (config === 0) return -Errno.EFAULT;
  memory.store32(config + HwtstampConfig.flags, 0);
  memory.store32(config + HwtstampConfig.tx, stamping.tx);
  memory.store32(config + HwtstampConfig.rx, stamping.rx);
  return 0;
}

/** struct ifconf: the room there is, in bytes, then what there is; and where. Interfaces that are up and have an address. */
function list(k: Kernel, ifconf: number): number {
  const buffer = k.memory.load32(ifconf + 4);
  const listed = k.state.net.interfaces.filter(({ address, flags }) => address !== 0 && flags & InterfaceFlag.Up);
  if (buffer === 0) {
    k.memory.store32(ifconf, listed.length * Ifreq.size);
    return 0;
  }
  const room = Math.floor((k.memory.load32(ifconf) >>> 0) / Ifreq.size);
  const chosen = listed.slice(0, room);
  for (const [i, { name, index, address }] of chosen.entries()) {
    const ifreq = buffer + i * Ifreq.size;
    k.memory.slice(ifreq, Ifreq.size).fill(0);
    k.memory.storeString(ifreq, name);
    storeIndex(k, ifreq, index);
    storeInet(k, ifreq, address);
  }
  k.memory.store32(ifconf, chosen.length * Ifreq.size);
  return 0;
}

function targetOf(k: Kernel, rtentry: number): { target: number; netmask: number } {
  return { target: loadInet(k, rtentry), netmask: loadInet(k, rtentry + Rtentry.netmask) };
}

/** The neighbor of a struct arpreq, on the interface that it names, or else the one by which it is reached. */
function ofNeighbor(k: Kernel, arpreq: number, does: (iface: Interface, address: number) => number): number {
  if (k.memory.slice(arpreq, Arpreq.size)[0] !== AF_INET) return -Errno.EINVAL;
  const address = loadInet(k, arpreq);
  const name = k.memory.string(arpreq + Arpreq.device, IFNAMSIZ);
  if (name !== '') {
    const iface = interfaceNamed(k, name);
    return iface ? does(iface, address) : -Errno.ENODEV;
  }
  const way = route(k, address);
  return way ? does(way.iface, address) : -Errno.ENETUNREACH;
}
