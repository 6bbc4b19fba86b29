/** Attributes of files on FAT volumes, which other file systems do not have (NuttX: fs_fat32attrib.c). */
import { Errno } from '../../errno';
import type { Kernel } from '../../kernel';
import { atPath } from '../path';
import { attempt, fail } from '../volume';
import { writeEntry, type FatFile } from './directory';
import { Attribute } from './names';
import { nodeAt } from './node';
import { find } from './path';
import type { FatVolume } from './volume';

/** What a program can change; the others say what it is. */
const CHANGEABLE = Attribute.ReadOnly | Attribute.Hidden | Attribute.System | Attribute.Archive;

/** What an entry's file has as attributes, and gets instead. */
function change(k: Kernel, path: number, next: (attributes: number) => number): number {
  return atPath(k, path, ({ mount, rest }) =>
    attempt(() => {
      if (mount?.type !== 'vfat' || rest === '') return -Errno.ENOENT;
      const volume = mount.data as FatVolume;
      const entry = find(k, volume, rest);
      const file: FatFile = nodeAt(volume, entry.position) ?? entry;
      const attributes = next(file.attributes);
      if (attributes === file.attributes) return 0;
      if (mount.readOnly) fail(Errno.EROFS);
      file.attributes = attributes;
      writeEntry(k, volume, entry.position, file);
      return 0;
    }),
  );
}

/** Stores the attributes of a file or directory. -EINVAL: no path, or nowhere to store them; -ENOENT: not on a FAT volume. */
export function fat_getattrib(k: Kernel, path: number, attributes: number): number {
  if (attributes === 0) return -Errno.EINVAL;
  return change(k, path, (now) => {
    k.memory.store8(attributes, now);
    return now;
  });
}

/** Sets some attributes (read-only, hidden, system, archive) and clears others. -EINVAL, -ENOENT as above; -EROFS. */
export function fat_setattrib(k: Kernel, path: number, set: number, clear: number): number {
  return change(k, path, (now) => (now & ~(clear & CHANGEABLE)) | (set & CHANGEABLE));
}
