/** Bytes of a UART through the whole host: a program on a TCP port has them echoed by a board that runs flat out. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { configRecord } from '../../kernel/config';
import { appRoot } from '../host/paths';
import { Session } from '../machine/session';
import { Uarts } from '../serial/uarts';
import type { BuiltFirmware } from './firmware';
import { percent, table } from './table';

export const uartFirmware = join(appRoot, 'main', 'bench', 'uart');
/** The one that the firmware has opened. */
const UART = 'uart1';
const BYTES = 200_000;
const ROUNDS = 4;
const LOCAL = '127.0.0.1';

export async function measureUart({ project, linked }: BuiltFirmware): Promise<string> {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, LOCAL);
  await once(server, 'listening');
  const session: Session = new Session((message) => {
    if (message.event === 'uartLines') void uarts.setLines(message.payload);
    if (message.event === 'uartOutput') uarts.output(message.payload.uart, message.payload.data);
  });
  const uarts = new Uarts({
    feed: (uart, data) => session.feed(uart, data),
    taken: (uart, count) => session.taken(uart, count),
    onChange: () => undefined,
  });
  session.load({
    linked,
    board: project.board.name,
    config: configRecord(project.config),
    apps: project.apps.map((app) => ({ ...app, args: [] })),
    seed: 1,
  });
  session.setSpeed(null);
  session.run();
  await uarts.expose(UART, 'tcp', 0);
  const [, port] = uarts
    .list()
    .find(({ id }) => id === UART)!
    .tcp!.address.split(':');

  const [plainMs, boardMs] = [await bestEcho((server.address() as AddressInfo).port), await bestEcho(Number(port))];
  session.pause();
  await uarts.close();
  server.close();
  return table(
    `UART, ${BYTES / 1000} kB echoed over a TCP port`,
    ['rate', 'share of plain'],
    [
      ['plain: echoed by the TCP server', rate(plainMs), percent(1)],
      ['through the board', rate(boardMs), `${((100 * plainMs) / boardMs).toFixed(2)} %`],
    ],
  );
}

const rate = (ms: number) => `${(BYTES / ms / 1000).toFixed(2)} MB/s`;

/** Best of the rounds, in milliseconds; one before them warms up. */
async function bestEcho(port: number): Promise<number> {
  const socket = connect(port, LOCAL);
  await once(socket, 'connect');
  let best = Infinity;
  for (let round = -1; round < ROUNDS; round++) {
    const ms = await echo(socket);
    if (round >= 0) best = Math.min(best, ms);
  }
  socket.destroy();
  return best;
}

function echo(socket: Socket): Promise<number> {
  const start = performance.now();
  return new Promise((resolve) => {
    let left = BYTES;
    const count = (data: Buffer) => {
      left -= data.length;
      if (left > 0) return;
      socket.off('data', count);
      resolve(performance.now() - start);
    };
    socket.on('data', count);
    socket.write(Buffer.alloc(BYTES, 'U'));
  });
}
