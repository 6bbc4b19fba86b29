/** Conditions and sums (NuttX: nsh_test.c, nsh_expr of nsh_syscmds.c). */
import type { Program } from '../../../../kernel/binfmt/native';
import { Mode } from '../../../../kernel/fs/mode';
import { Failure } from '../../errors';
import { statOf, type FileStat } from '../paths';
import { FAILED, OK, type Shell } from '../shell';
import { ANY_NUMBER, argumentInvalid, command } from './command';

const isType = (type: number) => (stat: FileStat) => (stat.mode & Mode.Type) === type;

const fileTests: Readonly<Record<string, (stat: FileStat) => boolean>> = {
  '-b': isType(Mode.Block),
  '-c': isType(Mode.Character),
  '-d': isType(Mode.Directory),
  '-e': () => true,
  '-f': isType(Mode.Regular),
  '-p': isType(Mode.Fifo),
  '-r': ({ mode }) => (mode & 0o400) !== 0,
  '-s': ({ size }) => size > 0,
  '-w': ({ mode }) => (mode & 0o200) !== 0,
  '-x': ({ mode }) => (mode & 0o100) !== 0,
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '-eq': (a, b) => a === b,
  '-ge': (a, b) => a >= b,
  '-gt': (a, b) => a > b,
  '-le': (a, b) => a <= b,
  '-lt': (a, b) => a < b,
  '-ne': (a, b) => a !== b,
};

function integer(name: string, text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw argumentInvalid(name);
  return Number(text);
}

/** One operator and what it is of; `operands` is what is left. */
function* primary(shell: Shell, name: string, operands: string[]): Program<boolean> {
  if (operands[0] === '!' && operands.length > 1) {
    operands.shift();
    return !(yield* primary(shell, name, operands));
  }
  const [first, operator, second] = operands;
  if (first === undefined) throw syntaxError(name);
  if (second !== undefined && (operator === '=' || operator === '==' || operator === '!=')) {
    operands.splice(0, 3);
    return (first === second) === (operator !== '!=');
  }
  const compare = comparisons[operator ?? ''];
  if (compare && second !== undefined) {
    operands.splice(0, 3);
    return compare(integer(name, first), integer(name, second));
  }
  if (operator !== undefined && (first === '-n' || first === '-z')) {
    operands.splice(0, 2);
    return (operator === '') === (first === '-z');
  }
  const fileTest = Object.hasOwn(fileTests, first) ? fileTests[first] : undefined;
  if (fileTest && operator !== undefined) {
    operands.splice(0, 2);
    const stat = yield* statOf(shell, operator);
    return stat !== null && fileTest(stat);
  }
  operands.shift();
  return first !== '';
}

const syntaxError = (name: string) => new Failure(`${name}: syntax error`);

/** Conditions with -a and -o between them, from the left to the right. */
function* evaluate(shell: Shell, name: string, operands: string[]): Program {
  let holds = yield* primary(shell, name, operands);
  while (operands.length > 0) {
    const connective = operands.shift();
    if (connective !== '-a' && connective !== '-o') throw syntaxError(name);
    const next = yield* primary(shell, name, operands);
    holds = connective === '-a' ? holds && next : holds || next;
  }
  return holds ? OK : FAILED;
}

function* test(shell: Shell, [name = '', ...operands]: string[]): Program {
  return yield* evaluate(shell, name, operands);
}

function* bracket(shell: Shell, [name = '', ...operands]: string[]): Program {
  if (operands.pop() !== ']') throw syntaxError(name);
  return yield* evaluate(shell, name, operands);
}

const sums: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => Math.imul(a, b),
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

/** Two whole numbers with an operator between them; more go on from the left to the right. */
function* expr(shell: Shell, [name = '', first = '', ...rest]: string[]): Program {
  let value = integer(name, first) | 0;
  for (let i = 0; i < rest.length; i += 2) {
    const [operator, operand] = [rest[i]!, rest[i + 1]];
    const sum = Object.hasOwn(sums, operator) ? sums[operator] : undefined;
    if (!sum || operand === undefined) throw syntaxError(name);
    const number = integer(name, operand) | 0;
    if (number === 0 && (operator === '/' || operator === '%')) throw new Failure(`${name}: division by zero`);
    value = sum(value, number) | 0;
  }
  yield* shell.print(`${value}\n`);
  return OK;
}

// eslint-disable-next-line require-yield
function* succeed(): Program {
  return OK;
}

// eslint-disable-next-line require-yield
function* fail(): Program {
  return FAILED;
}

export const testCommands = [
  command('[', bracket, 3, ANY_NUMBER, '<expression> ]'),
  command('expr', expr, 4, ANY_NUMBER, '<operand1> <operator> <operand2>'),
  command('false', fail, 1, 1),
  command('test', test, 2, ANY_NUMBER, '<expression>'),
  command('true', succeed, 1, 1),
];
