import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { runCommand } from './run-command.mjs';

const node = (script: string, timeout?: number) => runCommand(process.execPath, ['-e', script], { timeout });

it('gives the exit status, also in good time', async () => {
  expect(await node('process.exit(3)')).toBe(3);
  expect(await node('process.exit(0)', 60_000)).toBe(0);
});

it.skipIf(process.platform === 'win32')('ends what takes too long, with all that it has started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickscope-run-'));
  const file = join(folder, 'pid');
  const complained = vi.spyOn(console, 'error').mockReturnValue();
  try {
    // Neither listens to anything but SIGKILL.
    const deaf = 'process.on("SIGTERM", () => {}); for (;;);';
    const parent = `
      const { pid } = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(deaf)}]);
      require('node:fs').writeFileSync(${JSON.stringify(file)}, String(pid));
      ${deaf}`;
    expect(await node(parent, 6000)).toBe(1);
    expect(complained.mock.calls).toEqual([[expect.stringMatching(/ended, as it took longer than 0\.1 minutes$/)]]);
    const pid = Number(readFileSync(file, 'utf8'));
    await expect.poll(() => isThere(pid)).toBe(false);
  } finally {
    complained.mockRestore();
    rmSync(folder, { recursive: true });
  }
});

/** One that has ended and that nobody has waited for is not. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
