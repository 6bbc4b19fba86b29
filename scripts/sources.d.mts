/** SHA-256 (hex) over names and contents of everything that a build of the checkout `root` reads. */
export function hashSources(root: string): string;
/** True when dist/ was not built, or from other sources. */
export function isStale(root: string): boolean;
/** Runs `build`, and notes what it was built from: the sources as they were when it began. */
export function stampBuild(root: string, build: () => Promise<void>): Promise<void>;
