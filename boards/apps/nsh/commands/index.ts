/** The commands of the shell, in the order in which help shows them: NuttX's. */
import { clockCommands } from './clock';
import type { Command } from './command';
import { directoryCommands } from './directories';
import { environmentCommands } from './environment';
import { fileCommands } from './files';
import { helpCommands } from './help';
import { memoryCommands } from './memory';
import { networkCommands } from './network';
import { routeCommands } from './routes';
import { scriptCommands } from './script';
import { systemCommands } from './system';
import { taskCommands } from './tasks';
import { testCommands } from './test';
import { textCommands } from './text';
import { volumeCommands } from './volumes';
import { webCommands } from './web';

const known = new Map(
  [
    ...clockCommands,
    ...directoryCommands,
    ...environmentCommands,
    ...fileCommands,
    ...helpCommands(() => commands),
    ...memoryCommands,
    ...networkCommands,
    ...routeCommands,
    ...scriptCommands,
    ...systemCommands,
    ...taskCommands,
    ...testCommands,
    ...textCommands,
    ...volumeCommands,
    ...webCommands,
  ].map((command) => [command.name, command]),
);

export const commandNames = (
  '. [ ? alias unalias addroute arp basename break cat cd cp cmp dirname date delroute df echo env exit export expr false fdinfo ' +
  'free get help hexdump ifconfig ifdown ifup ln ls du mkdir mkfatfs mkfifo mkrd mount mv nslookup pidof poweroff quit printf ' +
  'ps put pwd readlink reboot rm rmdir route set kill pkill sleep usleep source test time true truncate uname umount unset ' +
  'uptime watch wget xd wait'
).split(' ');

const commands: readonly Command[] = commandNames.map((name) => known.get(name)!);

export function findCommand(name: string): Command | undefined {
  return known.get(name);
}
