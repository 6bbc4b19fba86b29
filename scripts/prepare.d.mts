/** True when node_modules/ holds every package of the lock file in its version. */
export function isInstalled(folder: string): boolean;
