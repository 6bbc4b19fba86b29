import { expect, test } from 'vitest';
import { nativeEntry } from '../../../kernel/binfmt/entry';
import type { NativeProgram, System } from '../../../kernel/binfmt/native';
import { compile } from '../firmware';

const program = (name: string, entry: NativeProgram['entry']): NativeProgram => ({
  name,
  entry,
  priority: 110,
  stackSize: 4096,
});

function* print(sys: System, text: string) {
  const buffer = yield* sys.alloc(text.length);
  yield* sys.store(
    buffer,
    Uint8Array.from(text, (c) => c.charCodeAt(0)),
  );
  yield* sys.write(1, buffer, text.length);
}

/** Their places are their function pointers. */
const programs = [
  program('main', function* (sys) {
    const mutex = yield* sys.alloc(32);
    const cond = yield* sys.alloc(24);
    const shared = yield* sys.alloc(8);
    yield* sys.pthread_mutex_init(mutex, 0);
    yield* sys.pthread_cond_init(cond, 0);
    yield* sys.store32(shared, mutex);
    yield* sys.store32(shared + 4, cond);
    const handle = yield* sys.alloc(4);
    yield* sys.pthread_create(handle, 0, nativeEntry(1), shared);
    yield* sys.usleep(1000);
    const pid = yield* sys.load32(handle);
    yield* print(sys, `cancels ${yield* sys.pthread_cancel(pid)}\n`);
    const joined = yield* sys.pthread_join(pid, handle);
    yield* print(sys, `joined ${joined} ${yield* sys.load32(handle)}\n`);
    yield* print(sys, `again ${yield* sys.pthread_join(pid, 0)}\n`);
    return 0;
  }),
  program('thread', function* (sys, shared) {
    const mutex = yield* sys.load32(shared);
    yield* sys.pthread_mutex_lock(mutex);
    yield* sys.pthread_cleanup_push(nativeEntry(2), mutex);
    yield* sys.pthread_cond_wait(yield* sys.load32(shared + 4), mutex);
    return 0;
  }),
  program('cleanup', function* (sys, mutex) {
    yield* print(sys, `unlock ${yield* sys.pthread_mutex_unlock(mutex)}\n`);
    return 0;
  }),
];

test('native programs have threads, cleanup handlers and cancellation as C has them', async () => {
  const firmware = await compile(
    `
#include <sched.h>

int main(int argc, FAR char *argv[])
{
  return task_create("native", 110, 4096, (main_t)${nativeEntry(0)}, NULL) < 0;
}
`,
    { config: { CONFIG_CANCELLATION_POINTS: true, CONFIG_TLS_NCLEANUP: 1 } },
  );
  const machine = firmware.boot([], { programs });
  machine.finish();
  expect(machine.dump?.text).toBeUndefined();
  expect(machine.lines).toEqual(['cancels 0', 'unlock 0', 'joined 0 -1', 'again 3']);
});
