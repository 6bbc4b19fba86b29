/** The board as a whole (NuttX: nsh_syscmds.c). */
import type { Program } from '../../../../kernel/binfmt/native';
import type { Shell } from '../shell';
import { command } from './command';

const BOARDIOC_POWEROFF = 0xff03;
const BOARDIOC_RESET = 0xff04;

function* poweroff(shell: Shell, [name = '', status = '0']: string[]): Program {
  yield* shell.flush();
  yield* shell.sys.boardctl(BOARDIOC_POWEROFF, Number(status) | 0);
  return yield* shell.failed(name, 'boardctl');
}

function* reboot(shell: Shell, [name = '', status = '0']: string[]): Program {
  yield* shell.flush();
  yield* shell.sys.boardctl(BOARDIOC_RESET, Number(status) | 0);
  return yield* shell.failed(name, 'boardctl');
}

export const systemCommands = [command('poweroff', poweroff, 1, 2), command('reboot', reboot, 1, 2)];
