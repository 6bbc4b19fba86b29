export {
  Toolchain,
  type BuildOptions,
  type BuildOutput,
  type BuildProgressStep,
  type LinkedFirmware,
  type ToolchainOptions,
} from './build';
export { DataNames } from './dwarf-names';
export { findLine, readLineTable, type LineTable, type SourceLine } from './dwarf-lines';
export type { DataSymbol, LinkedFunction } from './link-map';
export { readProject, type Board, type Project, type ProjectOptions } from './project';
