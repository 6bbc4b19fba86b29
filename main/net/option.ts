/** What the command line calls a network of the host: `controller/eth0=tap:tap0`. */
import { HostConnection, parseForward } from '../contract/network';

export interface NetOption {
  port: string;
  connection: HostConnection;
}

const netUsage = 'PORT=user[:INTERFACE][,tcp:8080->80,...], tap:NAME[,ADDRESS/BITS] or dgram:LOCAL-REMOTE';

/** @throws Error naming what is wrong */
export function parseNetOption(text: string): NetOption {
  const [, port, kind, rest = ''] = /^([^=]+)=(user|tap|dgram)(?:(?::|(?=,))(.*))?$/.exec(text) ?? [];
  if (!port || !kind) throw new Error(`--net takes ${netUsage}; not "${text}"`);
  const parsed = HostConnection.safeParse(connectionOf(kind, rest));
  if (parsed.success) return { port, connection: parsed.data };
  throw new Error(`--net ${text}: ${parsed.error.issues[0]!.message}`);
}

function connectionOf(kind: string, text: string): unknown {
  const [first = '', ...others] = text.split(',');
  if (kind === 'tap') return { type: 'tap', device: first, address: others[0] ?? null };
  if (kind === 'dgram') {
    const [local, remote] = text.split('-');
    return { type: 'datagram', local, remote };
  }
  const isForward = /^(tcp|udp):/.test(first);
  return {
    type: 'user',
    interface: first === '' || isForward ? null : first,
    forwards: (isForward ? [first, ...others] : others).map(parseForward),
  };
}
