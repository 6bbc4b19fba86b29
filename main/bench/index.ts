/** `npm run bench`: what this machine reaches, as ratios to a baseline measured in the same process. */
import { appFolders, appRoot } from '../host/paths';
import { createToolchain } from '../machine/build';
import { measureCompute } from './compute';
import { benchFirmware, buildFirmware } from './firmware';
import { measureCrowds } from './crowd';
import { measureFiles } from './files';
import { measureNetwork, netFirmware } from './net';
import { measurePtp } from './ptp';
import { measureMessages } from './ptp-messages';
import { measureServices } from './services';
import { measureStart } from './start';
import { measureSwitches } from './switches';
import { measureUart, uartFirmware } from './uart';

// First of all, while no compiler is loaded.
console.log(await measureStart());
const toolchain = createToolchain({ resources: appRoot, cacheDir: appFolders().cacheDir });
const firmware = await buildFirmware(toolchain, benchFirmware);
const uart = await buildFirmware(toolchain, uartFirmware);
const net = await buildFirmware(toolchain, netFirmware);
await toolchain.close();
console.log(`\n${await measureSwitches(firmware)}`);
console.log('For scale: a real NuttX makes 0.50 M/s on its simulator and 0.42 M/s on QEMU (Cortex-A7).');
console.log(`\n${measureCrowds(firmware)}`);
console.log(`\n${await measureServices(firmware)}`);
console.log(`\n${measureFiles(firmware)}`);
console.log(`\n${measureCompute(firmware)}`);
console.log(
  'Plain is the same linked module without instrumentation: nothing counted, nothing guarded or suspendable.',
);
console.log(`\n${measureMessages()}`);
// Last of all: the kernel's functions meet another kind of machine, which slows down what comes after it.
console.log(`\n${await measureNetwork(net)}`);
console.log(`\n${await measureUart(uart)}`);
console.log(`\n${await measurePtp(net)}`);
