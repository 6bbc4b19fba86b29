/** Path of Electron's binary (ELECTRON_OVERRIDE_DIST_PATH first), or null. */
export function findElectron(): string | null;
