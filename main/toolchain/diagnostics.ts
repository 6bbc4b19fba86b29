/** Turns what clang and wasm-ld print into problems. */
import type { Problem } from '../contract/project';

/** How a path that a tool prints is shown: relative to the project, or null when the file is none of the person's. */
export type ShowPath = (path: string) => string | null;

const CLANG_LINE = /^(.+?):(\d+):(\d+): (fatal error|error|warning|note): (.*)$/;
const CLANG_BARE = /^clang(?:-\d+)?: (error|warning): (.*)$/;

/** The problems in clang's output, in its order. */
export function parseClang(text: string, showPath: ShowPath): Problem[] {
  const problems: Problem[] = [];
  for (const line of text.split('\n')) {
    const [, path, row, column, kind, message] = CLANG_LINE.exec(line) ?? [];
    if (path && kind && message !== undefined) {
      const severity = kind === 'fatal error' ? 'error' : (kind as Problem['severity']);
      const place = { file: showPath(path), line: Number(row), column: Number(column) };
      problems.push({ severity, message, source: 'clang', ...place });
      continue;
    }
    const bare = CLANG_BARE.exec(line);
    if (bare) {
      const severity = bare[1] as 'error' | 'warning';
      problems.push({ severity, message: bare[2]!, source: 'clang', file: null, line: null, column: null });
    }
  }
  return problems;
}

/** A C text with blanks for its comments and strings, everything else where it was. */
export function blankComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"/g, (part) => part.replace(/[^\n]/g, ' '));
}

/**
 * Where a function is first named inside of braces, so by code; or else where it is first named at all; 1-based.
 *
 * @param code what {@link blankComments} gives
 */
export function findUse(code: string, name: string): { line: number; column: number } | null {
  const places = Array.from(code.matchAll(new RegExp(`(?<![\\w$])${name}(?![\\w$])`, 'g')), ({ index }) => index);
  const depth = (at: number) => code.slice(0, at).split('{').length - code.slice(0, at).split('}').length;
  const place = places.find((at) => depth(at) > 0) ?? places[0];
  if (place === undefined) return null;
  const before = code.slice(0, place).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

const UNDEFINED = /^wasm-ld: error: (.+?): undefined symbol: (.+)$/;
const DUPLICATE = /^wasm-ld: error: duplicate symbol: (.+)$/;
const DEFINED_IN = /^>>> defined in (.+)$/;
const TOO_SMALL = /initial memory too small, (\d+) bytes needed/;
const NO_ENTRY = /error: symbol exported via --export not found: (\S+)/;
const OTHER = /^wasm-ld: (error|warning): (.*)$/;

export interface LinkContext {
  showPath: ShowPath;
  /** Text of a project file; undefined for others. */
  text(file: string): string | undefined;
  board: string;
  ramBase: number;
  ramSize: number;
}

/** The problems in wasm-ld's output. Object files are named like their source plus `.o`. */
export function parseLinker(text: string, context: LinkContext): Problem[] {
  const problems: Problem[] = [];
  const at = (object: string, name: string) => {
    const file = context.showPath(object.replace(/\.o$/, ''));
    const source = file === null ? undefined : context.text(file);
    const use = source === undefined ? null : findUse(blankComments(source), name);
    return { file, line: use?.line ?? null, column: use?.column ?? null };
  };
  const lines = text.split('\n');
  for (const [i, line] of lines.entries()) {
    const undefinedSymbol = UNDEFINED.exec(line);
    const duplicate = DUPLICATE.exec(line);
    const tooSmall = TOO_SMALL.exec(line);
    const noEntry = NO_ENTRY.exec(line);
    const other = OTHER.exec(line);
    if (undefinedSymbol) {
      const [, object, name] = undefinedSymbol as unknown as [string, string, string];
      const place = at(object, name);
      const caller = place.file ?? object;
      const message = `undefined symbol: ${name}, used by ${caller}. Neither the project nor the NuttX API nor the C library defines it. Check the spelling, or add the C file that defines it.`;
      problems.push({ severity: 'error', message, source: 'wasm-ld', ...place });
    } else if (duplicate) {
      const name = duplicate[1]!;
      const objects = lines.slice(i + 1, i + 3).map((next) => DEFINED_IN.exec(next)?.[1] ?? '');
      const places = objects.filter(Boolean).map((object) => at(object, name));
      const where = places.map(({ file }, k) => file ?? objects[k]).join(' and ');
      const message = `duplicate symbol: ${name}, defined in ${where}. Rename one of the two, or make it static.`;
      problems.push({ severity: 'error', message, source: 'wasm-ld', ...(places[0] ?? nowhere) });
    } else if (tooSmall) {
      const kib = (bytes: number) => `${Math.ceil(bytes / 1024)} KiB`;
      const needed = kib(Number(tooSmall[1]) - context.ramBase);
      const message = `The firmware's data needs ${needed} of RAM, but the board ${context.board} has ${kib(context.ramSize)}. Make its arrays smaller or choose a larger board.`;
      problems.push({ severity: 'error', message, source: 'wasm-ld', ...nowhere });
    } else if (noEntry) {
      const message = `No C file defines the function ${noEntry[1]}, which the project gives as the entry of an app. Check its name; a static function cannot be one.`;
      problems.push({ severity: 'error', message, source: 'wasm-ld', ...nowhere });
    } else if (other) {
      const severity = other[1] as 'error' | 'warning';
      problems.push({ severity, message: other[2]!, source: 'wasm-ld', ...nowhere });
    }
  }
  return problems;
}

const nowhere = { file: null, line: null, column: null };
