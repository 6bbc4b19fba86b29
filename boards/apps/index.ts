/** Programs that come installed on every board. */
import type { NativeProgram } from '../../kernel/binfmt/native';
import { dd } from './dd';
import { dhcpc, renew } from './dhcpc';
import { iperf3 } from './iperf3';
import { onInterrupt } from './nsh/interrupt';
import { nsh } from './nsh/main';
import { ping } from './ping';
import { DAEMON, onSignal, ptpd } from './ptpd';
import { telnet } from './telnet';
import { telnetd, telnetDaemon } from './telnetd';

const network = { priority: 100, stackSize: 4096, needs: 'CONFIG_NET' } as const;

export const programs: readonly NativeProgram[] = [
  { name: 'dd', entry: dd, priority: 100, stackSize: 2048 },
  { name: 'nsh', entry: nsh, priority: 100, stackSize: 2048, functions: [onInterrupt] },
  { name: 'sh', entry: nsh, priority: 100, stackSize: 2048 },
  { name: 'dhcpc', entry: dhcpc, ...network, boot: 'CONFIG_NETINIT_DHCPC' },
  { name: 'iperf3', entry: iperf3, ...network },
  { name: 'ping', entry: ping, ...network },
  {
    name: 'ptpd',
    entry: ptpd,
    ...network,
    functions: [onSignal],
    boot: 'CONFIG_TICKSCOPE_PTPD_BOOT',
    bootName: DAEMON,
  },
  { name: 'renew', entry: renew, ...network },
  { name: 'telnet', entry: telnet, ...network },
  { name: 'telnetd', entry: telnetd, ...network, functions: [telnetDaemon], boot: 'CONFIG_NSH_TELNET' },
];
