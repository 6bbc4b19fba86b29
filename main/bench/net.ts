/** Boards on a network: what two send to each other by UDP and TCP, and sixteen through a switch. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Bench } from '../../boards/bench';
import type { Board } from '../../boards/board';
import { controller } from '../../boards/controller';
import { twoControllers } from '../../boards/two-controllers';
import { configRecord } from '../../kernel/config';
import { appRoot } from '../host/paths';
import { Firmware } from '../machine/firmware';
import type { BuiltFirmware } from './firmware';
import { bestTimes } from './measure';
import { percent, table } from './table';

export const netFirmware = join(appRoot, 'main', 'bench', 'net');
/** As in net.c. */
const UDP_MESSAGES = 4000;
const TCP_BYTES = 4_000_000;
const MESSAGE = 1472;
const RING_MESSAGES = 300;
const RING_BOARDS = 16;
const PLAIN_BYTES = 64_000_000;
const ROUNDS = 3;
const KEEP_NOTES = 1 << 16;

const names = Array.from({ length: RING_BOARDS }, (_, i) => `node${i}`);
const ring: Board = {
  ...controller,
  bench: {
    boards: names.map((name) => ({ name, title: name })),
    links: [],
    network: {
      switches: [{ name: 'switch', ports: RING_BOARDS }],
      links: names.map((name, i) => ({ from: `${name}/eth0`, to: `switch/${i + 1}` })),
    },
  },
};

/** Boards with the firmware, and the apps that start on each by their names; receivers get so much. */
function boot(
  { project, linked }: BuiltFirmware,
  board: Board,
  on: Readonly<Record<string, string>>,
  expected: number,
): Bench {
  return new Bench({
    module: new Firmware(linked, board.ramSize).module,
    board,
    config: configRecord(project.config),
    apps: project.apps.map((app) => ({ ...app, boot: app.name in on, on: on[app.name], args: [String(expected)] })),
    seed: 1,
    onConsole: () => {},
    keepNotes: KEEP_NOTES,
  });
}

/** Runs it to its end, when the tasks of all boards have come to theirs. @throws Error when not everything has come */
function runToEnd(bench: Bench): void {
  const end = bench.run({});
  if (end !== 'ended') throw new Error(`the run ended with ${end}`);
  for (const { name, machine } of bench.places) {
    if ([...machine.kernel.state.exits.values()].some((status) => status !== 0)) {
      throw new Error(`${name} has not received everything`);
    }
  }
}

export async function measureNetwork(firmware: BuiltFirmware): Promise<string> {
  const udp = boot(firmware, twoControllers, { 'udp-send': 'left', 'udp-receive': 'right' }, UDP_MESSAGES);
  const tcp = boot(firmware, twoControllers, { 'tcp-send': 'left', 'tcp-receive': 'right' }, TCP_BYTES);
  const switched = boot(firmware, ring, { 'ring-send': '*', 'udp-receive': '*' }, RING_MESSAGES);
  const candidate = (bench: Bench) => ({ prepare: () => bench.reset(), run: () => runToEnd(bench) });
  const plainMs = await bestLoopback();
  const times = bestTimes([udp, tcp, switched].map(candidate), ROUNDS);
  const [udpMs, tcpMs, switchedMs] = times as [number, number, number];

  const plainRate = PLAIN_BYTES / plainMs;
  const row = (title: string, bytes: number, ms: number, virtualNs: number) => [
    title,
    `${(bytes / ms / 1000).toFixed(2)} MB/s`,
    `${((100 * bytes) / ms / plainRate).toFixed(2)} %`,
    virtualNs === 0 ? '' : percent(virtualNs / 1e6 / ms),
  ];
  const udpFrames = UDP_MESSAGES / udpMs;
  const switchedFrames = (RING_MESSAGES * RING_BOARDS) / switchedMs;
  return [
    table(
      'Network, two boards on 100 Mbit/s',
      ['rate', 'share of plain', 'share of real time'],
      [
        row('plain: TCP on the loopback of this computer', PLAIN_BYTES, plainMs, 0),
        row('UDP, messages of a frame', UDP_MESSAGES * MESSAGE, udpMs, udp.timeNs),
        row('TCP', TCP_BYTES, tcpMs, tcp.timeNs),
      ],
    ),
    table(
      `Frames through a switch with ${RING_BOARDS} boards, each to the next`,
      ['rate', 'share of direct'],
      [
        ['direct: between two boards', perSecond(udpFrames), percent(1)],
        ['through the switch', perSecond(switchedFrames), percent(switchedFrames / udpFrames)],
      ],
    ),
  ].join('\n\n');
}

const perSecond = (perMs: number) => `${perMs.toFixed(1)} k/s`;

/** Best time in milliseconds. */
async function bestLoopback(): Promise<number> {
  const server = createServer((socket) => socket.resume().on('end', () => socket.end()));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const block = Buffer.alloc(64_000, 'U');
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const start = performance.now();
    for (let sent = 0; sent < PLAIN_BYTES; sent += block.length) if (!socket.write(block)) await once(socket, 'drain');
    socket.end();
    await once(socket.resume(), 'end');
    best = Math.min(best, performance.now() - start);
  }
  server.close();
  return best;
}
