// Runs a program and waits for it.
import { spawn } from 'node:child_process';

/**
 * Runs `command` with this process's output (stdin closed, so that nothing waits for a person) and resolves to its
 * exit status; 1 when it could not start, was killed or took longer than `timeout` milliseconds.
 */
export function runCommand(command, args, { cwd, env, timeout, stdout = 'inherit' } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      timeout,
      stdio: ['ignore', stdout, 'inherit'],
      // npm is a .cmd file on Windows, which only a shell can run.
      shell: process.platform === 'win32' && command === 'npm',
    });
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
