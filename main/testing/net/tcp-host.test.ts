/** TCP of a board with a host that the test is: what a peer of our own would not do. */
import { expect, test } from 'vitest';
import { Errno } from '../../../kernel/errno';
import { ETHER_HEADER } from '../../../kernel/net/ethernet';
import { message } from '../../../kernel/net/icmp/header';
import { ifDown, ifUp } from '../../../kernel/net/netdev';
import { Protocol } from '../../../kernel/net/ipv4/header';
import { buildSegment, Flag, parseSegment, segmentOf, type Segment } from '../../../kernel/net/tcp/segment';
import { BOARD, HOST, ipv4Frame } from '../../../kernel/net/testing';
import { compile } from '../firmware';
import { Cable } from './cable';

const LISTENING = 80;

const firmware = (body: string) =>
  compile(
    `#include <nuttx/config.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static char g_buffer[4096];

static struct sockaddr_in at(uint32_t address, int port)
{
  struct sockaddr_in made = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address) };
  return made;
}

static int listening(int backlog)
{
  struct sockaddr_in here = at(INADDR_ANY, ${LISTENING});
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  bind(fd, (FAR struct sockaddr *)&here, sizeof(here));
  listen(fd, backlog);
  return fd;
}

static int connected(int port)
{
  struct sockaddr_in there = at(0x0a000001, port);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  int result = connect(fd, (FAR struct sockaddr *)&there, sizeof(there));
  printf("connect: %d\\n", result < 0 ? errno : 0);
  return fd;
}

static void report(const char *what, int result)
{
  printf("%s: %d\\n", what, result < 0 ? -errno : result);
}

int main(int argc, FAR char *argv[])
{
${body}
  return 0;
}
`,
    { board: 'controller' },
  );

/** The host's end of a cable on which there is TCP. */
class Peer extends Cable {
  /** Sends a segment to the board. */
  tell(fields: Partial<Segment>, source = HOST.address): void {
    const segment = segmentOf({ sourcePort: 5000, destinationPort: LISTENING, window: 8192, ...fields });
    this.send(ipv4Frame(Protocol.Tcp, buildSegment(segment, source, BOARD.address), { source }));
    this.run();
  }

  /** Segments that the board has sent to the host since it was asked last. */
  segments(): Segment[] {
    return this.taken().flatMap((frame) => {
      const bytes = frame.subarray(ETHER_HEADER);
      if (bytes[9] !== Protocol.Tcp) return [];
      const end = (bytes[2]! << 8) | bytes[3]!;
      return [parseSegment(bytes.subarray(20, end), BOARD.address, HOST.address)!];
    });
  }

  answers(fields: Partial<Segment>): Segment[] {
    this.segments();
    this.tell(fields);
    return this.segments();
  }

  /** Shakes hands from a port; gives what the board has sent. */
  open(port: number): { ours: number; theirs: number } | null {
    const [answer] = this.answers({ sourcePort: port, sequence: 100, flags: Flag.Syn, mss: 1460 });
    if (!answer || answer.flags !== (Flag.Syn | Flag.Ack)) return null;
    const theirs = answer.sequence + 1;
    this.tell({ sourcePort: port, sequence: 101, ack: theirs, flags: Flag.Ack });
    return { ours: 101, theirs };
  }

  get lines() {
    return this.test.lines;
  }

  get connections() {
    return [...this.net.tcp.connections.values()];
  }

  states() {
    return this.connections.map(({ connection }) => connection.state);
  }
}

async function peer(body: string) {
  const made = new Peer(await firmware(body));
  made.meet();
  return made;
}

test('a flood of SYNs keeps within its limits, and does not keep others out', async () => {
  const cable = await peer(`  listening(5);
  for (; ; ) sleep(1000);`);
  const { free } = cable.net.iobs;
  for (let i = 0; i < 1000; i++) {
    cable.tell({ sourcePort: 6000 + i, sequence: i, flags: Flag.Syn });
    expect(cable.connections.length).toBeLessThanOrEqual(64);
  }
  cable.run(100);
  expect(cable.open(5000)).not.toBeNull();
  cable.run(20_000);
  expect(cable.states()).toEqual(['established']);
  expect(cable.net.iobs.free).toBe(free);
});

test('what is for nobody is reset, unless it is a reset, damaged, or for everybody', async () => {
  const cable = await peer('  sleep(1000);');
  const port = { destinationPort: 99 };
  expect(cable.answers({ ...port, sequence: 7, flags: Flag.Syn })).toMatchObject([
    { flags: Flag.Rst | Flag.Ack, ack: 8 },
  ]);
  expect(cable.answers({ ...port, sequence: 7, ack: 9, flags: Flag.Ack })).toMatchObject([
    { flags: Flag.Rst, sequence: 9 },
  ]);
  expect(cable.answers({ ...port, flags: Flag.Rst })).toEqual([]);
  const bytes = buildSegment(segmentOf({ ...port, flags: Flag.Syn }), HOST.address, BOARD.address);
  bytes[4]! ^= 1;
  expect(cable.ask(ipv4Frame(Protocol.Tcp, bytes))).toEqual([]);
  const all = buildSegment(segmentOf({ ...port, flags: Flag.Syn }), HOST.address, 0x0a0000ff);
  expect(cable.ask(ipv4Frame(Protocol.Tcp, all, { destination: 0x0a0000ff, to: 0xffff_ffff_ffff }))).toEqual([]);
});

test('listen: no more than the backlog wait for accept; the others get in when there is room', async () => {
  const cable = await peer(`  int fd = listening(2);
  sleep(1);
  for (; ; ) report("accept", accept(fd, NULL, NULL));`);
  const first = [5001, 5002, 5003].map((port) => cable.open(port) !== null);
  expect(first).toEqual([true, true, false]);
  cable.run(150);
  expect(cable.open(5003)).not.toBeNull();
  cable.run();
  expect(cable.lines).toEqual(['accept: 4', 'accept: 5', 'accept: 6']);
});

test('connect: refused, unreachable, and given up after a minute', async () => {
  const cable = await peer(`  usleep(20000);
  connected(1);
  connected(2);
  connected(3);`);
  cable.run(2);
  const [syn] = cable.segments();
  expect(syn).toMatchObject({ flags: Flag.Syn, mss: 1460, sackPermitted: true, destinationPort: 1 });
  const back = { sourcePort: 1, destinationPort: syn!.sourcePort, ack: syn!.sequence + 1 };
  cable.tell({ ...back, ack: syn!.sequence + 2, flags: Flag.Rst | Flag.Ack });
  expect(cable.lines).toEqual([]);
  cable.tell({ ...back, flags: Flag.Rst | Flag.Ack });
  expect(cable.lines).toEqual([`connect: ${Errno.ECONNREFUSED}`]);

  const frame = cable.taken().at(-1)!;
  cable.send(ipv4Frame(Protocol.Icmp, message(3, 1, 0, frame.subarray(ETHER_HEADER, ETHER_HEADER + 28))));
  cable.run();
  expect(cable.lines[1]).toBe(`connect: ${Errno.EHOSTUNREACH}`);
  const ticks = cable.machine.ticks;
  for (let i = 0; i < 70 && cable.lines.length < 3; i++) {
    cable.run(100);
    cable.meet();
  }
  expect(cable.lines[2]).toBe(`connect: ${Errno.ETIMEDOUT}`);
  expect(cable.machine.ticks - ticks).toBeGreaterThan(6000);
});

test('SO_KEEPALIVE: a host that is silent is asked, and given up', async () => {
  const cable = await peer(`  int on = 1, idle = 5, interval = 2, count = 2;
  int from = accept(listening(1), NULL, NULL);
  setsockopt(from, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
  setsockopt(from, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
  setsockopt(from, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
  setsockopt(from, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
  report("read", read(from, g_buffer, 1));`);
  const { ours, theirs } = cable.open(5000)!;
  cable.segments();
  cable.run(505);
  expect(cable.segments()).toMatchObject([{ flags: Flag.Ack, sequence: theirs - 1, ack: ours }]);
  cable.tell({ sequence: ours, ack: theirs, flags: Flag.Ack });
  cable.run(500);
  expect(cable.segments()).toHaveLength(1);
  cable.run(410);
  expect(cable.segments().map(({ flags }) => flags)).toEqual([Flag.Ack, Flag.Rst | Flag.Ack]);
  expect(cable.lines).toEqual([`read: ${-Errno.ETIMEDOUT}`]);
});

test('SO_LINGER: close waits for what the other end has not acknowledged, at most for its time', async () => {
  const cable = await peer(`  struct linger two = { .l_onoff = 1, .l_linger = 2 };
  int listener = listening(2);
  for (; ; )
    {
      int from = accept(listener, NULL, NULL);
      setsockopt(from, SOL_SOCKET, SO_LINGER, &two, sizeof(two));
      write(from, "data", 4);
      report("close", close(from));
    }`);
  const { ours, theirs } = cable.open(5000)!;
  cable.run(100);
  expect(cable.lines).toEqual([]);
  cable.tell({ sequence: ours, ack: theirs + 4, flags: Flag.Ack });
  expect(cable.lines).toEqual([]);
  cable.tell({ sequence: ours, ack: theirs + 5, flags: Flag.Ack });
  expect(cable.lines).toEqual(['close: 0']);

  cable.open(5001);
  cable.run(195);
  expect(cable.lines).toHaveLength(1);
  cable.run(10);
  expect(cable.lines).toEqual(['close: 0', 'close: 0']);
  expect(cable.states()).toEqual(['fin-wait-2', 'fin-wait-1']);
});

test('an interface that goes down: its connections give ENETDOWN, who connects by it ENETUNREACH', async () => {
  const cable = await peer(`  int listener = listening(2);
  int from = accept(listener, NULL, NULL);
  send(from, g_buffer, sizeof(g_buffer), MSG_DONTWAIT);
  report("recv", recv(from, g_buffer, 1, 0));
  report("then", recv(from, g_buffer, 1, 0));
  report("send", send(from, g_buffer, 1, MSG_NOSIGNAL));
  sleep(1);
  report("accept", accept(listener, NULL, NULL));
  connected(7);
  sleep(1000);`);
  const { kernel } = cable.machine;
  cable.open(5000);
  cable.open(5001);
  ifDown(kernel, cable.eth0);
  cable.run();
  expect(cable.connections.map(({ connection }) => connection.state)).toEqual(['closed']);
  expect(cable.net.iobs.free).toBe(cable.net.iobs.total);
  ifUp(kernel, cable.eth0);
  cable.run(100);
  ifDown(kernel, cable.eth0);
  cable.run();
  expect(cable.lines).toEqual([
    `recv: ${-Errno.ENETDOWN}`,
    'then: 0',
    `send: ${-Errno.EPIPE}`,
    `accept: ${-Errno.ECONNABORTED}`,
    `connect: ${Errno.ENETUNREACH}`,
  ]);
});

test('a router says that segments are too long: they get smaller', async () => {
  const cable = await peer(`  int from = accept(listening(1), NULL, NULL);
  report("write", write(from, g_buffer, sizeof(g_buffer)));
  sleep(1000);`);
  const { ours, theirs } = cable.open(5000)!;
  const frames = cable.taken().filter((frame) => frame.length > 1000);
  expect(frames.map(({ length }) => length)).toEqual([1514, 1514]);
  const about = frames[0]!.subarray(ETHER_HEADER, ETHER_HEADER + 28);
  // What is not on its way cannot be too long.
  const forged = about.slice();
  forged[24]! ^= 0x80;
  cable.send(ipv4Frame(Protocol.Icmp, message(3, 4, 200, forged)));
  cable.run();
  expect(cable.segments()).toEqual([]);
  cable.send(ipv4Frame(Protocol.Icmp, message(3, 4, 1000, about)));
  cable.run();
  const again = cable.segments().filter(({ payload }) => payload.length > 0);
  expect(again[0]!.sequence).toBe(theirs);
  expect(again[0]!.payload).toHaveLength(960);
  for (const { sequence, payload } of again) {
    cable.tell({ sequence: ours, ack: sequence + payload.length, flags: Flag.Ack });
  }
  cable.run(10);
  for (const { sequence, payload } of cable.segments()) {
    cable.tell({ sequence: ours, ack: sequence + payload.length, flags: Flag.Ack });
  }
  expect(cable.connections[0]!.connection.send.queue.length).toBe(0);
  expect(cable.net.iobs.free).toBe(cable.net.iobs.total);
});

test('TIME-WAIT: the same endpoints can meet again, and there is a limit to how many wait', async () => {
  const cable = await peer(`  int fd = listening(8);
  for (; ; ) close(accept(fd, NULL, NULL));`);
  const end = (port: number, sequence: number) => {
    const [answer] = cable.answers({ sourcePort: port, sequence, flags: Flag.Syn });
    expect(answer).toMatchObject({ flags: Flag.Syn | Flag.Ack });
    const ack = answer!.sequence + 1;
    const from = { sourcePort: port, sequence: sequence + 1 };
    cable.tell({ ...from, ack, flags: Flag.Ack });
    cable.tell({ ...from, ack: ack + 1, flags: Flag.Ack | Flag.Fin });
  };
  end(5000, 100);
  expect(cable.states()).toEqual(['time-wait']);
  end(5000, 100_000);
  expect(cable.states()).toEqual(['time-wait']);
  for (let i = 0; i < 100; i++) end(6000 + i, 100);
  expect(cable.connections.length).toBe(32);
  cable.run(6100);
  expect(cable.connections).toEqual([]);
});
