/** Named semaphores (manual 2.5.3 to 2.5.5; NuttX: fs/semaphore). The sem_t is in the board's heap, whoever opened it. */
import { Errno } from '../errno';
import { addInode, canonical, inodeAt } from '../fs/inode';
import { O_CREAT, O_EXCL } from '../fs/openflags';
import type { Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { SEM_VALUE_MAX, sem_destroy, sem_init } from './sem';

/** sizeof(sem_t), and a pointer to the name's inode. */
const SIZE = 20;

/** Where semaphores have their names in the tree of files. */
const FOLDER = '/var/sem';

const pathOf = (name: string) => canonical(`${FOLDER}/${name}`);

function nameAt(k: Kernel, address: number): string {
  return address === 0 ? '' : k.memory.string(address).replace(/^\/+/, '');
}

/**
 * Manual 2.5.3. Opens a semaphore, or makes one with O_CREAT; `varargs` points at mode, which is ignored, and value.
 * Tasks that open the same name get the same address.
 *
 * @returns the address of the sem_t, or -EINVAL: no name, or a value above SEM_VALUE_MAX; -ENAMETOOLONG; -ENOENT: no
 *   such semaphore, without O_CREAT; -EEXIST: there is one, with O_CREAT and O_EXCL; -ENXIO: something else has the name;
 *   -ENOMEM: no RAM for it
 */
export function sem_open(k: Kernel, nameAddress: number, flags: number, varargs: number): number {
  const { namedSemaphores, settings } = k.state;
  const name = nameAt(k, nameAddress);
  if (name === '') return -Errno.EINVAL;
  if (name.length > Number(settings.config.CONFIG_NAME_MAX)) return -Errno.ENAMETOOLONG;
  const existing = inodeAt(k, pathOf(name));
  if (existing) {
    if (existing.kind !== 'semaphore') return -Errno.ENXIO;
    if (flags & O_CREAT && flags & O_EXCL) return -Errno.EEXIST;
    namedSemaphores.get(existing.object)!.openCount++;
    return existing.object;
  }
  if (!(flags & O_CREAT)) return -Errno.ENOENT;
  const value = k.memory.load32(varargs + 4);
  if (value >>> 0 > SEM_VALUE_MAX) return -Errno.EINVAL;
  const address = allocate(k, SIZE);
  if (address === 0) return -Errno.ENOMEM;
  const added = addInode(k, pathOf(name), { kind: 'semaphore', object: address });
  if (added < 0) {
    release(k, address);
    return added;
  }
  sem_init(k, address, 0, value);
  namedSemaphores.set(address, { name, openCount: 1, unlinked: false });
  return address;
}

/**
 * Manual 2.5.4. One user less, whoever it was: NuttX closes nothing by itself when a task ends. A semaphore that was
 * unlinked goes with the last one. -EINVAL: no named semaphore.
 */
export function sem_close(k: Kernel, address: number): number {
  const sem = k.state.namedSemaphores.get(address);
  if (!sem) return -Errno.EINVAL;
  if (sem.openCount > 0) sem.openCount--;
  freeUnused(k, address);
  return 0;
}

/**
 * Manual 2.5.5. The name goes at once, and can be given anew; the semaphore goes when nobody has it open any more.
 * -EINVAL: no name; -ENOENT: no such semaphore.
 */
export function sem_unlink(k: Kernel, nameAddress: number): number {
  const name = nameAt(k, nameAddress);
  if (name === '') return -Errno.EINVAL;
  const inode = inodeAt(k, pathOf(name));
  if (inode?.kind !== 'semaphore') return -Errno.ENOENT;
  k.state.inodes.delete(pathOf(name));
  k.state.namedSemaphores.get(inode.object)!.unlinked = true;
  freeUnused(k, inode.object);
  return 0;
}

function freeUnused(k: Kernel, address: number): void {
  const { openCount, unlinked } = k.state.namedSemaphores.get(address)!;
  if (!unlinked || openCount > 0) return;
  k.state.namedSemaphores.delete(address);
  sem_destroy(k, address);
  release(k, address);
}
