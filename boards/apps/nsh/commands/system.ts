/** The board as a whole (NuttX: nsh_syscmds.c). */
import type { Program } from '../../../../kernel/binfmt/native';
import { OK, type Shell } from '../shell';
import { command, takeOptions, tooManyArguments } from './command';
import { readText } from './copying';

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

/** Sizes of the strings in struct utsname, by the option that shows one. */
const UTSNAME = { s: 21, n: 33, r: 21, v: 51, m: 21 } as const;

/** Names of the system; -a are all that there are, and the board's comes last. */
function* uname(shell: Shell, args: string[]): Program {
  const name = args[0]!;
  const { options, rest } = takeOptions(args, 'asonrvmpi');
  if (rest.length > 0) throw tooManyArguments(name);
  const { sys, buffer } = shell;
  if ((yield* sys.uname(buffer)) < 0) return yield* shell.failed(name, 'uname');
  const names = new Map<string, string>();
  let at = buffer;
  for (const [option, size] of Object.entries(UTSNAME)) {
    names.set(option, yield* sys.string(at));
    at += size;
  }
  names.set('i', boardOf(yield* readText(shell, name, '/proc/version')));
  names.set('p', 'unknown');
  const wanted = options.has('a') ? 's n r v m i'.split(' ') : [...options.keys()];
  const shown = [...names].filter(([option]) => wanted.includes(option) || (option === 's' && wanted.includes('o')));
  const texts = shown.filter(([option, text]) => option !== 'n' || text !== '').map(([, text]) => text);
  yield* shell.print(`${texts.join(' ') || names.get('s')}\n`);
  return OK;
}

/** `NuttX version 0.0.0 0 Nov 20 2026 11:57:17 sim:nsh` */
const boardOf = (version: string) => /(\S+):\S*\s*$/.exec(version)?.[1] ?? 'unknown';

export const systemCommands = [
  command('poweroff', poweroff, 1, 2),
  command('reboot', reboot, 1, 2),
  command('uname', uname, 1, 7, '[-a | -imnoprsv]'),
];
