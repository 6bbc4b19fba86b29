/** Programs that come installed on every board. */
import type { NativeProgram } from '../../kernel/binfmt/native';

export const programs: readonly NativeProgram[] = [];
