/** Brings the network up at boot (NuttX: apps/netutils/netinit). */
import { addInode } from '../fs/inode';
import type { Kernel } from '../kernel';
import { INADDR_LOOPBACK } from './address';
import { ifUp, netdev_register } from './netdev';
import { FACTORY } from './telnet';

/**
 * The board has its loopback, and with CONFIG_NETUTILS_NETINIT its other interfaces are up, the first with the address of
 * the configuration: the first board of a bench has that one, and the others those that follow. With CONFIG_NETINIT_DHCPC it
 * has none, and asks for one. Each further interface is in the network that follows, as the same host.
 */
export function initializeNetwork(k: Kernel): void {
  const { net, settings } = k.state;
  const { config } = settings;
  if (config.CONFIG_NET !== true) return;
  addInode(k, FACTORY, { kind: FACTORY, object: 0 });
  Object.assign(netdev_register(k, 'lo', null, 0), { address: INADDR_LOOPBACK, netmask: 0xff00_0000 });
  ifUp(k, net.interfaces.at(-1)!);
  if (config.CONFIG_NETUTILS_NETINIT !== true) return;
  const netmask = Number(config.CONFIG_NETINIT_NETMASK);
  const hosts = 2 ** 32 - netmask;
  const own = Number(config.CONFIG_NETINIT_IPADDR) + settings.place;
  for (const [i, iface] of net.interfaces.filter(({ device }) => device !== null).entries()) {
    if (i > 0 || config.CONFIG_NETINIT_DHCPC !== true) {
      iface.address = (own + i * hosts) >>> 0;
      iface.netmask = netmask;
    }
    if (i === 0 && config.CONFIG_NETINIT_DHCPC !== true) iface.router = Number(config.CONFIG_NETINIT_DRIPADDR);
    ifUp(k, iface);
  }
}
