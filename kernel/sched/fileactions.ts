/**
 * What is to be done to the descriptors of a spawned task (manual 2.1.15 to 2.1.19). posix_spawn_file_actions_t is the
 * address of the first action in the heap: the next one's address, what to do, three numbers, and the path of an open.
 */
import { Errno } from '../errno';
import { closeDescriptor, discardFile, OPEN_MAX, setDescriptor } from '../fs/file';
import { openPath } from '../fs/open';
import { O_CLOEXEC } from '../fs/openflags';
import type { Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import type { Group } from '../state';

const Action = { Close: 1, Dup2: 2, Open: 3 } as const;
/** Offsets in an action. */
const Field = { next: 0, kind: 4, fd: 8, other: 12, mode: 16, path: 20 } as const;

/** Manual 2.1.15. No actions. EINVAL, as of all of these: no file_actions. */
export function posix_spawn_file_actions_init(k: Kernel, actions: number): number {
  if (actions === 0) return -Errno.EINVAL;
  k.memory.store32(actions, 0);
  return 0;
}

/** Manual 2.1.16. Forgets the actions. */
export function posix_spawn_file_actions_destroy(k: Kernel, actions: number): number {
  if (actions === 0) return -Errno.EINVAL;
  for (let at = k.memory.load32(actions), next; at !== 0; at = next) {
    next = k.memory.load32(at + Field.next);
    release(k, at);
  }
  k.memory.store32(actions, 0);
  return 0;
}

function add(k: Kernel, actions: number, kind: number, fd: number, other = 0, mode = 0, path = ''): number {
  if (actions === 0) return -Errno.EINVAL;
  if (fd < 0 || (kind === Action.Dup2 && other < 0)) return -Errno.EBADF;
  const action = allocate(k, Field.path + path.length + 1);
  if (action === 0) return -Errno.ENOMEM;
  [0, kind, fd, other, mode].forEach((word, i) => k.memory.store32(action + 4 * i, word));
  k.memory.storeString(action + Field.path, path);
  let last = actions;
  while (k.memory.load32(last) !== 0) last = k.memory.load32(last) + Field.next;
  k.memory.store32(last, action);
  return 0;
}

/** Manual 2.1.17. Closes a descriptor. EBADF: it is negative; ENOMEM. */
export function posix_spawn_file_actions_addclose(k: Kernel, actions: number, fd: number): number {
  return add(k, actions, Action.Close, fd);
}

/** Manual 2.1.18. Makes a second descriptor of a first. EBADF: one is negative; ENOMEM. */
export function posix_spawn_file_actions_adddup2(k: Kernel, actions: number, fd1: number, fd2: number): number {
  return add(k, actions, Action.Dup2, fd1, fd2);
}

/** Manual 2.1.19. Opens a path, which is copied. EBADF: the descriptor is negative; EINVAL: no path; ENOMEM. */
export function posix_spawn_file_actions_addopen(
  k: Kernel,
  actions: number,
  fd: number,
  path: number,
  oflags: number,
  mode: number,
): number {
  return path === 0 ? -Errno.EINVAL : add(k, actions, Action.Open, fd, oflags, mode, k.memory.string(path));
}

/** Does the actions from the first on, in their order, to a new group; 0, or the first negated errno. */
export function performActions(k: Kernel, group: Group, first: number): number {
  for (let at = first; at !== 0; at = k.memory.load32(at + Field.next)) {
    const result = perform(k, group, at);
    if (result < 0) return result;
  }
  return 0;
}

function perform(k: Kernel, group: Group, at: number): number {
  const field = (offset: number) => k.memory.load32(at + offset);
  const fd = field(Field.fd);
  switch (field(Field.kind)) {
    case Action.Close:
      // One that is not open is no error, as on NuttX.
      closeDescriptor(k, group, fd);
      return 0;
    case Action.Dup2: {
      const source = group.descriptors[fd];
      if (!source) return -Errno.EBADF;
      return fd === field(Field.other) ? 0 : put(k, group, field(Field.other), source.file, false);
    }
    case Action.Open: {
      const flags = field(Field.other);
      const file = openPath(k, k.memory.string(at + Field.path), flags, field(Field.mode));
      if (file < 0) return file;
      const opened = k.state.files.get(file)!;
      const arrived = k.drivers[opened.kind]!.arriveNow?.(k, opened) ?? 0;
      if (arrived >= 0) return put(k, group, fd, file, (flags & O_CLOEXEC) !== 0);
      discardFile(k, file);
      return arrived;
    }
    default:
      return -Errno.EINVAL;
  }
}

function put(k: Kernel, group: Group, fd: number, file: number, closeOnExec: boolean): number {
  if (fd >= OPEN_MAX) return -Errno.EMFILE;
  closeDescriptor(k, group, fd);
  setDescriptor(k, group, fd, { file, closeOnExec });
  return 0;
}
