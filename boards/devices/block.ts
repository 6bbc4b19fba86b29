/** A memory card with NuttX's driver, /dev/mmcsdN (drivers/mmcsd): a block device that keeps what it has over a reset. */
import { Errno } from '../../kernel/errno';
import { blockFile } from '../../kernel/fs/bch';
import type { BlockOperations } from '../../kernel/fs/block';
import { busyWait, deviceMemory, hardwareState } from '../../kernel/hardware';
import type { Kernel } from '../../kernel/kernel';
import type { Device } from '../device';

const SECTOR = 512;
/** What a command takes before the first sector, and the card to write one, in nanoseconds. */
const [ACCESS_NS, WRITE_NS] = [200_000, 300_000];

interface State {
  /** Sectors so far. */
  read: number;
  written: number;
}

/** A blank card of so many bytes; `frequency` in hertz is that of the bus, which has four data lines. */
export function card(
  name: string,
  { node, size, frequency }: { node: string; size: number; frequency: number },
): Device {
  const stateOf = (k: Kernel) => hardwareState<State>(k, name);
  const isThere = (sector: number, bytes: number) => sector >= 0 && sector * SECTOR + bytes <= size;
  const transferNs = (bytes: number) => ((bytes * 2) / frequency) * 1e9;

  const block: BlockOperations = {
    geometry: () => ({ sectorSize: SECTOR, sectors: size / SECTOR, writable: true }),
    view(k, _object, sector, count) {
      if (!isThere(sector, count * SECTOR)) return null;
      busyWait(k, ACCESS_NS + transferNs(count * SECTOR));
      stateOf(k).read += count;
      return deviceMemory(k, name).subarray(sector * SECTOR, (sector + count) * SECTOR);
    },
    write(k, _object, sector, bytes) {
      if (!isThere(sector, bytes.length)) return -Errno.EIO;
      const count = bytes.length / SECTOR;
      busyWait(k, ACCESS_NS + transferNs(bytes.length) + count * WRITE_NS);
      stateOf(k).written += count;
      deviceMemory(k, name).set(bytes, sector * SECTOR);
      return 0;
    },
  };

  return {
    name,
    kind: 'block',
    state: { read: 0, written: 0 } satisfies State,
    memory: { size, fill: 0 },
    kept: stateOf,
    nodes: [{ path: node, operations: blockFile, block }],
    view(k) {
      const { read, written } = stateOf(k);
      return {
        registers: [
          { name: 'RD', value: read, bits: 32 },
          { name: 'WR', value: written, bits: 32 },
        ],
        controls: [{ type: 'text', label: 'Card', text: `${size / 1024} KiB in sectors of ${SECTOR} bytes` }],
      };
    },
  };
}
