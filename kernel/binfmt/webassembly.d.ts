/** The part of the WebAssembly API that the executor uses; TypeScript has it only together with the whole DOM. */
declare namespace WebAssembly {
  type ImportValue = (...args: number[]) => number | bigint | void;
  type ModuleImports = Record<string, ImportValue>;
  type Imports = Record<string, ModuleImports>;

  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
    static imports(module: Module): { module: string; name: string; kind: string }[];
  }

  class Instance {
    constructor(module: Module, imports: Imports);
    readonly exports: Record<string, unknown>;
  }

  class Memory {
    readonly buffer: ArrayBuffer;
  }

  class Table {
    get(index: number): unknown;
    readonly length: number;
  }

  class RuntimeError extends Error {}
}
