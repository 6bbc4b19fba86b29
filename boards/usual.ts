/** What firmware of any board may expect to be there, though NuttX leaves it out unless asked. */
import type { ConfigValue } from '../kernel/config';

export const usual: Record<string, ConfigValue> = {
  CONFIG_RR_INTERVAL: 200,
  CONFIG_PRIORITY_INHERITANCE: true,
  CONFIG_SCHED_WAITPID: true,
  CONFIG_LIBC_MAX_EXITFUNS: 8,
  CONFIG_TLS_NCLEANUP: 8,
  CONFIG_PIPES: true,
  CONFIG_FS_PROCFS: true,
  CONFIG_PSEUDOFS_SOFTLINKS: true,
};

/** Of boards that are large enough for the network: whole Ethernet frames, as the rest of the world sends them. */
export const network: Record<string, ConfigValue> = {
  CONFIG_NET: true,
  CONFIG_NET_ETH_PKTSIZE: 1514,
  CONFIG_NETDB_HOSTCONF: true,
  CONFIG_NETDB_DNSCLIENT: true,
  CONFIG_NETDB_RESOLVCONF: true,
};
