/** Time, for native programs. */
import type { Program, System } from '../../../kernel/binfmt/native';
import { wide, word } from '../io';

const CLOCK_MONOTONIC = 1;
/** struct timespec: seconds of 64 bits, nanoseconds. */
export const TIMESPEC_SIZE = 16;

/** Microseconds since power on. `at` is the address of {@link TIMESPEC_SIZE} bytes for it. */
export function* microseconds(sys: System, at: number): Program {
  yield* sys.clock_gettime(CLOCK_MONOTONIC, at);
  const bytes = yield* sys.load(at, TIMESPEC_SIZE);
  return wide(bytes, 0) * 1e6 + Math.floor(word(bytes, 8) / 1000);
}

/** Waits so many milliseconds; a signal ends it early. */
export function* pause(sys: System, ms: number): Program<void> {
  const at = yield* sys.alloc(TIMESPEC_SIZE);
  yield* sys.store(at, new Uint8Array(TIMESPEC_SIZE));
  yield* sys.store32(at, Math.floor(ms / 1000));
  yield* sys.store32(at + 8, Math.round((ms % 1000) * 1e6));
  yield* sys.clock_nanosleep(CLOCK_MONOTONIC, 0, at, 0);
}
