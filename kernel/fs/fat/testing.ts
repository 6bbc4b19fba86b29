/** For tests: images of FAT volumes without any file. */
import { bareKernel } from '../../testing';
import { allocate } from '../../mm/heap';
import { ramdisk_register } from '../ramdisk';
import { formatDevice, type FatFormat } from './mkfatfs';

const defaults: FatFormat = {
  tables: 2,
  bits: 0,
  clusterShift: 0xff,
  label: ' '.repeat(11),
  backup: 0,
  rootEntries: 0,
  reserved: 0,
  hidden: 0,
  id: 0x12345678,
  sectors: 0,
};

/** An image of so many sectors of 512 bytes. */
export function formatted(format: Partial<FatFormat>, sectors: number): Uint8Array {
  const k = bareKernel(sectors * 512 + 65536);
  const disk = allocate(k, sectors * 512);
  ramdisk_register(k, 0, disk, sectors, 512, 1);
  const result = formatDevice(k, '/dev/ram0', { ...defaults, ...format });
  if (result < 0) throw new Error(`no such FAT volume: errno ${-result}`);
  return k.memory.slice(disk, sectors * 512).slice();
}
