// Runs a program and waits for it.
import { spawn } from 'node:child_process';

/** Interrupts that a group of its own does not hear of. */
const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs `command` with this process's output (stdin closed, so that nothing waits for a person) and resolves to its
 * exit status; 1 when it could not start or was killed. After `timeout` milliseconds it is, with all that it has started.
 */
export function runCommand(command, args, { cwd, env, timeout, stdout = 'inherit' } = {}) {
  return new Promise((resolve) => {
    const hasGroup = timeout !== undefined && process.platform !== 'win32';
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      detached: hasGroup,
      stdio: ['ignore', stdout, 'inherit'],
      // npm is a .cmd file on Windows, which only a shell can run.
      shell: process.platform === 'win32' && command === 'npm',
    });
    const interrupt = (signal) => {
      process.kill(-child.pid, signal);
      process.exit(1);
    };
    const giveUp = () => {
      console.error(`${command} ${args.join(' ')}: ended, as it took longer than ${timeout / 60_000} minutes`);
      if (hasGroup) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    };
    const limit = timeout && setTimeout(giveUp, timeout);
    const end = (status) => {
      clearTimeout(limit);
      for (const name of INTERRUPTS) process.off(name, interrupt);
      resolve(status);
    };
    if (hasGroup) for (const name of INTERRUPTS) process.once(name, interrupt);
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      end(1);
    });
    child.on('exit', (code) => end(code ?? 1));
  });
}
