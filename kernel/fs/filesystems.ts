/** Types of file systems that can be mounted, by the name that mount is given. */
import type { FileSystem } from './filesystem';

export const filesystems: Readonly<Record<string, FileSystem>> = {};
