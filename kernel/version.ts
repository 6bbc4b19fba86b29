/** What the system calls itself (include/nuttx/version.h has the same; NuttX: nuttx/version.h, libs/libc/misc/lib_utsname.c). */
import type { Kernel } from './kernel';

export const VERSION = '13.0.0';
/** Beside a hash of the sources NuttX has the time of the build, which must not differ from one run to the next. */
export const BUILD = 'tickscope Nov 20 2026 12:00:00';

export const boardOf = ({ state }: Kernel): string => String(state.settings.config.CONFIG_ARCH_BOARD ?? 'sim');
