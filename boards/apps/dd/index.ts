/** dd: copies blocks from one file or device to another (NuttX apps: system/dd). */
import type { NativeFunction, Program, System } from '../../../kernel/binfmt/native';
import { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } from '../../../kernel/fs/openflags';
import { errnoName, Failure } from '../errors';
import { say } from '../print';

const DEFAULT_BLOCK = 512;
/** What fits into a word of the state. */
const LARGEST = 0x7fff_ffff;
const SEEK_SET = 0;
const CLOCK_MONOTONIC = 1;

const USAGE = `usage:
  dd [if=<infile>] [of=<outfile>] [bs=<sectsize>] [count=<sectors>] [skip=<sectors>] [seek=<sectors>] [conv=<nocreat,notrunc>]
`;

interface Options {
  input: string | null;
  output: string | null;
  block: number;
  count: number;
  skip: number;
  seek: number;
  conversions: string[];
}

function number(name: string, text: string): number {
  const match = /^(\d+|0x[0-9a-f]+)([kM]?)$/i.exec(text);
  if (!match) throw new Failure(`dd: ${name}: argument invalid`);
  return Number(match[1]) * { '': 1, k: 1024, m: 1 << 20 }[match[2]!.toLowerCase()]!;
}

function parse(args: readonly string[]): Options {
  const given = new Map(args.map((arg) => [arg.split('=')[0]!, arg.slice(arg.indexOf('=') + 1)]));
  for (const arg of args) if (!/^(if|of|bs|count|skip|seek|conv)=./.test(arg)) throw new Failure(USAGE.trimEnd());
  const count = (name: string, otherwise: number) => (given.has(name) ? number(name, given.get(name)!) : otherwise);
  const block = count('bs', DEFAULT_BLOCK);
  if (block < 1 || block > LARGEST) throw new Failure('dd: bs: argument invalid');
  return {
    input: given.get('if') ?? null,
    output: given.get('of') ?? null,
    block,
    count: count('count', Infinity),
    skip: count('skip', 0),
    seek: count('seek', 0),
    conversions: (given.get('conv') ?? '').split(','),
  };
}

/** What one step leaves to the next, in the heap: descriptors, block size, buffer, blocks left (-1 for all), bytes, when it began. */
const Field = { input: 0, output: 4, block: 8, buffer: 12, left: 16, copied: 20, began: 24 } as const;
const STATE_SIZE = 40;
const GOES_ON = 1;
/** Blocks that are copied in one step. */
const BLOCKS_PER_STEP = 32;

export const dd: NativeFunction = function* (sys, arg0, argv, phase) {
  let state = phase === GOES_ON ? arg0 : 0;
  try {
    if (state === 0) state = yield* begin(sys, parse((yield* sys.argv(arg0, argv)).slice(1)));
    for (let i = 0; i < BLOCKS_PER_STEP; i++) {
      if (!(yield* copyBlock(sys, state))) return yield* finish(sys, state);
    }
    return yield* sys.again(state, 0, GOES_ON);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* sys.free(state);
    yield* say(sys, 2, `${error.message}\n`);
    return 1;
  }
};

function* begin(sys: System, options: Options): Program {
  const { conversions } = options;
  const flags =
    O_WRONLY | (conversions.includes('nocreat') ? 0 : O_CREAT) | (conversions.includes('notrunc') ? 0 : O_TRUNC);
  const input = options.input === null ? 0 : yield* opened(sys, options.input, O_RDONLY);
  const output = options.output === null ? 1 : yield* opened(sys, options.output, flags);
  const { block, count, skip, seek } = options;
  if (skip > 0) yield* position(sys, input, skip * block);
  if (seek > 0) yield* position(sys, output, seek * block);
  const state = yield* sys.malloc(STATE_SIZE + block);
  if (state === 0) throw new Failure('dd: out of memory');
  const values = [input, output, block, state + STATE_SIZE, count > LARGEST ? -1 : count, 0];
  for (const [i, value] of values.entries()) yield* sys.store32(state + 4 * i, value);
  yield* sys.clock_gettime(CLOCK_MONOTONIC, state + Field.began);
  return state;
}

function* opened(sys: System, path: string, flags: number): Program {
  const fd = yield* sys.open(path, flags, 0o644);
  if (fd < 0) throw new Failure(`dd: failed to open '${path}': ${errnoName(yield* sys.errno())}`);
  return fd;
}

function* position(sys: System, fd: number, offset: number): Program<void> {
  if ((yield* sys.lseek(fd, offset, SEEK_SET)) < 0) {
    throw new Failure(`dd: failed to seek: ${errnoName(yield* sys.errno())}`);
  }
}

/** False when there was nothing more to copy. */
function* copyBlock(sys: System, state: number): Program<boolean> {
  const field = (offset: number) => sys.load32(state + offset);
  const left = yield* field(Field.left);
  if (left === 0) return false;
  const [block, buffer] = [yield* field(Field.block), yield* field(Field.buffer)];
  const input = yield* field(Field.input);
  let count = 0;
  while (count < block) {
    const some = yield* sys.read(input, buffer + count, block - count);
    if (some < 0) throw new Failure(`dd: failed to read: ${errnoName(yield* sys.errno())}`);
    if (some === 0) break;
    count += some;
  }
  const output = yield* field(Field.output);
  for (let at = 0; at < count;) {
    const some = yield* sys.write(output, buffer + at, count - at);
    if (some < 0) throw new Failure(`dd: failed to write: ${errnoName(yield* sys.errno())}`);
    at += some;
  }
  if (left > 0) yield* sys.store32(state + Field.left, left - 1);
  yield* sys.store32(state + Field.copied, (yield* field(Field.copied)) + count);
  return count === block;
}

function* finish(sys: System, state: number): Program {
  const bytes = (yield* sys.load32(state + Field.copied)) >>> 0;
  const seconds = yield* sys.load32(state + Field.began);
  const nanoseconds = yield* sys.load32(state + Field.began + 8);
  yield* sys.clock_gettime(CLOCK_MONOTONIC, state + Field.began);
  const elapsed =
    ((yield* sys.load32(state + Field.began)) - seconds) * 1_000_000 +
    Math.floor(((yield* sys.load32(state + Field.began + 8)) - nanoseconds) / 1000);
  const rate = Math.floor((bytes * 1_000_000) / 1024 / Math.max(elapsed, 1));
  const blocks = Math.floor(bytes / (yield* sys.load32(state + Field.block)));
  yield* sys.free(state);
  yield* say(sys, 2, `${bytes} bytes (${blocks} blocks) copied, ${elapsed} usec, ${rate} KB/s\n`);
  return 0;
}
