/** Types of what files are of, as fdinfo shows them (NuttX: FSNODEFLAG_TYPE). */
import type { Kernel } from '../../kernel';
import type { OpenFile } from '../file';

const Type = { Directory: 0, Driver: 1, Block: 2, MountPoint: 3, Queue: 5, Socket: 9, Pipe: 10 } as const;

export function inodeTypeOf(k: Kernel, { kind }: OpenFile): number {
  if (kind in k.filesystems) return Type.MountPoint;
  if (kind in k.blocks) return Type.Block;
  const known: Readonly<Record<string, number>> = {
    ...{ directory: Type.Directory, mqueue: Type.Queue },
    ...{ socket: Type.Socket, pipe: Type.Pipe },
  };
  return known[kind] ?? Type.Driver;
}
