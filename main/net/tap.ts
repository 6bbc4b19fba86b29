/**
 * A TAP interface of this computer (Linux). Node cannot open one, so `socat` does, and passes each frame on as a datagram
 * over the loopback. It ends when we do, whatever our end is: a shell between waits for what it reads from us to end.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createSocket } from 'node:dgram';
import type { Readable, Writable } from 'node:stream';
import { DatagramLink } from './datagram';
import type { LinkHooks, NetLink } from './link';

/** Bytes that socat passes on at a time; more than any frame has. */
const BUFFER = '2048';
const LOCAL = '127.0.0.1';
const READY = 'starting data transfer loop';
/** Runs socat until it ends, or until nobody holds the other end of the standard input any more. */
const SCRIPT = `exec 3<&0
socat "$@" </dev/null 3<&- & socat=$!
{ read -r _ <&3; kill $socat; } >/dev/null 2>&1 & watch=$!
wait $socat; status=$?
kill $watch; exit $status`;
const NOT_FOUND = 127;
const START_MS = 5000;
const KEPT_OUTPUT = 4000;

type Child = ChildProcessByStdio<Writable, null, Readable>;

export interface TapOptions {
  device: string;
  /** What the interface gets: `10.0.0.1/24`; null: it keeps what it has. */
  address: string | null;
}

export class TapLink implements NetLink {
  readonly message: string;

  private constructor(
    private readonly frames: DatagramLink,
    private readonly child: Child,
    { device, address }: TapOptions,
  ) {
    this.message = address === null ? device : `${device} has ${address}`;
  }

  /** Opens the interface; makes it, until it is closed, if there is none. @throws Error saying what to do */
  static async open(options: TapOptions, hooks: LinkHooks): Promise<TapLink> {
    if (process.platform !== 'linux') {
      throw new Error('TAP interfaces can be opened on Linux only. Use the user-mode network, or datagrams.');
    }
    const [ours, theirs] = await Promise.all([freePort(), freePort()]);
    const frames = await DatagramLink.open(`${LOCAL}:${ours}`, `${LOCAL}:${theirs}`, hooks);
    const udp = `UDP4:${LOCAL}:${ours},bind=${LOCAL}:${theirs}`;
    const child = spawn('sh', ['-c', SCRIPT, 'sh', '-d', '-d', '-b', BUFFER, tunAddress(options), udp], {
      stdio: ['pipe', 'ignore', 'pipe'],
      // A ^C of the terminal is for us: we end it in order.
      detached: true,
    });
    child.stdin.on('error', () => undefined);
    try {
      await ready(child, options);
    } catch (error) {
      child.stdin.end();
      await frames.close();
      throw error;
    }
    const link = new TapLink(frames, child, options);
    child.once('exit', () => hooks.failed(`socat has ended, and ${options.device} with it. Connect it again.`));
    return link;
  }

  send(frame: Uint8Array): void {
    this.frames.send(frame);
  }

  async close(): Promise<void> {
    this.child.removeAllListeners('exit');
    const { child } = this;
    const isGone = child.exitCode !== null || child.signalCode !== null;
    const ended = isGone ? undefined : new Promise((done) => child.once('exit', done));
    child.stdin.end();
    await Promise.all([ended, this.frames.close()]);
  }
}

const tunAddress = ({ device, address }: TapOptions) =>
  `TUN${address === null ? '' : `:${address}`},tun-type=tap,iff-no-pi,tun-name=${device},iff-up`;

/** Resolves when socat passes frames on. */
function ready(child: Child, options: TapOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const limit = setTimeout(
      () => fail(`socat does not open ${options.device}: ${output.trim() || 'it says nothing'}.`),
      START_MS,
    );
    const ended = (status: number | null) => fail(status === NOT_FOUND ? MISSING : endWords(output, options));
    function fail(why: string): void {
      clearTimeout(limit);
      reject(new Error(why));
    }
    function hear(text: string): void {
      output = (output + text).slice(-KEPT_OUTPUT);
      if (!output.includes(READY)) return;
      clearTimeout(limit);
      child.off('close', ended);
      // What it says later nobody reads, but it is not to wait for that.
      child.stderr.off('data', hear).resume();
      resolve();
    }
    child.once('error', ({ message }) => fail(`socat does not start: ${message}.`));
    // Not at its exit: what it said last may still be on its way.
    child.once('close', ended);
    child.stderr.setEncoding('utf8').on('data', hear);
  });
}

const MISSING =
  'A TAP interface is opened by socat, which is not installed. Install it (apt install socat), or use the user-mode network.';

/** What socat says, in words of what to do. */
function endWords(output: string, options: TapOptions): string {
  const { device } = options;
  if (/\/dev\/net\/tun.*No such (file|device)/.test(output)) {
    return 'There is no /dev/net/tun. Load its driver (sudo modprobe tun), or give it to the container (--device /dev/net/tun).';
  }
  if (/Operation not permitted|Permission denied/.test(output)) {
    return (
      `You may not open ${device}: that takes the right to administer the network (CAP_NET_ADMIN). Let somebody who may ` +
      `run "sudo socat -b ${BUFFER} ${tunAddress(options)} UDP-DATAGRAM:${LOCAL}:9001,bind=${LOCAL}:9000", and join ` +
      `the port by frames over UDP, local ${LOCAL}:9001, remote ${LOCAL}:9000. Or use the user-mode network, which needs no right.`
    );
  }
  if (/resource busy/.test(output)) return `${device} is in use by another program. Choose another name.`;
  const errors = output.match(/(?<= E ).*/g) ?? [output.trim()];
  return `socat cannot open ${device}: ${errors.join('; ') || 'it ended without a word'}.`;
}

/** A UDP port that nobody has at the moment. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, LOCAL, () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
