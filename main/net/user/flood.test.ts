/** What boards can do to the gateway: floods end at fixed limits, and nothing of it ends the app. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { parseIpv4 as addressOf } from '../../../kernel/net/address';
import { EtherType } from '../../../kernel/net/ethernet';
import { Protocol } from '../../../kernel/net/ipv4/header';
import { buildSegment, Flag, parseSegment, segmentOf } from '../../../kernel/net/tcp/segment';
import { UserLink } from '.';
import { buildFrame, buildIpv4, buildUdp, parseFrame, parseIpv4 } from './packet';

const GATEWAY_MAC = 0x5255_0a00_0202;
const [BOARD, GATEWAY] = [addressOf('10.0.2.15')!, addressOf('10.0.2.2')!];
const BOARD_MAC = 0x0200_0000_0001;
/** Nobody listens there. */
const CLOSED_PORT = 1;

let link: UserLink | undefined;
afterEach(() => link?.close());

/** The gateway, and the frames that come from it. */
async function open(): Promise<{ link: UserLink; come: Uint8Array[] }> {
  const come: Uint8Array[] = [];
  link = await UserLink.open(
    { interface: null, forwards: [] },
    { frame: (bytes) => void come.push(bytes), failed: () => undefined, changed: () => undefined },
  );
  return { link, come };
}

function frames(protocol: number, payload: Uint8Array, id: number): Uint8Array[] {
  const packets = buildIpv4({ id, protocol, source: BOARD, destination: GATEWAY, ttl: 64, payload });
  return packets.map((packet) =>
    buildFrame({ destination: GATEWAY_MAC, source: BOARD_MAC, type: EtherType.Ipv4, payload: packet }),
  );
}

const udp = (sourcePort: number) =>
  frames(
    Protocol.Udp,
    buildUdp({ sourcePort, destinationPort: CLOSED_PORT, payload: Uint8Array.of(1) }, BOARD, GATEWAY),
    sourcePort,
  );

const tcp = (sourcePort: number, destinationPort: number, flags: number, sequence: number) =>
  frames(
    Protocol.Tcp,
    buildSegment(segmentOf({ sourcePort, destinationPort, flags, sequence, window: 1000 }), BOARD, GATEWAY),
    sourcePort,
  );

/** Flags of the segments that came. */
const flagsOf = (come: readonly Uint8Array[]) =>
  come.flatMap((bytes) => {
    const packet = parseIpv4(parseFrame(bytes).payload);
    const segment =
      packet?.protocol === Protocol.Tcp && parseSegment(packet.payload, packet.source, packet.destination);
    return segment ? [segment.flags] : [];
  });

const flows = ({ message }: UserLink) => /open: (\d+) TCP, (\d+) UDP/.exec(message)!.slice(1).map(Number);

test('datagrams from very many ports, and back again while sockets are closed for others', async () => {
  const { link: gateway } = await open();
  for (let round = 0; round < 3; round++) {
    for (let port = 2000; port < 2700; port++) for (const frame of udp(port)) gateway.send(frame);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (let port = 2699; port >= 2000; port--) for (const frame of udp(port)) gateway.send(frame);
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(flows(gateway)).toEqual([0, 256]);
});

test('very many connections: those beyond the limit are reset, and so are all where nobody listens', async () => {
  const { link: gateway, come } = await open();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const ports = Array.from({ length: 700 }, (_, i) => 10_000 + i);
  try {
    for (const from of ports) for (const frame of tcp(from, port, Flag.Syn, 7)) gateway.send(frame);
    await expect.poll(() => sockets.size).toBe(512);
    expect(flows(gateway)[0]).toBe(512);
    expect(flagsOf(come).filter((flags) => flags & Flag.Rst)).toHaveLength(188);
    for (const from of ports) for (const frame of tcp(from, port, Flag.Rst, 8)) gateway.send(frame);
    await expect.poll(() => sockets.size).toBe(0);
    expect(flows(gateway)[0]).toBe(0);
    come.length = 0;
    for (const from of ports.slice(0, 500))
      for (const frame of tcp(from, CLOSED_PORT, Flag.Syn, 7)) gateway.send(frame);
    await expect.poll(() => flagsOf(come).filter((flags) => flags & Flag.Rst).length).toBe(500);
    expect(flows(gateway)[0]).toBe(0);
  } finally {
    server.close();
  }
});

test('anything at all', async () => {
  const { link: gateway } = await open();
  const seeds = [...udp(2000), ...tcp(3000, CLOSED_PORT, Flag.Syn, 7), ...tcp(3000, CLOSED_PORT, Flag.Ack, 8)];
  let x = 1;
  const random = (most: number) => ((x = (Math.imul(x, 1664525) + 1013904223) >>> 0) >>> 8) % most;
  for (let i = 0; i < 3000; i++) {
    const frame = seeds[random(seeds.length)]!.slice(0, random(8) === 0 ? 14 + random(40) : undefined);
    // Neither ports nor addresses: nothing is to reach others on this computer.
    for (let wrong = random(4); wrong >= 0; wrong--)
      frame[[14, 15, 16, 17, 20, 21, 22, 23, 24, 38, 39, 46, 47, 48][random(14)]!] = random(256);
    gateway.send(frame);
    if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
});
