export {
  Toolchain,
  type BuildOptions,
  type BuildOutput,
  type BuildProgressStep,
  type LinkedFirmware,
  type ToolchainOptions,
} from './build';
export { readProject, type Board, type Project, type ProjectOptions } from './project';
export type { DataSymbol } from './link-map';
