/** if, while and until: what is open, and what of it is to be executed. Plain data, innermost last. */
import { plain, type Command, SyntaxProblem } from './parse';

export interface If {
  kind: 'if';
  /** Where it stands: its condition is to come, has been, or what comes belongs to a branch. */
  phase: 'condition' | 'decided' | 'then' | 'else';
  /** What the condition gave, `!` included. */
  holds: boolean;
  inverted: boolean;
  /** What is around it is executed. */
  active: boolean;
}

export interface Loop {
  kind: 'loop';
  phase: 'condition' | 'decided' | 'do';
  holds: boolean;
  /** `until`. */
  inverted: boolean;
  active: boolean;
  /** Of its keyword, in the text. */
  start: number;
}

export type Control = If | Loop;

/** NuttX: CONFIG_NSH_NESTDEPTH is 3; here there is room for more. */
const DEEPEST = 16;

/** Whether what comes next is executed. */
export function isEnabled(control: readonly Control[]): boolean {
  return control.every((each) => {
    if (!each.active) return false;
    if (each.phase === 'condition' || each.phase === 'decided') return true;
    return each.phase === 'else' ? !each.holds : each.holds;
  });
}

/** Any loop is open, so the text from the outermost one on is still needed. */
export function loopStart(control: readonly Control[]): number | undefined {
  return control.find((each) => each.kind === 'loop')?.start;
}

/** The result of a condition is there, or it was skipped. False when the result is not that of a condition. */
export function decide(control: readonly Control[], failed: boolean): boolean {
  const top = control.at(-1);
  if (top?.phase !== 'condition') return false;
  top.phase = 'decided';
  top.holds = failed === top.inverted;
  return true;
}

const fail = (word: string, what: string) => new SyntaxProblem(`${word}: ${what}`);
const outOfPlace = (word: string) => fail(word, 'not valid in this context');

/**
 * Takes the keywords from the front of a command, which began at a place of the text.
 *
 * @returns where the text goes on when a loop turns; null when it goes on behind the command
 * @throws SyntaxProblem for what cannot stand there
 */
export function takeKeywords(control: Control[], command: Command, at: number): number | null {
  for (;;) {
    const top = control.at(-1);
    const keyword = plain(command.words[0]);
    switch (keyword) {
      case 'if':
      case 'while':
      case 'until':
        if (top?.phase === 'condition' || top?.phase === 'decided') throw outOfPlace(keyword);
        if (control.length >= DEEPEST) throw fail(keyword, 'nesting too deep');
        open(control, command, keyword, at);
        continue;
      case 'then':
        if (top?.kind !== 'if' || top.phase !== 'decided') throw outOfPlace(keyword);
        top.phase = 'then';
        break;
      case 'else':
        if (top?.kind !== 'if' || top.phase !== 'then') throw outOfPlace(keyword);
        top.phase = 'else';
        break;
      case 'do':
        if (top?.kind !== 'loop' || top.phase !== 'decided') throw outOfPlace(keyword);
        top.phase = 'do';
        break;
      case 'fi':
        if (top?.kind !== 'if' || (top.phase !== 'then' && top.phase !== 'else')) throw outOfPlace(keyword);
        close(control, command, keyword);
        return null;
      case 'done':
        if (top?.kind !== 'loop' || top.phase !== 'do') throw outOfPlace(keyword);
        close(control, command, keyword);
        return top.active && top.holds ? top.start : null;
      default:
        if (command.words.length > 0 && top?.phase === 'decided') throw outOfPlace(keyword || 'command');
        return null;
    }
    command.words.shift();
    if (command.words.length === 0) return null;
  }
}

function open(control: Control[], command: Command, keyword: 'if' | 'while' | 'until', start: number): void {
  const active = isEnabled(control);
  command.words.shift();
  let inverted = keyword === 'until';
  if (plain(command.words[0]) === '!') {
    inverted = !inverted;
    command.words.shift();
  }
  if (command.words.length === 0) throw fail(keyword, 'argument invalid');
  const common = { phase: 'condition', holds: false, inverted, active } as const;
  control.push(keyword === 'if' ? { kind: 'if', ...common } : { kind: 'loop', start, ...common });
}

function close(control: Control[], command: Command, keyword: string): void {
  if (command.words.length > 1) throw fail(keyword, 'argument invalid');
  command.words.shift();
  control.pop();
}

/** `break`: nothing more of the innermost loop is executed. Outside of one it does nothing. */
export function breakLoop(control: readonly Control[]): void {
  const loop = control.findLast((each) => each.kind === 'loop' && each.phase === 'do');
  if (loop) loop.holds = false;
}
