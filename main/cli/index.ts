/** `tickscope run`: builds and runs a firmware without a window, for scripts and CI. */
import { main } from './run';

process.exitCode = await main(process.argv.slice(2));
