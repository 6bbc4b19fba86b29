/** Block devices as file systems use them: sectors of a device that has a node (NuttX: struct block_operations). */
import type { Kernel } from '../kernel';

export interface Geometry {
  /** Bytes of a sector, and how many there are. */
  sectorSize: number;
  sectors: number;
  writable: boolean;
}

/** What a block driver has beside what every node has. `object` is that of its inode. */
export interface BlockOperations {
  geometry(k: Kernel, object: number): Geometry;
  /** Sectors' bytes, valid until the machine is restored; null for sectors that are not there. */
  view(k: Kernel, object: number, sector: number, count: number): Uint8Array | null;
  /** 0, or a negated errno. */
  write(k: Kernel, object: number, sector: number, bytes: Uint8Array): number;
  /** Someone uses the device beside those who opened its node: a mounted volume. */
  hold?(k: Kernel, object: number): void;
  release?(k: Kernel, object: number): void;
  /** Address of its first byte, if the CPU can read it as memory. */
  address?(k: Kernel, object: number): number;
}

/** A block device as a mounted volume knows it, also when its node has gone. */
export interface BlockDevice {
  kind: string;
  object: number;
}
