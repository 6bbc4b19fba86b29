/**
 * iperf3: how fast the network is, measured with the iperf3 of other computers, or between boards. A server for one client
 * at a time (`iperf3 -s`), and a client (`iperf3 -c <host>`), over TCP; either may be the one that sends.
 */
import type { NativeFunction, Program, System } from '../../../kernel/binfmt/native';
import { Failure } from '../errors';
import { GOES_ON, flagOf, keep, kept, newBlock } from '../kept';
import { catchInterrupts } from '../nsh/interrupt';
import { print, say } from '../print';
import { openClient, openServer, step, type Test } from './test';
import { PORT } from './protocol';

const BLOCK_SIZE = 4096;
const USAGE = `Usage: iperf3 -s [-p <port>] [-1]
       iperf3 -c <host> [-p <port>] [-t <seconds>] [-P <streams>] [-l <bytes>] [-R]
`;

export interface Options {
  /** Null: it is a server. */
  host: string | null;
  port: number;
  /** A server that ends with its first client. */
  once: boolean;
  seconds: number;
  streams: number;
  length: number;
  reverse: boolean;
}

const numbers: Readonly<Record<string, 'port' | 'seconds' | 'streams' | 'length'>> = {
  '-p': 'port',
  '-t': 'seconds',
  '-P': 'streams',
  '-l': 'length',
};
const limits = { port: 0xffff, seconds: 86400, streams: 16, length: 65536 } as const;

/** Null for what makes no sense. */
function parse(args: readonly string[]): Options | null {
  const options: Options = {
    ...{ host: null, port: PORT, once: false, seconds: 10, streams: 1, length: 8192, reverse: false },
  };
  let isServer = false;
  const rest = [...args];
  while (rest.length > 0) {
    const option = rest.shift()!;
    if (option === '-s') isServer = true;
    else if (option === '-1') options.once = true;
    else if (option === '-R') options.reverse = true;
    else if (option === '-c') options.host = rest.shift() ?? null;
    else {
      const name = numbers[option];
      const value = /^\d+$/.test(rest[0] ?? '') ? Number(rest.shift()) : 0;
      if (name === undefined || value < 1 || value > limits[name]) return null;
      options[name] = value;
    }
  }
  return isServer === (options.host === null) ? options : null;
}

export const iperf3: NativeFunction = function* (sys, arg0, argv, phase) {
  try {
    if (phase === GOES_ON) return yield* goOn(sys, arg0);
    const options = parse((yield* sys.argv(arg0, argv)).slice(1));
    if (!options) throw new Failure(USAGE.trimEnd());
    const test =
      options.host === null ? yield* openServer(sys, options) : yield* openClient(sys, options, options.host);
    const block = yield* newBlock(sys, BLOCK_SIZE);
    if (block === 0) throw new Failure('iperf3: out of memory');
    yield* catchInterrupts({ sys, interruptFlag: flagOf(block) });
    yield* keep(sys, block, test);
    return yield* sys.again(block, 0, GOES_ON);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* say(sys, 2, `${error.message}\n`);
    return 1;
  }
};

function* goOn(sys: System, block: number): Program {
  const test = yield* kept<Test>(sys, block);
  if ((yield* sys.load32(flagOf(block))) !== 0) {
    yield* print(sys, 'iperf3: interrupted\n');
    return 1;
  }
  if (!(yield* step(sys, test))) return 0;
  yield* keep(sys, block, test);
  return yield* sys.again(block, 0, GOES_ON);
}
