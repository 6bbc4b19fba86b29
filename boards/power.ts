/** Puts a board's devices into a kernel. */
import type { BlockOperations } from '../kernel/fs/block';
import { blocks as ownBlocks } from '../kernel/fs/blocks';
import type { FileOperations } from '../kernel/fs/operations';
import { filesystems } from '../kernel/fs/filesystems';
import { operations } from '../kernel/fs/operations';
import { addInode } from '../kernel/fs/inode';
import { LINKS, type Hardware } from '../kernel/hardware';
import { CONTROLLER, serveInterrupt } from '../kernel/irq';
import type { Kernel } from '../kernel/kernel';
import { IRQ_LOOPBACK, loopbackInterrupt } from '../kernel/net/loopback';
import { CONSOLE } from '../kernel/serial/tty';
import type { Device } from './device';

/** What the devices do, by the names under which the kernel knows them. */
export function connect(
  devices: readonly Device[],
): Pick<Kernel, 'drivers' | 'blocks' | 'filesystems' | 'hardware' | 'wireBase'> {
  const drivers: Record<string, FileOperations> = { ...operations };
  const blocks: Record<string, BlockOperations> = { ...ownBlocks };
  const hardware: Record<string, Hardware> = {};
  const wireBase: Record<string, number> = {};
  let wires = 0;
  const handlers = new Map([[IRQ_LOOPBACK, loopbackInterrupt]]);
  for (const device of devices) {
    hardware[device.name] = device;
    wireBase[device.name] = wires;
    wires += device.wires?.length ?? 0;
    for (const { path, operations: does, block } of device.nodes ?? []) {
      drivers[path] = does;
      if (block) blocks[path] = block;
    }
    if (device.irq) handlers.set(device.irq.number, (k) => device.irq!.handler(k));
  }
  hardware[CONTROLLER] = { event: (k) => serveInterrupt(k, handlers) };
  hardware[LINKS] = { event: (k) => takeArrival(k, devices) };
  return { drivers, blocks, filesystems, hardware, wireBase };
}

/** The first of what is on its way to the board reaches its device. */
function takeArrival(k: Kernel, devices: readonly Device[]): void {
  const { device, value } = k.state.arrivals.shift()!;
  devices.find(({ name }) => name === device)!.input!(k, value);
}

/** The power comes on: every device has its first state, its memory and its nodes, then each starts. */
export function powerUp(k: Kernel, devices: readonly Device[]): void {
  for (const { name, state, memory } of devices) {
    k.state.hardware.set(name, structuredClone(state));
    if (memory) allocateDeviceMemory(k, name, memory.size, memory.fill);
  }
  for (const { nodes = [] } of devices) {
    for (const { path } of nodes) {
      // The simulator's is there already.
      if (path === CONSOLE) k.state.inodes.delete(path);
      addInode(k, path, { kind: path, object: 0 });
    }
  }
  for (const device of devices) device.start?.(k);
}

/** Devices' memory lies in the arena, below the frame areas, so that checkpoints share what does not change. */
function allocateDeviceMemory(k: Kernel, name: string, size: number, fill: number): void {
  const { arena, deviceMemory } = k.state;
  const start = arena.next;
  arena.next += Math.ceil(size / 64) * 64;
  deviceMemory.set(name, { start, size });
  // It is zero as it is, and takes no room of the host's as long as nobody writes to it.
  if (fill !== 0) k.memory.bytes.fill(fill, start, arena.next);
}
