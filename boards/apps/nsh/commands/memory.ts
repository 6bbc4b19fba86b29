/** Memory and bytes as they are (NuttX: nsh_mmcmds.c, nsh_dbgcmds.c). */
import type { Program } from '../../../../kernel/binfmt/native';
import { O_RDONLY } from '../../../../kernel/fs/openflags';
import { IO_SIZE } from '../../io';
import { OK, type Shell } from '../shell';
import { argumentInvalid, command, outOfRange, wholeNumber } from './command';
import { readSome, showFile, stopIfInterrupted, withFile } from './copying';

function* free(shell: Shell, [name = '']: string[]): Program {
  yield* showFile(shell, name, '/proc/meminfo');
  return OK;
}

const BYTES_PER_LINE = 16;

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

function* dump(shell: Shell, title: string, bytes: Uint8Array): Program<void> {
  yield* shell.print(`${title}:\n`);
  for (let at = 0; at < bytes.length; at += BYTES_PER_LINE) {
    const line = Array.from(bytes.subarray(at, at + BYTES_PER_LINE));
    const codes = line.map((byte) => `${hex(byte, 2)} `).join('');
    const text = line.map((byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '.')).join('');
    yield* shell.print(`${hex(at, 4)}: ${codes.padEnd(3 * BYTES_PER_LINE)}${text}\n`);
  }
}

/** RAM from an address on. */
function* xd(shell: Shell, [name = '', start = '', count = '']: string[]): Program {
  if (!/^(0x)?[0-9a-f]{1,8}$/i.test(start)) throw argumentInvalid(name);
  const address = parseInt(start, 16);
  const size = wholeNumber(name, count);
  if (size < 0) throw argumentInvalid(name);
  if ((yield* shell.sys.isRam(address, size)) === 0) throw outOfRange(name);
  yield* dump(shell, 'Hex dump', yield* shell.sys.load(address, size));
  return OK;
}

function option(name: string, options: readonly string[], key: string, otherwise: number): number {
  const found = options.find((each) => each.startsWith(`${key}=`));
  return found === undefined ? otherwise : wholeNumber(name, found.slice(key.length + 1));
}

/** A file, from a byte on and as many as are wanted. */
function* hexdump(shell: Shell, [name = '', path = '', ...options]: string[]): Program {
  let skip = option(name, options, 'skip', 0);
  let left = option(name, options, 'count', Infinity);
  let position = 0;
  return yield* withFile(shell, name, path, O_RDONLY, function* (fd) {
    while (left > 0) {
      let bytes = yield* readSome(shell, name, fd, IO_SIZE);
      if (bytes.length === 0) break;
      const skipped = Math.min(skip, bytes.length);
      skip -= skipped;
      position += skipped;
      bytes = bytes.slice(skipped, skipped + Math.min(left, IO_SIZE));
      if (bytes.length > 0) yield* dump(shell, `${path} at ${hex(position, 8)}`, bytes);
      position += bytes.length;
      left -= bytes.length;
      yield* stopIfInterrupted(shell, name);
    }
    return OK;
  });
}

export const memoryCommands = [
  command('free', free, 1, 1),
  command('hexdump', hexdump, 2, 4, '<file or device> [skip=<bytes>] [count=<bytes>]'),
  command('xd', xd, 3, 3, '<hex-address> <byte-count>'),
];
