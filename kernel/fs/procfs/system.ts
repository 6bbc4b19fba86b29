/** What /proc says of the system as a whole (NuttX: fs/procfs, fs/mount/fs_procfs_mount.c). */
import { idleShare } from '../../clock/cpuload';
import { uptimeNs, type Kernel } from '../../kernel';
import { heapUse } from '../../mm/mallinfo';
import { boardOf, BUILD, VERSION } from '../../version';
import type { Mount, StatFs } from '../filesystem';
import { percent } from './text';

/** Bytes of RAM (meminfo is what the shell's free shows). */
function meminfo(k: Kernel): string {
  const { total, used, free, peak, largestFree, usedBlocks, freeBlocks } = heapUse(k);
  const row = (columns: readonly (string | number)[], name: string) =>
    `${columns.map((column, i) => String(column).padStart(i < 5 ? 11 : 7)).join('')} ${name}\n`;
  return (
    row(['total', 'used', 'free', 'maxused', 'maxfree', 'nused', 'nfree'], 'name') +
    row([total, used, free, peak, largestFree, usedBlocks, freeBlocks], 'Umem')
  );
}

function uptime(k: Kernel): string {
  const hundredths = Math.floor(uptimeNs(k) / 10_000_000);
  return `${String(Math.floor(hundredths / 100)).padStart(7)}.${String(hundredths % 100).padStart(2, '0')}\n`;
}

function cpuinfo({ state }: Kernel): string {
  return `processor       : 0\nBogoMIPS        : ${(state.settings.cpuHz / 1e6).toFixed(2)}\n`;
}

const perMount = (header: string, line: (mount: Mount, stat: StatFs) => string) => (k: Kernel) =>
  header +
  [...k.state.mounts.values()].map((mount) => line(mount, k.filesystems[mount.type]!.statfs(k, mount))).join('');

function blocks({ path }: Mount, { blockSize, blocks: count, availableBlocks }: StatFs): string {
  const columns = [count, count - availableBlocks].map((value) => ` ${String(value).padStart(10)}`).join('');
  return `${String(blockSize).padStart(6)}${columns}  ${String(availableBlocks).padStart(10)} ${path}\n`;
}

function usage({ path, type }: Mount, { blockSize, blocks: count, availableBlocks }: StatFs): string {
  const size = (total: number, width: number) => scaled(total * blockSize, width);
  return `  ${type.padEnd(10)} ${size(count, 6)} ${size(count - availableBlocks, 8)}  ${size(availableBlocks, 8)} ${path}\n`;
}

/** Bytes in the largest unit of which there is at least one. */
function scaled(bytes: number, width: number): string {
  const units = 'BKMGT';
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < units.length - 1) {
    value = Math.floor(value / 1024);
    unit++;
  }
  return `${String(value).padStart(width)}${units[unit]!}`;
}

/** Files of /proc, in NuttX's order. */
export const systemFiles: Readonly<Record<string, (k: Kernel) => string>> = {
  cpuinfo,
  cpuload: (k) => `${percent(1 - idleShare(k))}\n`,
  'fs/blocks': perMount('  Block    Number\n  Size     Blocks       Used   Available Mounted on\n', blocks),
  'fs/mount': perMount('', ({ path, type }) => `  ${path} type ${type}\n`),
  'fs/usage': perMount('  Filesystem    Size      Used  Available Mounted on\n', usage),
  meminfo,
  uptime,
  version: (k) => `NuttX version ${VERSION} ${BUILD} ${boardOf(k)}:nsh\n`,
};
