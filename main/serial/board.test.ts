/** Programs and devices of this computer on UARTs of an emulated board. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configRecord } from '../../kernel/config';
import type { EventName, Payload } from '../contract/messages';
import type { BoardUart, SerialDevice } from '../contract/serial';
import type { Snapshot } from '../contract/target';
import { Session } from '../machine/session';
import { compile, type TestFirmware } from '../testing/firmware';
import { hasSocat, SerialCable } from '../testing/serial-cable';
import { Serial } from './index';

/** Sends back what comes, byte by byte as it is, so fast that the CPU still refills the transmitter in time. */
const ECHO = `
#include <nuttx/config.h>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

int main(int argc, FAR char *argv[])
{
  static char bytes[4096];
  struct termios tio;
  int fd = open("/dev/ttyS1", O_RDWR);
  ssize_t count;

  tcgetattr(fd, &tio);
  cfmakeraw(&tio);
  cfsetspeed(&tio, 500000);
  tcsetattr(fd, TCSANOW, &tio);
  while ((count = read(fd, bytes, sizeof(bytes))) > 0)
    {
      write(fd, bytes, count);
    }

  return 0;
}
`;
const config = { CONFIG_UART1_RXBUFSIZE: 8192, CONFIG_UART1_TXBUFSIZE: 8192 };

/** Bytes that tell where they belong. */
const pattern = (length: number) =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) + (i >> 16)) & 255));

let stateDir: string;
let serial: Serial;
let session: Session;
let snapshot: Snapshot;
let uarts: BoardUart[];
let devices: SerialDevice[];

/** Session and serial side, as the host wires them. */
function begin(firmware: TestFirmware): void {
  const { linked, project } = firmware;
  session = new Session((message) => {
    if (message.event === 'snapshot') snapshot = message.payload;
    if (message.event === 'uartLines') void serial.uarts.setLines(message.payload);
    if (message.event === 'uartOutput') serial.uarts.output(message.payload.uart, message.payload.data);
  });
  serial = new Serial({
    stateDir,
    emit: <E extends EventName>(event: E, payload: Payload<E>) => {
      if (event === 'uarts') uarts = payload as BoardUart[];
      if (event === 'serial') ({ devices } = payload as Payload<'serial'>);
    },
    list: () => Promise.resolve({ devices: [], hint: null }),
    board: {
      feed: (uart, data) => session.feed(uart, data),
      taken: (uart, count) => session.taken(uart, count),
    },
  });
  const apps = project.apps.map((app) => ({ ...app, args: [] }));
  session.load({ linked, board: project.board.name, config: configRecord(project.config), apps, seed: 1 });
  session.setSpeed(null);
}

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'tickscope-state-'));
  uarts = [];
  devices = [];
});
afterEach(async () => {
  session.pause();
  await serial.close();
  rmSync(stateDir, { recursive: true, force: true });
});

async function dial(): Promise<Socket> {
  await serial.handlers.uartExpose({ uart: 'uart1', as: 'tcp', port: 0 });
  await expect.poll(() => uarts.find(({ id }) => id === 'uart1')?.tcp).toBeTruthy();
  const [host, port] = uarts.find(({ id }) => id === 'uart1')!.tcp!.address.split(':');
  const socket = connect(Number(port), host);
  await once(socket, 'connect');
  return socket;
}

test('a program on a TCP port has bytes echoed by the board; going back sends nothing twice', async () => {
  begin(await compile(ECHO, { board: 'controller', config }));
  session.run();
  const socket = await dial();
  const sent = pattern(500_000);
  const received: Buffer[] = [];
  socket.on('data', (data) => received.push(data));
  socket.write(sent);
  await expect.poll(() => Buffer.concat(received).length, { timeout: 150_000 }).toBe(sent.length);
  expect(Buffer.concat(received).equals(sent)).toBe(true);

  session.pause();
  const { tick } = snapshot;
  for (let i = 0; i < 3; i++) session.step('tick', true);
  for (let i = 0; i < 3; i++) session.step('tick', false);
  expect(snapshot.tick).toBe(tick);
  socket.write('again');
  session.run();
  await expect.poll(() => Buffer.concat(received).length).toBe(sent.length + 5);
  expect(Buffer.concat(received).subarray(sent.length).toString()).toBe('again');
  socket.destroy();
});

describe.skipIf(!hasSocat)('a real device (needs socat)', () => {
  let cable: SerialCable;
  beforeEach(async () => {
    cable = new SerialCable();
    await cable.plug();
  });
  afterEach(() => cable.remove());

  test('bridged to a UART: two megabytes each way, whole, though it is unplugged in the middle', async () => {
    begin(await compile(ECHO, { board: 'controller', config }));
    session.run();
    await serial.handlers.uartBridge({ uart: 'uart1', path: cable.path });
    // Opening a device throws away what came before.
    await expect.poll(() => devices[0]?.line?.status).toBe('open');
    const sent = pattern(2_000_000);
    const got = (bytes: number) => expect.poll(() => cable.got.length, { timeout: 200_000, interval: 200 }).toBe(bytes);
    cable.send(sent.subarray(0, 0.6 * sent.length));
    await got(0.6 * sent.length);

    const socket = await dial();
    await cable.unplug();
    // What the board sends meanwhile waits for the device.
    socket.write(sent.subarray(0.6 * sent.length, 0.6 * sent.length + 20_000));
    await expect.poll(() => uarts.find(({ id }) => id === 'uart1')!.fromBoard).toBe(0.6 * sent.length + 20_000);
    await cable.plug();
    await got(0.6 * sent.length + 20_000);
    // It reads nothing, so the board would wait for it.
    socket.destroy();
    cable.send(sent.subarray(0.6 * sent.length + 20_000));
    await got(sent.length);
    expect(cable.got.equals(sent)).toBe(true);

    // The input log has every byte, so the run can be made again without the device.
    session.pause();
    const { timeNs } = snapshot;
    await cable.unplug();
    for (let i = 0; i < 2; i++) session.step('tick', true);
    for (let i = 0; i < 2; i++) session.step('tick', false);
    expect(snapshot.timeNs).toBe(timeNs);
  }, 400_000);

  test('cannot be bridged twice, and a UART that is not there cannot at all', async () => {
    begin(await compile(ECHO, { board: 'controller', config }));
    await serial.handlers.uartBridge({ uart: 'uart1', path: cable.path });
    await expect(serial.handlers.uartBridge({ uart: 'uart0', path: cable.path })).rejects.toThrow('bridged to uart1');
    await expect(serial.handlers.uartBridge({ uart: 'uart7', path: cable.path })).rejects.toThrow(
      'it has uart0, uart1',
    );
    const bridged = () => uarts.flatMap(({ bridge }) => bridge ?? []);
    await expect.poll(bridged).toHaveLength(1);
    const [device] = bridged();
    await serial.handlers.serialDetach({ device: device! });
    await expect.poll(() => uarts.find(({ id }) => id === 'uart1')?.bridge).toBeNull();
  });
});

test.skipIf(process.platform === 'win32')('a second Tickscope on the exposed console gets an NSH prompt', async () => {
  const shell = { CONFIG_INIT_ENTRYPOINT: 'nsh_main' };
  begin(await compile('int main(void) { return 0; }', { board: 'controller', config: shell }));
  session.setSpeed(1);
  session.run();
  await serial.handlers.uartExpose({ uart: 'uart0', as: 'pty', port: 0 });
  await expect.poll(() => uarts.find(({ id }) => id === 'uart0')?.pty).toBeTruthy();
  const { pty } = uarts.find(({ id }) => id === 'uart0')!;

  const received: Buffer[] = [];
  const second = new Serial({
    stateDir,
    emit: <E extends EventName>(event: E, payload: Payload<E>) => {
      if (event === 'serialData') received.push(Buffer.from((payload as Payload<'serialData'>).data));
    },
    list: () => Promise.resolve({ devices: [], hint: null }),
    board: { feed: () => Promise.resolve(), taken: () => undefined },
  });
  const { device } = await second.handlers.serialAttach({ path: pty! });
  const screen = () => Buffer.concat(received).toString();
  await second.handlers.serialWrite({ device, data: new TextEncoder().encode('\r') });
  await expect.poll(screen).toContain('nsh> ');
  await second.handlers.serialWrite({ device, data: new TextEncoder().encode('uname\r') });
  await expect.poll(screen).toContain('NuttX');
  await second.close();
});
