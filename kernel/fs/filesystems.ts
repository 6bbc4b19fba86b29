/** Types of file systems that can be mounted, by the name that mount is given. */
import { binfs } from './binfs';
import { vfat } from './fat/fat';
import type { FileSystem } from './filesystem';
import { procfs } from './procfs/procfs';
import { romfs } from './romfs/romfs';
import { tmpfs } from './tmpfs';

export const filesystems: Readonly<Record<string, FileSystem>> = { binfs, procfs, romfs, tmpfs, vfat };
