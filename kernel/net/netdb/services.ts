/** Services by name and port (NuttX: libs/libc/netdb/lib_getservbyname.c). */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { Layout } from './layout';
import { sharedAt } from './shared';

export interface Service {
  name: string;
  port: number;
  protocol: 'tcp' | 'udp';
}

const service = (name: string, port: number, ...protocols: Service['protocol'][]): Service[] =>
  protocols.map((protocol) => ({ name, port, protocol }));

const services: readonly Service[] = [
  ...service('echo', 7, 'tcp', 'udp'),
  ...service('discard', 9, 'tcp', 'udp'),
  ...service('ftp', 21, 'tcp'),
  ...service('ssh', 22, 'tcp'),
  ...service('telnet', 23, 'tcp'),
  ...service('smtp', 25, 'tcp'),
  ...service('time', 37, 'tcp', 'udp'),
  ...service('domain', 53, 'tcp', 'udp'),
  ...service('bootps', 67, 'udp'),
  ...service('bootpc', 68, 'udp'),
  ...service('tftp', 69, 'udp'),
  ...service('http', 80, 'tcp'),
  ...service('ntp', 123, 'udp'),
  ...service('snmp', 161, 'udp'),
  ...service('ptp-event', 319, 'udp'),
  ...service('ptp-general', 320, 'udp'),
  ...service('https', 443, 'tcp'),
  ...service('syslog', 514, 'udp'),
  ...service('mqtt', 1883, 'tcp'),
];

/** The first of that name or port; without a protocol, of any. */
export const findService = (wanted: string | number, protocol: string | null): Service | undefined =>
  services.find(
    (each) =>
      (each.name === wanted || each.port === wanted) && (protocol === null || each.protocol === protocol.toLowerCase()),
  );

/** Network byte order, as an int. */
const portWord = (port: number): number => ((port & 255) << 8) | (port >>> 8);

const protocolAt = (k: Kernel, address: number) => (address === 0 ? null : k.memory.string(address));

/** struct servent: false when there is no room for what it points to. */
function storeService(k: Kernel, found: Service, servent: number, buffer: number, size: number): boolean {
  const layout = new Layout(k, buffer, size);
  const aliases = layout.list([]);
  const [name, protocol] = [layout.string(found.name), layout.string(found.protocol)];
  if (layout.overflows) return false;
  [name, aliases, portWord(found.port), protocol].forEach((word, i) => k.memory.store32(servent + 4 * i, word));
  return true;
}

/** The shared struct servent; 0: there is no such service, or no memory. */
function shared(k: Kernel, found: Service | undefined): number {
  const at = found ? sharedAt(k) : null;
  return at && found && storeService(k, found, at.servent, at.buffer, at.size) ? at.servent : 0;
}

function stored(
  k: Kernel,
  found: Service | undefined,
  result: number,
  buffer: number,
  size: number,
  to: number,
): number {
  if (result === 0 || to === 0 || buffer === 0) return Errno.EINVAL;
  const isStored = found !== undefined && storeService(k, found, result, buffer, size >>> 0);
  k.memory.store32(to, isStored ? result : 0);
  return !found ? Errno.ENOENT : isStored ? 0 : Errno.ERANGE;
}

/** Port of a service, by its name. NULL: there is none. */
export const getservbyname = (k: Kernel, name: number, protocol: number): number =>
  shared(k, name === 0 ? undefined : findService(k.memory.string(name), protocolAt(k, protocol)));

/** Name of a service, by its port in network byte order. NULL: there is none. */
export const getservbyport = (k: Kernel, port: number, protocol: number): number =>
  shared(k, findService(portWord(port & 0xffff), protocolAt(k, protocol)));

/** {@link getservbyname} into the caller's memory: 0, or EINVAL: none is given; ENOENT: no such service; ERANGE: no room. */
export function getservbyname_r(
  k: Kernel,
  name: number,
  protocol: number,
  result: number,
  buffer: number,
  size: number,
  to: number,
): number {
  if (name === 0) return Errno.EINVAL;
  return stored(k, findService(k.memory.string(name), protocolAt(k, protocol)), result, buffer, size, to);
}

/** {@link getservbyport} into the caller's memory; errors as above. */
export function getservbyport_r(
  k: Kernel,
  port: number,
  protocol: number,
  result: number,
  buffer: number,
  size: number,
  to: number,
): number {
  return stored(k, findService(portWord(port & 0xffff), protocolAt(k, protocol)), result, buffer, size, to);
}
