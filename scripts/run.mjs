// `npm run cli` and `npm run bench`: brings dist/ up to date and runs dist/main/NAME.js in this process.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, root } from './prepare.mjs';

const [name] = process.argv.splice(2, 1);
await prepare();
// Relative paths are relative to where the person stands, not to the checkout where npm runs scripts.
process.chdir(process.env.INIT_CWD ?? process.cwd());
await import(pathToFileURL(join(root, 'dist', 'main', `${name}.js`)).href);
