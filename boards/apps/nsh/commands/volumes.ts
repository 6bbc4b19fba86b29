/** Volumes: mount and umount, RAM disks and formatting (NuttX: nsh_mntcmds.c, nsh_fscmds.c). */
import type { Program } from '../../../../kernel/binfmt/native';
import { latin1 } from '../../io';
import { fullPath } from '../paths';
import { OK, type Shell } from '../shell';
import {
  argumentInvalid,
  argumentMissing,
  command,
  outOfRange,
  takeOptions,
  tooManyArguments,
  wholeNumber,
} from './command';
import { showFile } from './copying';

/** Files of procfs, as NuttX has them. */
const PROC = '/proc/fs';

/** Where nothing is given, what is mounted is shown. */
function* mount(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  if (args.length === 1) {
    yield* showFile(shell, name, `${PROC}/mount`);
    return OK;
  }
  const { options, rest } = takeOptions(args, 't:o:');
  const type = options.get('t');
  const target = rest.at(-1);
  if (type === undefined || target === undefined) throw argumentMissing(name);
  if (rest.length > 2) throw tooManyArguments(name);
  const { sys } = shell;
  const source = rest.length === 2 ? yield* fullPath(shell, rest[0]!) : 0;
  const data = latin1(`${options.get('o') ?? ''}\0`);
  const address = yield* sys.alloc(data.length);
  yield* sys.store(address, data);
  const result = yield* sys.mount(source, yield* fullPath(shell, target), type, 0, address);
  return result < 0 ? yield* shell.failed(name, 'mount') : OK;
}

function* umount(shell: Shell, [name = '', path = '']: string[]): Program {
  return (yield* shell.sys.umount2(yield* fullPath(shell, path), 0)) < 0 ? yield* shell.failed(name, 'umount') : OK;
}

function* df(shell: Shell, args: string[]): Program {
  const { options } = takeOptions(args, 'h');
  yield* showFile(shell, args[0]!, `${PROC}/${options.has('h') ? 'usage' : 'blocks'}`);
  return OK;
}

const BOARDIOC_MKRD = 0xff07;
/** RDFLAG_WRENABLED | RDFLAG_FUNLINK: it can be written, and its memory is freed when it is unlinked. */
const RAMDISK_FLAGS = 3;

/** struct boardioc_mkrd_s: minor number, sectors, bytes of a sector, flags. */
function* mkrd(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'm:s:');
  const minor = wholeNumber(name, options.get('m') ?? '0');
  const sectorSize = wholeNumber(name, options.get('s') ?? '512');
  if (minor < 0 || minor > 255 || sectorSize < 0 || sectorSize > 16384) throw outOfRange(name);
  if (rest.length === 0) throw argumentMissing(name);
  if (rest.length > 1) throw tooManyArguments(name);
  const sectors = wholeNumber(name, rest[0]!);
  if (sectors < 1) throw argumentInvalid(name);
  const { sys } = shell;
  const request = yield* sys.alloc(12);
  yield* sys.store32(request, minor);
  yield* sys.store32(request + 4, sectors);
  yield* sys.store32(request + 8, sectorSize | (RAMDISK_FLAGS << 16));
  return (yield* sys.boardctl(BOARDIOC_MKRD, request)) < 0 ? yield* shell.failed(name, 'boardctl(BOARDIOC_MKRD)') : OK;
}

/** struct fat_format_s at its defaults, but for the type and the entries of the root directory. */
function fatFormat(bits: number, rootEntries: number): Uint8Array {
  const bytes = new Uint8Array(32);
  bytes.set([2, bits, 0xff]);
  bytes.fill(0x20, 3, 14);
  new DataView(bytes.buffer).setUint16(16, rootEntries, true);
  return bytes;
}

function* mkfatfs(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'F:r:');
  const bits = wholeNumber(name, options.get('F') ?? '0');
  const rootEntries = wholeNumber(name, options.get('r') ?? '0');
  if (![0, 12, 16, 32].includes(bits) || rootEntries < 0 || rootEntries > 32767) throw outOfRange(name);
  if (rest.length === 0) throw argumentMissing(name);
  if (rest.length > 1) throw tooManyArguments(name);
  const { sys } = shell;
  const format = fatFormat(bits, rootEntries);
  const address = yield* sys.alloc(format.length);
  yield* sys.store(address, format);
  const result = yield* sys.mkfatfs(yield* fullPath(shell, rest[0]!), address);
  return result < 0 ? yield* shell.failed(name, 'mkfatfs') : OK;
}

export const volumeCommands = [
  command('df', df, 1, 2, '[-h]'),
  command('mkfatfs', mkfatfs, 2, 6, '[-F <fatsize>] [-r <rootdirentries>] <block-driver>'),
  command('mkrd', mkrd, 2, 6, '[-m <minor>] [-s <sector-size>] <nsectors>'),
  command('mount', mount, 1, 7, '[-t <fstype> [-o <options>] [<block-device>] <mount-point>]'),
  command('umount', umount, 2, 2, '<dir-path>'),
];
