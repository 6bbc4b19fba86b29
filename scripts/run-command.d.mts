/** Runs a program and waits for it; resolves to its exit status. */
export function runCommand(
  command: string,
  args: readonly string[],
  options?: { timeout?: number | undefined },
): Promise<number>;
