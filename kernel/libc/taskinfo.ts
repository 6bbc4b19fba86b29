/** Where the C library keeps what each task group has of its own: streams, the state of getopt (include/nuttx/tls.h). */
import { running, type Kernel } from '../kernel';
import { MachineFault } from '../memory';
import { allocate, release } from '../mm/heap';
import { groupOf } from '../sched/group';
import type { Group } from '../state';

/** Offsets in struct task_info_s, and in struct stream_s, which begins with a FILE. */
const Info = { streams: 0, flush: 4 } as const;
const Stream = { end: 20, begin: 24, next: 112, buffer: 116 } as const;

/** Interrupt handlers have streams of their own: what they print must not end up in the middle of a task's. */
const ownerOf = (k: Kernel) => (k.state.interrupts > 0 ? k.state.handlers : groupOf(k, running(k)));

/**
 * The address of the running group's information: `size` zeroed bytes when it has none yet; with 0 only if it has.
 * @throws MachineFault when there is no memory
 */
export function taskInfo(k: Kernel, size: number): number {
  const owner = ownerOf(k);
  if (owner.taskInfo !== 0 || size === 0) return owner.taskInfo;
  owner.taskInfo = allocate(k, size);
  if (owner.taskInfo === 0) {
    throw new MachineFault(
      `No memory for the standard streams of task "${running(k).name}"`,
      `They take ${size} bytes of the heap when a task first uses them. What fills the heap?`,
    );
  }
  k.memory.slice(owner.taskInfo, size).fill(0);
  return owner.taskInfo;
}

export function stdioBufferSize({ state }: Kernel): number {
  return Number(state.settings.config.CONFIG_STDIO_BUFFER_SIZE);
}

/** Addresses of the group's streams. */
function streamsOf({ memory }: Kernel, { taskInfo: info }: Group): number[] {
  const found: number[] = [];
  if (info === 0) return found;
  for (let stream = memory.load32(info + Info.streams); stream !== 0; stream = memory.load32(stream + Stream.next)) {
    found.push(stream);
  }
  return found;
}

/** The function that writes out what the group's streams still hold; 0 when they hold nothing. */
export function flushFunction(k: Kernel, group: Group): number {
  const { memory } = k;
  const holds = (stream: number) => memory.load32(stream + Stream.end) !== memory.load32(stream + Stream.begin);
  return streamsOf(k, group).some(holds) ? memory.load32(group.taskInfo + Info.flush) : 0;
}

/** A group has ended: its streams go. Its descriptors are closed already. */
export function releaseTaskInfo(k: Kernel, group: Group): void {
  const info = group.taskInfo;
  if (info === 0) return;
  const standard = k.state.heap.used.get(info)!.size;
  for (const stream of streamsOf(k, group)) {
    const buffer = k.memory.load32(stream + Stream.buffer);
    if (buffer !== 0) release(k, buffer);
    if (stream < info || stream >= info + standard) release(k, stream);
  }
  release(k, info);
  group.taskInfo = 0;
}
