/** From a linked firmware to one that a machine can run, with all that is known about it. */
import { systemCalls } from '../../kernel/syscall';
import type { LinkedFirmware } from '../toolchain';
import { instrument, type Instrumented } from '../toolchain/instrument';
import { findLine, readLineTable, type LineTable } from '../toolchain/dwarf-lines';
import { DataNames, type Variable } from '../toolchain/dwarf-names';
import { isLibrary } from '../toolchain/link-map';
import type { Frame } from '../contract/target';

/** Imports at which a task cannot lose the CPU. */
const immediate: ReadonlySet<string> = new Set([
  ...systemCalls.filter((call) => call.immediate).map((call) => `env.${call.name}`),
  'wasi_snapshot_preview1.fd_write',
  'tickscope.fault',
]);

export class Firmware {
  readonly module: WebAssembly.Module;
  private readonly code: Omit<Instrumented, 'wasm'>;
  private readonly lines: LineTable;
  private readonly names: DataNames;

  /** @param ramSize of the board, in bytes */
  constructor(linked: LinkedFirmware, ramSize: number) {
    const library = new Set<number>();
    linked.functions.forEach((fn, place) => {
      if (isLibrary(fn)) library.add(place);
    });
    const { wasm, ...code } = instrument(linked.wasm, { library, immediate, ramSize });
    this.module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
    this.code = code;
    this.lines = readLineTable(linked.wasm);
    this.names = new DataNames(linked.wasm);
  }

  /** Name of the function with this index. */
  functionName(index: number): string {
    return this.code.functionNames[index] ?? `function ${index}`;
  }

  /** Name of the function that a function pointer means. */
  pointerName(pointer: number): string {
    const index = this.code.table[pointer];
    return index === undefined ? `0x${(pointer >>> 0).toString(16)}` : this.functionName(index);
  }

  /** Bytes of a saved frame of a function. */
  frameSize(index: number): number {
    return this.code.frameSizes[index] ?? 0;
  }

  /** The frame of a function that left the CPU at one of its sites. */
  frameAtSite(index: number, site: number): Frame {
    return this.frame(index, this.code.sites[index]?.[site - 1] ?? 0);
  }

  /** The frame of a function at an offset in the running module, as a trap reports it. */
  frameAtOffset(index: number, offset: number): Frame {
    const { pcMap } = this.code;
    let low = 0;
    for (let high = pcMap.length / 2; low < high;) {
      const middle = (low + high) >> 1;
      if (pcMap[middle * 2]! <= offset) low = middle + 1;
      else high = middle;
    }
    return this.frame(index, low > 0 ? pcMap[low * 2 - 1]! : 0);
  }

  isAlignmentTrap(offset: number): boolean {
    return this.code.alignmentTraps.includes(offset);
  }

  private frame(index: number, pc: number): Frame {
    const place = findLine(this.lines, pc);
    return { function: this.functionName(index), file: place?.file ?? null, line: place?.line ?? null, pc };
  }

  /** The number that a path such as `g_tank.level[2]` leads to. Throws what is wrong with the path. */
  variable(path: string): Variable {
    return this.names.variable(path);
  }

  /** Whether such a path leads to a number. */
  has(path: string): boolean {
    try {
      this.names.variable(path);
      return true;
    } catch {
      return false;
    }
  }

  /** Names of global variables. */
  variableNames(): string[] {
    return this.names.variableNames();
  }

  /** What C calls the object at an address, such as `g_forks[3]`; null when there is none. */
  dataName(address: number, struct?: string): string | null {
    return this.names.find(address, struct);
  }
}
