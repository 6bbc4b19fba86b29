/**
 * Whole Ethernet frames in UDP datagrams, the format of QEMU's `-netdev dgram` and of socat between a TAP interface and
 * UDP: so that boards, guests and namespaces share a cable.
 */
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isFrame, type LinkHooks, type NetLink } from './link';

interface Endpoint {
  address: string;
  port: number;
}

/** `127.0.0.1:9000`, or a name instead of the address. @throws Error naming what is wrong */
async function resolve(text: string): Promise<Endpoint> {
  const [, host, digits] = /^([^\s:]+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (!host || port < 1 || port > 65535) throw new Error(`"${text}" is no address and port, such as 127.0.0.1:9000.`);
  const { address } = await lookup(host, 4).catch(() => {
    throw new Error(`There is no host "${host}".`);
  });
  return { address, port };
}

export class DatagramLink implements NetLink {
  readonly message = null;

  private constructor(
    private readonly socket: Socket,
    private readonly remote: Endpoint,
    hooks: LinkHooks,
  ) {
    socket.on('message', (frame, { address, port }) => {
      if (address === remote.address && port === remote.port && isFrame(frame)) hooks.frame(new Uint8Array(frame));
    });
    socket.on('error', ({ message }) => hooks.failed(`The socket failed: ${message}.`));
  }

  /**
   * @param local where frames come to, `127.0.0.1:9000`; only those from `remote`, where frames go to
   * @throws Error saying what is wrong with either
   */
  static async open(local: string, remote: string, hooks: LinkHooks): Promise<DatagramLink> {
    const [here, there] = await Promise.all([resolve(local), resolve(remote)]);
    return new DatagramLink(await bound(here, local), there, hooks);
  }

  send(frame: Uint8Array): void {
    // Nobody needs to be there: then they are lost.
    this.socket.send(frame, this.remote.port, this.remote.address, () => undefined);
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.socket.close(() => done()));
  }
}

const WORDS: Record<string, string> = {
  EADDRINUSE: 'it is in use by another program; choose another port',
  EADDRNOTAVAIL: 'this computer has no such address',
  EACCES: 'ports below 1024 are not for everybody; choose one above',
};

async function bound({ address, port }: Endpoint, local: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup: noLookup });
  const failed = await new Promise<NodeJS.ErrnoException | null>((done) => {
    socket.once('error', done);
    socket.bind(port, address, () => done(null));
  });
  socket.removeAllListeners('error');
  if (!failed) return socket;
  socket.close();
  throw new Error(`Cannot receive at ${local}: ${WORDS[failed.code ?? ''] ?? failed.message}.`);
}

/** Addresses are numbers already; the usual way goes through a thread each time. */
export function noLookup(
  host: string,
  _options: unknown,
  done: (error: null, address: string, family: number) => void,
): void {
  done(null, host, 4);
}
