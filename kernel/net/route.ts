/** Where a datagram goes (NuttX: net/route, net/netdev): out of which interface, and to which neighbor. */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { INADDR_BROADCAST, isLoopback, isMulticast } from './address';
import { InterfaceFlag, type Interface } from './state';

/** An entry of the routing table (NuttX: struct net_route_ipv4_s). */
export interface Route {
  target: number;
  netmask: number;
  router: number;
}

export interface Way {
  iface: Interface;
  /** The neighbor that is to have it: the destination itself, or a router. */
  nextHop: number;
  /** The address of the interface. */
  source: number;
}

const isUp = ({ flags }: Interface) => (flags & InterfaceFlag.Up) !== 0;
const isIn = (address: number, network: number, netmask: number) => ((address ^ network) & netmask) === 0;

/** The interface that is up and has that address; undefined for none. */
export const ownerOf = ({ state }: Kernel, address: number): Interface | undefined =>
  address === 0 ? undefined : state.net.interfaces.find((each) => each.address === address && isUp(each));

/**
 * Finds the way to a destination: the most exact of the interfaces' networks, the routing table, and the default routers.
 *
 * @param device index of the interface that it has to go out of; 0 for any
 * @returns null when there is no way
 */
export function route(k: Kernel, destination: number, device = 0): Way | null {
  const { interfaces, routes } = k.state.net;
  const up = interfaces.filter(isUp);
  if (isLoopback(destination) || ownerOf(k, destination)) {
    const lo = up.find((each) => each.device === null);
    return lo ? { iface: lo, nextHop: destination, source: destination } : null;
  }
  const usable = up.filter(({ index, device: hardware }) => (device === 0 ? hardware !== null : index === device));
  if (isMulticast(destination) || destination === INADDR_BROADCAST) {
    const iface = usable.find(({ router }) => router !== 0) ?? usable[0] ?? up[0];
    return iface ? direct(iface, destination) : null;
  }
  let best: Way | null = null;
  let bestMask = -1;
  const offer = (iface: Interface, nextHop: number, netmask: number) => {
    if (netmask > bestMask) [best, bestMask] = [{ iface, nextHop, source: iface.address }, netmask];
  };
  for (const iface of usable) {
    if (iface.address !== 0 && isIn(destination, iface.address, iface.netmask)) {
      offer(iface, destination, iface.netmask);
    }
    if (iface.router !== 0 && iface.address !== 0) offer(iface, iface.router, 0);
  }
  for (const { target, netmask, router } of routes) {
    const iface = usable.find(({ address, netmask: own }) => address !== 0 && isIn(router, address, own));
    if (iface && isIn(destination, target, netmask)) offer(iface, router, netmask);
  }
  return best;
}

const direct = (iface: Interface, destination: number): Way => ({
  iface,
  nextHop: destination,
  source: iface.address,
});

/** SIOCADDRT. @returns 0, or -ENOMEM: the table has CONFIG_ROUTE_MAX_IPv4_RAMROUTES entries */
export function addRoute({ state }: Kernel, added: Route): number {
  const { routes } = state.net;
  if (routes.length >= Number(state.settings.config.CONFIG_ROUTE_MAX_IPv4_RAMROUTES)) return -Errno.ENOMEM;
  routes.push(added);
  return 0;
}

/** SIOCDELRT. @returns 0, or -ENOENT */
export function deleteRoute({ state }: Kernel, target: number, netmask: number): number {
  const { routes } = state.net;
  const at = routes.findIndex((each) => isIn(each.target, target, netmask) && each.netmask === netmask);
  if (at < 0) return -Errno.ENOENT;
  routes.splice(at, 1);
  return 0;
}
