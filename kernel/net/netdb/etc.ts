/** The files that names of hosts are in. */
import { mountAt } from '../../fs/mount';
import { parentOf } from '../../fs/inode';
import type { Kernel } from '../../kernel';
import { writeText } from './textfile';

/**
 * With CONFIG_NETDB_HOSTCONF the board has a hosts file from boot on, in a tmpfs, so that it can be changed. Its folder, /etc,
 * is where a DHCP client leaves the name server, too.
 */
export function makeHostsFile(k: Kernel): void {
  const { config } = k.state.settings;
  if (config.CONFIG_NET !== true || config.CONFIG_NETDB_HOSTCONF !== true) return;
  const path = String(config.CONFIG_NETDB_HOSTCONF_PATH);
  mountAt(k, '', parentOf(path), 'tmpfs');
  writeText(k, path, '127.0.0.1 localhost\n');
}
