/** Brings the network up at boot (NuttX: apps/netutils/netinit). */
import { addInode } from '../fs/inode';
import type { Kernel } from '../kernel';
import { INADDR_LOOPBACK } from './address';
import { ifUp, netdev_register } from './netdev';
import { FACTORY } from './telnet';

/**
 * The board has its loopback, and with CONFIG_NETUTILS_NETINIT its first other interface is up, with the address of the
 * configuration: the first board of a bench has that one, and the others those that follow. With CONFIG_NETINIT_DHCPC it has
 * none, and asks for one.
 */
export function initializeNetwork(k: Kernel): void {
  const { net, settings } = k.state;
  const { config } = settings;
  if (config.CONFIG_NET !== true) return;
  addInode(k, FACTORY, { kind: FACTORY, object: 0 });
  Object.assign(netdev_register(k, 'lo', null, 0), { address: INADDR_LOOPBACK, netmask: 0xff00_0000 });
  ifUp(k, net.interfaces.at(-1)!);
  const [first] = net.interfaces;
  if (config.CONFIG_NETUTILS_NETINIT !== true || !first || first.device === null) return;
  if (config.CONFIG_NETINIT_DHCPC !== true) {
    first.address = (Number(config.CONFIG_NETINIT_IPADDR) + settings.place) >>> 0;
    first.netmask = Number(config.CONFIG_NETINIT_NETMASK);
    first.router = Number(config.CONFIG_NETINIT_DRIPADDR);
  }
  ifUp(k, first);
}
