/** Who is asked for names (NuttX: libs/libc/netdb/lib_dnsaddserver.c), beside those of /etc/resolv.conf. */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { loadSocketAddress } from '../sockaddr';

/**
 * Lets a server be asked, the last that was added first, and each once. -EINVAL: no address of IPv4.
 */
export function dns_add_nameserver(k: Kernel, address: number, length: number): number {
  const given = loadSocketAddress(k, address, length);
  if (typeof given === 'number' || given.family !== 'inet' || given.address === 0) return -Errno.EINVAL;
  const { netdb } = k.state.net;
  const most = Number(k.state.settings.config.CONFIG_NETDB_DNSSERVER_NAMESERVERS);
  const others = netdb.servers.filter((each) => each !== given.address);
  netdb.servers = [given.address, ...others].slice(0, most);
  return 0;
}
