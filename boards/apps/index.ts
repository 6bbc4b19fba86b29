/** Programs that come installed on every board. */
import type { NativeProgram } from '../../kernel/binfmt/native';
import { dd } from './dd';
import { onInterrupt } from './nsh/interrupt';
import { nsh } from './nsh/main';

export const programs: readonly NativeProgram[] = [
  { name: 'dd', entry: dd, priority: 100, stackSize: 2048 },
  { name: 'nsh', entry: nsh, priority: 100, stackSize: 2048, functions: [onInterrupt] },
  { name: 'sh', entry: nsh, priority: 100, stackSize: 2048 },
];
