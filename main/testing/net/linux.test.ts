/** A board on a TAP interface, with Linux and its tools on the other side. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BoardInNamespace, lacking, Namespace, netProject, tickscope } from './namespace';

const why = lacking('ping', 'arping', 'nc', 'curl', 'iperf3', 'telnet', 'python3', 'socat', 'tshark');
const skipped = why === null ? '' : ` (skipped: ${why})`;
const MEGABYTE = 1 << 20;
const BOARD = '10.0.0.2';
const LINUX = '10.0.0.1';
const TAP = `tap:tap0,${LINUX}/24`;
const MINUTES = { timeout: 600_000 };

const app = (name: string, stackSize: number) => ({
  name,
  entry: `${name}_main`,
  priority: 100,
  stackSize,
  boot: false,
});
/** NSH, with programs that it starts. */
const projectFile = JSON.stringify({
  board: 'controller',
  config: {
    CONFIG_INIT_ENTRYPOINT: 'nsh_main',
    CONFIG_SCHED_HAVE_PARENT: true,
    CONFIG_NSH_TELNET: true,
    CONFIG_IOB_NBUFFERS: 200,
  },
  apps: [app('udpecho', 4096), app('tcpecho', 4096), app('crowd', 8192), app('httpget', 4096), app('httpserve', 4096)],
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tickscope-linux-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Bytes that are nowhere the same. */
const noise = (length: number): Buffer => {
  const blocks = Array.from({ length: Math.ceil(length / 64) }, (_, i) => createHash('sha512').update(`${i}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
};

/**
 * Acknowledgments of what was never sent, in tshark's rows of stream, sender, sequence number, length, flags and
 * acknowledgment. Its own tcp.analysis.ack_lost_segment minds data that goes out for the first time together with older data
 * that is sent again, as RFC 9293, 3.8.1, allows it.
 */
function unsent(rows: string): string[] {
  const [FIN, SYN, RST, ACK] = [1, 2, 4, 16];
  const ends = new Map<string, number>();
  return rows.split('\n').filter((row) => {
    const [stream, from, ...numbers] = row.split('\t');
    const [seq, length, flags, ack] = numbers.map(Number) as [number, number, number, number];
    const to = from === BOARD ? LINUX : BOARD;
    const key = `${stream} ${from}`;
    if (!(flags & RST)) ends.set(key, Math.max(ends.get(key) ?? 0, seq + length + (flags & (SYN | FIN) ? 1 : 0)));
    return flags & ACK && !(flags & RST) && ack > (ends.get(`${stream} ${to}`) ?? 0);
  });
}

describe.skipIf(why !== null)(`a board and Linux${skipped}`, () => {
  let linux: Namespace;
  let board: BoardInNamespace;
  const on = (command: string, ...args: string[]) => linux.run(command, args);
  const files = () => ({ capture: join(folder, 'lan.pcapng'), recording: join(folder, 'lan.jsonl') });

  beforeAll(async () => {
    linux = new Namespace();
    const project = await netProject({ 'tickscope.json': projectFile });
    const { capture, recording } = files();
    board = await BoardInNamespace.start(
      linux,
      project,
      ...['--net', `controller/eth0=${TAP}`, '--pcap', capture, '--record', recording],
    );
    await board.says('nsh>');
    board.type('udpecho 7 &\ntcpecho 7 &\ncrowd 7000 100 &\niperf3 -s &\n');
    await board.says('udpecho: port 7');
    await board.says('tcpecho: port 7');
    await board.says('crowd: port 7000');
  });
  afterAll(() => linux?.close());

  test('ping and arping', async () => {
    // With a deadline it waits for five answers, however long they take, and asks again meanwhile.
    const pinged = await on('ping', '-c', '5', '-w', '50', '-s', '1400', BOARD);
    expect([...pinged.text.matchAll(/icmp_seq=(\d+) ttl/g)].map(([, seq]) => seq)).toEqual(['1', '2', '3', '4', '5']);
    const asked = await on('arping', '-c', '2', '-I', 'tap0', BOARD);
    expect(asked.text).toContain('02:00:00:00:00:01');
  });

  test('a ping that comes in fragments', async () => {
    expect((await on('ping', '-c', '2', '-w', '50', '-s', '4000', BOARD)).text).toContain('2 received');
  });

  test('a UDP port that nobody has is told', async () => {
    const script = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(30)
s.connect(("${BOARD}", 9))
s.send(b"anybody?")
try: s.recv(10)
except ConnectionRefusedError: print("refused")
`;
    expect((await on('python3', '-c', script)).text).toContain('refused');
  });

  test('UDP echo by nc', async () => {
    const { output } = await linux.run('nc', ['-u', '-W', '1', '-w', '20', BOARD, '7'], { input: 'one datagram' });
    expect(output.toString()).toBe('one datagram');
  });

  test('TCP echo of 10 MB, in both directions at once, whole', MINUTES, async () => {
    const data = noise(10 * MEGABYTE);
    const { output } = await linux.run('nc', ['-N', BOARD, '7'], { input: data, limit: 200_000 });
    expect(output.equals(data)).toBe(true);
  });

  test('half-close: what comes after the end of the one direction comes through in the other', async () => {
    const script = `
import socket
s = socket.create_connection(("${BOARD}", 7))
s.sendall(b"x" * 100000)
s.shutdown(socket.SHUT_WR)
total = 0
while True:
    d = s.recv(65536)
    if not d: break
    total += len(d)
print(total)
`;
    expect((await on('python3', '-c', script)).text.trim()).toBe('100000');
  });

  test('reset: the board learns it, and serves the next', async () => {
    const script = `
import socket, struct
s = socket.create_connection(("${BOARD}", 7))
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
s.sendall(b"bye")
s.recv(3)
s.close()
`;
    await on('python3', '-c', script);
    await board.says(/tcpecho: 3 bytes, then error 104/);
    const refused = await on('nc', '-z', '-v', BOARD, '1');
    expect(refused.text).toContain('refused');
    const { output } = await linux.run('nc', ['-N', BOARD, '7'], { input: 'still there' });
    expect(output.toString()).toBe('still there');
  });

  test('100 connections at once', MINUTES, async () => {
    const script = `
import socket, hashlib
all = [socket.create_connection(("${BOARD}", 7000), 30) for i in range(100)]
for i, s in enumerate(all): s.sendall(b"%05d" % i * 200)
good = 0
for i, s in enumerate(all):
    got = b""
    while len(got) < 1000:
        d = s.recv(1000)
        if not d: break
        got += d
    good += got == b"%05d" % i * 200
for s in all: s.close()
print(good)
`;
    expect((await on('python3', '-c', script)).text.trim()).toBe('100');
    await board.says('crowd: 100 at once, 100000 bytes');
  });

  test('iperf3, to the board and from it', MINUTES, async () => {
    for (const reverse of [[], ['-R']]) {
      const { text } = await on('iperf3', '-c', BOARD, '-t', '2', '-J', ...reverse);
      expect(text).not.toContain('"error"');
      const { end } = JSON.parse(text) as { end: { sum_received: { bytes: number; bits_per_second: number } } };
      expect(end.sum_received.bytes).toBeGreaterThan(100_000);
    }
  });

  test('telnet into NSH', async () => {
    const session = linux.spawn('telnet', [BOARD]);
    let heard = '';
    session.stdout!.on('data', (data: Buffer) => (heard += data.toString()));
    const hears = (text: string) => expect.poll(() => heard).toContain(text);
    await hears('nsh>');
    session.stdin!.write('echo from $((6*7)) afar\nuname\n');
    await hears('NuttX');
    session.stdin!.write('exit\n');
    await new Promise((resolve) => session.on('close', resolve));
  });

  test('curl fetches a page from the board by HTTP, and the board one from a Linux server', async () => {
    await writeFile(join(folder, 'page.txt'), 'a page of Linux\n'.repeat(500));
    const server = linux.spawn('python3', ['-m', 'http.server', '8000', '--directory', folder]);
    await expect
      .poll(async () => (await on('curl', '-s', '-o', '/dev/null', `http://${LINUX}:8000/page.txt`)).status)
      .toBe(0);
    board.type(`httpget ${LINUX} 8000 /page.txt\n`);
    await board.says(/200 OK[^]*8000/);
    server.kill();
    board.type('httpserve 80 &\n');
    const fetched = await on('curl', '-s', '--retry-connrefused', '--retry', '5', `http://${BOARD}/20000`);
    expect(fetched.output).toHaveLength(20_000);
  });

  test(
    'the run ends; its capture has nothing that is wrong, and it is made again with the same state',
    MINUTES,
    async () => {
      await board.end();
      const [, hash] = /state (\S+) at/.exec(board.said)!;
      const { capture, recording } = files();
      const wrong = [
        ...['_ws.malformed', 'ip.checksum.status == 0', 'udp.checksum.status == 0'],
        // Linux writes ffff for a sum of zero, which is the same number, and which tshark minds: one segment in 65536.
        '(tcp.checksum.status == 0 and tcp.checksum != 0xffff)',
      ];
      const checks = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
      // Else the other port, which Linux chooses, may have a protocol by which these are malformed.
      const known = ['udp.port==9,data', 'tcp.port==5201,data', 'tcp.port==7000,data', 'tcp.port==8000,http'];
      const decode = known.flatMap((each) => ['-d', each]);
      const found = await on('tshark', '-r', capture, ...checks, ...decode, '-Y', wrong.join(' or '));
      expect({ status: found.status, wrong: found.output.toString() }).toEqual({ status: 0, wrong: '' });
      const fields = ['tcp.stream', 'ip.src', 'tcp.seq', 'tcp.len', 'tcp.flags', 'tcp.ack'].flatMap((name) => [
        '-e',
        name,
      ]);
      const segments = await on('tshark', '-r', capture, '-Y', 'tcp', '-T', 'fields', ...fields);
      expect(unsent(segments.output.toString())).toEqual([]);
      const again = await tickscope(await netProject({ 'tickscope.json': projectFile }), '--replay', recording);
      expect(again.text).toContain(`state ${hash}`);
      expect(again.status).toBe(0);
      // What ends in the middle of a line is no recording.
      expect(await readFile(recording, 'utf8')).toMatch(/"end":true.*\n$/);
    },
  );
});

describe.skipIf(why !== null)(`a board and Linux over a bad cable${skipped}`, () => {
  test('TCP echo of 10 MB is whole with 5 % loss and reordering each way', MINUTES, async () => {
    const bench = {
      boards: [{ name: 'board' }],
      links: [{ from: 'board/eth0', to: 'host:lan', loss: 0.05, reorder: 0.05 }],
    };
    const project = await netProject({
      'tickscope.json': JSON.stringify({ ...(JSON.parse(projectFile) as object), bench: 'bench.json' }),
      'bench.json': JSON.stringify(bench),
    });
    const linux = new Namespace();
    try {
      const board = await BoardInNamespace.start(linux, project, '--net', `host:lan=${TAP}`);
      await board.says('NuttShell');
      board.type('tcpecho 7 &\n');
      await board.says('tcpecho: port 7');
      const data = noise(10 * MEGABYTE);
      const { output } = await linux.run('nc', ['-N', BOARD, '7'], { input: data, limit: 200_000 });
      expect(output.equals(data)).toBe(true);
    } finally {
      await linux.close();
    }
  });
});

test.skipIf(why !== null)(`a board whose app is killed leaves no socat behind${skipped}`, async () => {
  const linux = new Namespace();
  try {
    const project = await netProject({ 'tickscope.json': projectFile });
    const board = await BoardInNamespace.start(linux, project, '--net', `controller/eth0=${TAP}`);
    await board.says('nsh>');
    expect(linux.pids.length).toBeGreaterThan(1);
    board.kill();
    await expect.poll(() => linux.pids).toEqual([]);
  } finally {
    await linux.close();
  }
});
