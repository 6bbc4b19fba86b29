// Tells whether dist/ was built from the sources as they are now.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** What a build reads. Tests are not part of it, so that changing one does not cost a build. */
const inputs = [
  ...['kernel', 'boards', 'main', 'renderer'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', 'scripts/build.mjs'],
];
const stamp = (root) => join(root, 'dist', 'sources.sha256');

function* filesBelow(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    for (const name of readdirSync(path).sort()) yield* filesBelow(join(path, name));
  } else if (stat && !path.endsWith('.test.ts')) {
    yield path;
  }
}

/** SHA-256 (hex) over names and contents of everything that a build of the checkout `root` reads. */
export function hashSources(root) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const path of filesBelow(join(root, input))) {
      const content = readFileSync(path);
      hash.update(`${relative(root, path).split(sep).join('/')}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/** True when dist/ was not built, or from other sources. */
export function isStale(root) {
  try {
    return readFileSync(stamp(root), 'utf8') !== hashSources(root);
  } catch {
    return true;
  }
}

/** Runs `build`, and notes what it was built from: the sources as they were when it began. */
export async function stampBuild(root, build) {
  const hash = hashSources(root);
  rmSync(stamp(root), { force: true });
  await build();
  writeFileSync(stamp(root), hash);
}
