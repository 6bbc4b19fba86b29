/** The commands of the shell, in the order in which help shows them: NuttX's. */
import { clockCommands } from './clock';
import type { Command } from './command';
import { directoryCommands } from './directories';
import { environmentCommands } from './environment';
import { fileCommands } from './files';
import { helpCommands } from './help';
import { memoryCommands } from './memory';
import { scriptCommands } from './script';
import { systemCommands } from './system';
import { taskCommands } from './tasks';
import { testCommands } from './test';
import { textCommands } from './text';
import { volumeCommands } from './volumes';

const known = new Map(
  [
    ...clockCommands,
    ...directoryCommands,
    ...environmentCommands,
    ...fileCommands,
    ...helpCommands(() => commands),
    ...memoryCommands,
    ...scriptCommands,
    ...systemCommands,
    ...taskCommands,
    ...testCommands,
    ...textCommands,
    ...volumeCommands,
  ].map((command) => [command.name, command]),
);

export const commandNames = (
  '. [ ? alias unalias basename break cat cd cp cmp dirname date df echo env exit export expr false fdinfo free help hexdump ln ls du ' +
  'mkdir mkfatfs mkfifo mkrd mount mv pidof poweroff quit printf ps pwd readlink reboot rm rmdir set kill pkill sleep ' +
  'usleep source test time true truncate uname umount unset uptime watch xd wait'
).split(' ');

const commands: readonly Command[] = commandNames.map((name) => known.get(name)!);

export function findCommand(name: string): Command | undefined {
  return known.get(name);
}
