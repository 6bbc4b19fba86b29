/** Variables (NuttX: nsh_envcmds.c): all are the environment's, so programs that are started have them. */
import type { Program } from '../../../../kernel/binfmt/native';
import { OK, type Shell } from '../shell';
import { argumentInvalid, argumentMissing, command } from './command';

function* env(shell: Shell): Program {
  const { sys } = shell;
  const array = yield* sys.get_environ_ptr();
  for (let at = array; array !== 0; at += 4) {
    const address = yield* sys.load32(at);
    if (address === 0) break;
    yield* shell.print(`${yield* sys.string(address)}\n`);
  }
  return OK;
}

/** `set [{+|-}{e|x|xe|ex}] [<name> <value>]`; a value of several words is one here. */
function* set(shell: Shell, [name = '', ...args]: string[]): Program {
  const option = /^([+-])([ex]+)$/.exec(args[0] ?? '');
  if (option) {
    const isOn = option[1] === '-';
    if (option[2]!.includes('e')) shell.state.exitOnError = isOn;
    if (option[2]!.includes('x')) shell.state.trace = isOn;
    args.shift();
    if (args.length === 0) return OK;
  }
  const [variable = '', ...value] = args;
  if (value.length === 0) throw argumentMissing(name);
  return yield* assign(shell, name, variable, value.join(' ').trim());
}

function* assign(shell: Shell, name: string, variable: string, value: string): Program {
  if (!/^[A-Za-z_]\w*$/.test(variable)) throw argumentInvalid(name);
  return (yield* shell.sys.setenv(variable, value, 1)) < 0 ? yield* shell.failed(name, 'setenv') : OK;
}

/** Every variable is exported already; this gives it a value. */
function* exportVariable(shell: Shell, [name = '', variable = '', ...value]: string[]): Program {
  const pair = /^(\w+)=(.*)$/s.exec(variable);
  if (pair) return yield* assign(shell, name, pair[1]!, pair[2]!);
  return value.length === 0 ? OK : yield* assign(shell, name, variable, value.join(' '));
}

function* unset(shell: Shell, [name = '', variable = '']: string[]): Program {
  return (yield* shell.sys.unsetenv(variable)) < 0 ? yield* shell.failed(name, 'unsetenv') : OK;
}

export const environmentCommands = [
  command('env', env, 1, 1),
  command('export', exportVariable, 2, 3, '[<name> [<value>]]'),
  command('set', set, 2, 4, '[{+|-}{e|x|xe|ex}] [<name> <value>]'),
  command('unset', unset, 2, 2, '<name>'),
];
