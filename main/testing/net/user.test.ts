/** A board behind the user-mode gateway, with Linux around it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BoardInNamespace, lacking, LIFE, Namespace, netProject } from './namespace';

const why = lacking('nc', 'python3', 'socat');
const skipped = why === null ? '' : ` (skipped: ${why})`;
const LINUX = '192.168.77.1';
/** What the board knows this computer as. */
const GATEWAY = '10.0.0.1';

const app = (name: string) => ({ name, entry: `${name}_main`, priority: 100, stackSize: 8192, boot: false });
const projectFile = JSON.stringify({
  board: 'controller',
  config: { CONFIG_INIT_ENTRYPOINT: 'nsh_main', CONFIG_SCHED_HAVE_PARENT: true, CONFIG_IOB_NBUFFERS: 200 },
  apps: ['udpecho', 'udpsend', 'tcpecho', 'tcpsend', 'listen', 'announce'].map(app),
});
const FORWARDS = 'tcp:8007->7,tcp:8001->1,udp:8007->7';

describe.skipIf(why !== null)(`a board in user-mode and Linux${skipped}`, () => {
  let linux: Namespace;
  let board: BoardInNamespace;
  const on = (command: string, ...args: string[]) => linux.run(command, args);
  const python = async (script: string, input = '') =>
    (await linux.run('python3', ['-c', script], { input })).text.trim();

  beforeAll(async () => {
    linux = new Namespace();
    await on('ip', 'link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'lan1');
    await on('ip', 'addr', 'add', `${LINUX}/24`, 'dev', 'lan0');
    for (const name of ['lan0', 'lan1']) await on('ip', 'link', 'set', name, 'up');
    linux.spawn('socat', ['TCP-LISTEN:7,fork,reuseaddr', 'EXEC:cat'], LIFE);
    linux.spawn('socat', ['UDP-RECVFROM:7,fork', 'EXEC:cat'], LIFE);
    const net = `controller/eth0=user:lan0,${FORWARDS}`;
    board = await BoardInNamespace.start(linux, await netProject({ 'tickscope.json': projectFile }), '--net', net);
    await board.says('nsh>');
    board.type('udpecho 7 &\ntcpecho 7 &\n');
    await board.says('udpecho: port 7');
    await board.says('tcpecho: port 7');
  });
  afterAll(() => linux?.close());

  test('ping to the gateway; another host cannot be pinged', async () => {
    board.type(`ping -c 3 -i 200 -W 10000 ${GATEWAY}\n`);
    await board.says('3 packets transmitted, 3 received');
  });

  test('UDP and TCP to servers, on this computer and at an address of the interface', async () => {
    for (const host of [GATEWAY, LINUX]) {
      board.type(`udpsend ${host} 7 10 500\n`);
      await board.says('udpsend: 10 good');
      board.said = '';
      board.type(`tcpsend ${host} 7 300000\n`);
      await board.says('tcpsend: 300000 of 300000 bytes back');
      board.said = '';
    }
  });

  test('a server that is not there refuses', async () => {
    board.type(`tcpsend ${GATEWAY} 4444\n`);
    await board.says('connect failed: 111');
  });

  test('TCP that is forwarded: whole, half-closed, and reset', async () => {
    const text = 'what goes in comes out\n'.repeat(20_000);
    const { output } = await linux.run('nc', ['-N', LINUX, '8007'], { input: text });
    expect(output.toString()).toBe(text);
    const script = `
import socket
s = socket.create_connection(("${LINUX}", 8001))
try: print(s.recv(1))
except ConnectionResetError: print("reset")
`;
    expect(await python(script)).toBe('reset');
    const abort = `
import socket, struct
s = socket.create_connection(("${LINUX}", 8007))
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
s.sendall(b"bye")
s.recv(3)
s.close()
`;
    await python(abort);
    await board.says(/tcpecho: 3 bytes, then error 104/);
  });

  test('UDP that is forwarded', async () => {
    const { output } = await linux.run('nc', ['-u', '-W', '1', '-w', '20', LINUX, '8007'], { input: 'hello' });
    expect(output.toString()).toBe('hello');
  });

  test('a group that the board has joined receives what Linux sends, and Linux what the board sends', async () => {
    board.type('listen 239.1.2.3 5000 1 &\n');
    await board.says('listen: 239.1.2.3 port 5000');
    const send = `
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("${LINUX}"))
while True:
    s.sendto(b"to the group", ("239.1.2.3", 5000))
    time.sleep(0.1)
`;
    // The gateway joins a little after the board.
    const sender = linux.spawn('python3', ['-c', send]);
    await board.says('to the group');
    sender.kill();
    const receive = `
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", 5001))
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton("239.1.2.4") + socket.inet_aton("${LINUX}"))
print("joined", flush=True)
s.settimeout(20)
print(s.recv(100).decode())
`;
    let heard = '';
    linux.spawn('python3', ['-c', receive]).stdout!.on('data', (data: Buffer) => (heard += data.toString()));
    await expect.poll(() => heard).toContain('joined');
    board.type('announce 239.1.2.4 5001 from-the-board 3\n');
    await expect.poll(() => heard).toContain('from-the-board');
  });

  test('an address by DHCP', async () => {
    board.type('renew eth0\n');
    board.type('ifconfig\n');
    await board.says('10.0.2.15');
    board.type('ping -c 1 -W 10000 10.0.2.2\n');
    await board.says('1 packets transmitted, 1 received');
  });

  test('the run ends in order', async () => {
    await board.end();
    expect(board.said).not.toContain('Internal error');
  });
});
