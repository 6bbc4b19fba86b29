/** For tests: a kernel without a firmware, with the idle task as the one that calls. */
import { ARENA_SIZE, RAM_BASE } from './binfmt/abi';
import { perfectOscillator } from './clock/oscillator';
import { blocks } from './fs/blocks';
import { filesystems } from './fs/filesystems';
import { operations } from './fs/operations';
import type { Kernel } from './kernel';
import { Memory } from './memory';
import { NoteLog } from './note/note';
import { createIdleTask } from './sched/task';
import { createState, type Settings } from './state';
import { systemCalls } from './syscall';

const settings: Settings = {
  config: {
    CONFIG_TASK_NAME_SIZE: 31,
    CONFIG_NAME_MAX: 32,
    CONFIG_MQ_MAXMSGSIZE: 32,
    CONFIG_PREALLOC_MQ_MSGS: 8,
    CONFIG_PREALLOC_MQ_IRQ_MSGS: 8,
  },
  cpuHz: 100_000_000,
  nsPerCycle: 0,
  cyclesPerTick: 1_000_000,
  tickNs: 10_000_000,
  rrTicks: 20,
  priorityInheritance: true,
  debugFeatures: true,
  callCycles: 100,
  irqLatencyCycles: 500,
  startSec: 0,
  seed: 1,
  place: 0,
  oscillator: perfectOscillator,
  realtimeOscillates: false,
  stampJitterNs: 0,
  apps: [],
};

/** All of the RAM is heap. */
export function bareKernel(ramSize = 65536): Kernel {
  const kernel: Kernel = {
    state: createState(settings, RAM_BASE, RAM_BASE + ramSize),
    memory: new Memory(new ArrayBuffer(ARENA_SIZE + ramSize)),
    notes: new NoteLog(Infinity),
    onConsole: () => undefined,
    onOutput: () => undefined,
    onFrame: () => undefined,
    firmware: { takeLibraryErrno: () => 0, interrupt: () => undefined },
    calls: systemCalls,
    drivers: operations,
    blocks,
    filesystems,
    hardware: {},
    wireBase: {},
    natives: [],
  };
  createIdleTask(kernel, RAM_BASE, 0);
  return kernel;
}
