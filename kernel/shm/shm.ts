/**
 * Shared memory (manual 2.12; NuttX: mm/shm). All tasks share one address space, so attaching a segment gives its address
 * and counts who uses it.
 */
import { CLOCK_REALTIME, readClock } from '../clock/clock';
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { groupOf } from '../sched/group';
import type { Group } from '../state';

export interface Segment {
  /** 0 for none: IPC_PRIVATE, or it was removed. */
  key: number;
  address: number;
  /** Bytes that were asked for. */
  size: number;
  mode: number;
  creator: number;
  /** Who attached or detached it last, or 0. */
  lastPid: number;
  /** Groups that have it attached, once for each time. */
  attached: number[];
  /** It goes with the last of them. */
  removed: boolean;
  /** When it was last attached and detached, and changed: seconds since 1970, or 0. */
  attachTime: number;
  detachTime: number;
  changeTime: number;
}

const IPC_PRIVATE = 0;
const IPC_CREAT = 1 << 10;
const IPC_EXCL = 1 << 11;
const SHM_RDONLY = 1 << 0;
const SHM_RND = 1 << 1;
const Command = { Remove: 0, Set: 1, Stat: 2 } as const;
const PAGE = 4096;
const MODE_BITS = 0o777;
const READ = 0o400;
const WRITE = 0o200;

/** struct shmid_ds. */
const Field = {
  mode: 0, size: 4, lastPid: 8, creator: 12, attached: 16, attachTime: 24, detachTime: 32, changeTime: 40,
} as const; // prettier-ignore

const now = (k: Kernel) => readClock(k, CLOCK_REALTIME)!.sec;
const isThere = (k: Kernel) => k.state.settings.config.CONFIG_MM_SHM === true;
const mostSegments = (k: Kernel) => Number(k.state.settings.config.CONFIG_ARCH_SHM_MAXREGIONS);

/**
 * Manual 2.12.1. Gives the segment of a key, or makes one of at least `size` bytes, all zero: for IPC_PRIVATE, and with
 * IPC_CREAT for a key that has none.
 *
 * @returns its id, or -EACCES: there is one, whose permissions do not include all that are asked for; -EEXIST: there is one,
 *   with IPC_CREAT and IPC_EXCL; -EINVAL: there is one that is smaller, or one of no bytes or of more than
 *   CONFIG_ARCH_SHM_NPAGES pages would be made; -ENOENT: there is none, without IPC_CREAT; -ENOMEM: no room; -ENOSPC: there
 *   are CONFIG_ARCH_SHM_MAXREGIONS already; -ENOSYS: without CONFIG_MM_SHM
 */
export function shmget(k: Kernel, key: number, size: number, flags: number): number {
  if (!isThere(k)) return -Errno.ENOSYS;
  const known = key === IPC_PRIVATE ? undefined : [...k.state.segments].find(([, segment]) => segment.key === key);
  if (!known) return key === IPC_PRIVATE || (flags & IPC_CREAT) !== 0 ? create(k, key, size, flags) : -Errno.ENOENT;
  const [id, segment] = known;
  if ((flags & IPC_CREAT) !== 0 && (flags & IPC_EXCL) !== 0) return -Errno.EEXIST;
  if ((flags & MODE_BITS & ~segment.mode) !== 0) return -Errno.EACCES;
  return segment.size < size >>> 0 ? -Errno.EINVAL : id;
}

function create(k: Kernel, key: number, size: number, flags: number): number {
  const { segments, settings } = k.state;
  const pages = Math.ceil((size >>> 0) / PAGE);
  if (pages === 0 || pages > Number(settings.config.CONFIG_ARCH_SHM_NPAGES)) return -Errno.EINVAL;
  if (segments.size >= mostSegments(k)) return -Errno.ENOSPC;
  const address = allocate(k, pages * PAGE, PAGE);
  if (address === 0) return -Errno.ENOMEM;
  k.memory.slice(address, pages * PAGE).fill(0);
  let id = 0;
  while (segments.has(id)) id++;
  segments.set(id, {
    key,
    address,
    size: size >>> 0,
    mode: flags & MODE_BITS,
    creator: groupOf(k, running(k)).id,
    lastPid: 0,
    attached: [],
    removed: false,
    attachTime: 0,
    detachTime: 0,
    changeTime: now(k),
  });
  return id;
}

/**
 * Manual 2.12.2. Attaches a segment to the caller's group. It has one address; another cannot be had.
 *
 * @returns the address, or -EACCES: its permissions do not allow its owner to read or, without SHM_RDONLY, to write it;
 *   -EINVAL: no such id, or another address; -EMFILE: the group has CONFIG_ARCH_SHM_MAXREGIONS attached; -ENOSYS. ENOMEM is
 *   not ours: the memory is there already
 */
export function shmat(k: Kernel, id: number, wanted: number, flags: number): number {
  if (!isThere(k)) return -Errno.ENOSYS;
  const segment = k.state.segments.get(id);
  if (!segment) return -Errno.EINVAL;
  const rounded = flags & SHM_RND ? (wanted >>> 0) - ((wanted >>> 0) % PAGE) : wanted;
  if (wanted !== 0 && rounded !== segment.address) return -Errno.EINVAL;
  const needed = flags & SHM_RDONLY ? READ : READ | WRITE;
  if ((segment.mode & needed) !== needed) return -Errno.EACCES;
  const group = groupOf(k, running(k));
  if (attachments(k, group) >= mostSegments(k)) return -Errno.EMFILE;
  segment.attached.push(group.id);
  segment.attachTime = now(k);
  segment.lastPid = group.id;
  return segment.address;
}

function attachments({ state }: Kernel, group: Group): number {
  return [...state.segments.values()].flatMap(({ attached }) => attached).filter((id) => id === group.id).length;
}

/**
 * Manual 2.12.3. IPC_STAT: what is known of a segment; IPC_SET: its permissions; IPC_RMID: it goes, as soon as nobody has it
 * attached, and its key is free at once.
 *
 * @returns 0, or -EACCES: IPC_STAT, and its permissions do not allow its owner to read it; -EINVAL: no such id or command, or
 *   no struct shmid_ds; -ENOSYS
 */
export function shmctl(k: Kernel, id: number, command: number, buf: number): number {
  if (!isThere(k)) return -Errno.ENOSYS;
  const segment = k.state.segments.get(id);
  if (!segment || (command !== Command.Remove && buf === 0)) return -Errno.EINVAL;
  switch (command) {
    case Command.Stat:
      return (segment.mode & READ) === 0 ? -Errno.EACCES : store(k, segment, buf);
    case Command.Set:
      segment.mode = k.memory.load32(buf + Field.mode) & MODE_BITS;
      segment.changeTime = now(k);
      return 0;
    case Command.Remove:
      segment.removed = true;
      segment.key = IPC_PRIVATE;
      discardUnused(k, id, segment);
      return 0;
    default:
      return -Errno.EINVAL;
  }
}

function store({ memory }: Kernel, segment: Segment, buf: number): number {
  memory.store32(buf + Field.mode, segment.mode);
  memory.store32(buf + Field.size, segment.size);
  memory.store32(buf + Field.lastPid, segment.lastPid);
  memory.store32(buf + Field.creator, segment.creator);
  memory.store16(buf + Field.attached, segment.attached.length);
  memory.store64(buf + Field.attachTime, segment.attachTime);
  memory.store64(buf + Field.detachTime, segment.detachTime);
  memory.store64(buf + Field.changeTime, segment.changeTime);
  return 0;
}

/** Manual 2.12.4. Detaches a segment from the caller's group. -EINVAL: it has none attached at that address; -ENOSYS. */
export function shmdt(k: Kernel, address: number): number {
  if (!isThere(k)) return -Errno.ENOSYS;
  const group = groupOf(k, running(k)).id;
  const isMeant = (segment: Segment) => segment.address === address && segment.attached.includes(group);
  const found = [...k.state.segments].find(([, segment]) => isMeant(segment));
  if (!found) return -Errno.EINVAL;
  const [id, segment] = found;
  segment.attached.splice(segment.attached.indexOf(group), 1);
  noteDetached(k, id, segment, group);
  return 0;
}

function noteDetached(k: Kernel, id: number, segment: Segment, group: number): void {
  segment.detachTime = now(k);
  segment.lastPid = group;
  discardUnused(k, id, segment);
}

function discardUnused(k: Kernel, id: number, { removed, attached, address }: Segment): void {
  if (!removed || attached.length > 0) return;
  k.state.segments.delete(id);
  release(k, address);
}

/** A group ends, and has nothing attached any more. */
export function detachAll(k: Kernel, group: Group): void {
  for (const [id, segment] of k.state.segments) {
    if (!segment.attached.includes(group.id)) continue;
    segment.attached = segment.attached.filter((other) => other !== group.id);
    noteDetached(k, id, segment, group.id);
  }
}
