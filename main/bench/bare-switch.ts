/**
 * The baseline for switches: binaryen's asyncify around two tasks and a dozen lines of semaphores. No kernel, no virtual
 * time, no event log, no preemption: what one unwind and one rewind cost.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import binaryen from 'binaryen';
import { appRoot, workerFile } from '../host/paths';
import { Compiler } from '../toolchain/compiler';

const FLAGS = ['--target=wasm32', '-O2', '-nostdlib', '-Wl,--no-entry', '-Wl,--export=__stack_pointer'];
/** Linear memory: the tasks' areas begin behind what wasm-ld laid out. */
const AREAS = 2 * 65536;
const AREA_SIZE = 32768;
const FRAMES_SIZE = 8192;

interface BareTask {
  id: number;
  started: boolean;
  /** Address of asyncify's frames, and the C stack pointer. */
  frames: number;
  stackPointer: number;
}

interface BareExports {
  memory: WebAssembly.Memory & { grow(pages: number): number };
  __stack_pointer: { value: number };
  ping(id: number): number;
  asyncify_get_state(): number;
  asyncify_start_unwind(frames: number): void;
  asyncify_stop_unwind(): void;
  asyncify_start_rewind(frames: number): void;
  asyncify_stop_rewind(): void;
}

/** Gives a function that makes a number of switches. */
export async function bareSwitch(): Promise<(switches: number) => void> {
  const module = new WebAssembly.Module(await asyncified());
  const counts = [1, 0];
  const waiters: (BareTask | null)[] = [null, null];
  const ready: BareTask[] = [];
  let current: BareTask;

  const back = () => {
    if (code.asyncify_get_state() !== 2) return false;
    code.asyncify_stop_rewind();
    return true;
  };
  const instance = new WebAssembly.Instance(module, {
    k: {
      sem_wait(sem) {
        if (back()) return 0;
        if (counts[sem]! > 0) {
          counts[sem]!--;
          return 0;
        }
        waiters[sem] = current;
        code.asyncify_start_unwind(current.frames);
        return 0;
      },
      sem_post(sem) {
        if (waiters[sem]) {
          ready.push(waiters[sem]);
          waiters[sem] = null;
        } else {
          counts[sem]!++;
        }
        return 0;
      },
    },
  });
  const code = instance.exports as unknown as BareExports;
  code.memory.grow(4);
  const words = new Int32Array(code.memory.buffer);
  for (const id of [0, 1]) {
    const frames = AREAS + id * AREA_SIZE;
    words[frames >> 2] = frames + 8;
    words[(frames >> 2) + 1] = frames + FRAMES_SIZE;
    ready.push({ id, started: false, frames, stackPointer: frames + AREA_SIZE });
  }

  return (switches) => {
    for (let i = 0; i < switches; i++) {
      current = ready.shift()!;
      code.__stack_pointer.value = current.stackPointer;
      if (current.started) code.asyncify_start_rewind(current.frames);
      current.started = true;
      code.ping(current.id);
      current.stackPointer = code.__stack_pointer.value;
      code.asyncify_stop_unwind();
    }
  };
}

async function asyncified(): Promise<Uint8Array<ArrayBuffer>> {
  const source = await readFile(join(appRoot, 'main', 'bench', 'bare-switch.c'), 'utf8');
  const compiler = new Compiler(pathToFileURL(workerFile('compile')));
  const { ok, text, outputs } = await compiler.run({
    tool: 'clang',
    args: [...FLAGS, 'in.c', '-o', 'out.wasm'],
    files: { 'in.c': source },
    outputs: ['out.wasm'],
  });
  await compiler.close();
  if (!ok) throw new Error(text);
  const module = binaryen.readBinary(outputs[0]!);
  binaryen.setPassArgument('asyncify-imports', 'k.sem_wait,k.sem_post');
  binaryen.setOptimizeLevel(2);
  module.runPasses(['asyncify']);
  module.optimize();
  return module.emitBinary() as Uint8Array<ArrayBuffer>;
}
