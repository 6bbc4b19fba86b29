/** The kernel's own block devices, by kind; the board's add theirs ({@link Kernel.blocks}). */
import type { BlockOperations } from './block';
import { blockDriver } from './blockdriver';
import { ramDiskBlocks } from './ramdisk';

export const blocks: Readonly<Record<string, BlockOperations>> = { blockdriver: blockDriver, ramdisk: ramDiskBlocks };
