/** The files that names of hosts are in. */
import { mountAt } from '../../fs/mount';
import { parentOf } from '../../fs/inode';
import type { Kernel } from '../../kernel';
import { INADDR_LOOPBACK, ipv4Text } from '../address';
import { writeText } from './textfile';

/** A host that the board knows from the beginning. */
export interface KnownHost {
  name: string;
  address: number;
}

/**
 * With CONFIG_NETDB_HOSTCONF the board has a hosts file from boot on, in a tmpfs, so that it can be changed. Its folder, /etc,
 * is where a DHCP client leaves the name server, too. `hosts` are the boards of its bench.
 */
export function makeHostsFile(k: Kernel, hosts: readonly KnownHost[]): void {
  const { config } = k.state.settings;
  if (config.CONFIG_NET !== true || config.CONFIG_NETDB_HOSTCONF !== true) return;
  const path = String(config.CONFIG_NETDB_HOSTCONF_PATH);
  mountAt(k, '', parentOf(path), 'tmpfs');
  const all = [{ name: 'localhost', address: INADDR_LOOPBACK }, ...hosts];
  writeText(k, path, all.map(({ name, address }) => `${ipv4Text(address)} ${name}\n`).join(''));
}
