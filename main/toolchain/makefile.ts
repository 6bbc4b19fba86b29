/** Reads the variables of a NuttX application's Makefile; it runs no recipe. */

export interface MakeContext {
  /** The value of a CONFIG_ option as make sees it: `y`, a number, a quoted string, or empty. */
  config(name: string): string;
  /** The project's files, relative; for `$(wildcard)`. */
  files: readonly string[];
}

/** Variables that NuttX's own makefiles define before an application's is read. */
const NUTTX_VARIABLES: Record<string, string> = {
  APPDIR: '..',
  TOPDIR: '../nuttx',
  CURDIR: '.',
  DELIM: '/',
  DEFINE_PREFIX: '-D',
  INCDIR_PREFIX: '-I',
};

/**
 * The variables that the Makefile ends up with, expanded.
 *
 * @param text the Makefile; what it includes is not read
 */
export function readMakefile(text: string, context: MakeContext): Map<string, string> {
  const variables = new Map(Object.entries(NUTTX_VARIABLES));
  /** Of each open conditional: whether the branch at hand counts, and whether one before it did. */
  const open: { active: boolean; taken: boolean }[] = [];
  const active = () => open.every((level) => level.active);
  const value = (reference: string) => expand(reference, variables, context);

  let define = false;
  for (const line of logicalLines(text)) {
    if (define || /^define\b/.test(line)) {
      define = !/^endef\b/.test(line);
      continue;
    }
    const words = /^(ifeq|ifneq|ifdef|ifndef|else|endif)\b\s*(.*)$/.exec(line);
    if (words) {
      const [, keyword, rest] = words as unknown as [string, string, string];
      const level = open.at(-1);
      if (keyword === 'endif') {
        open.pop();
      } else if (keyword === 'else') {
        if (!level) continue;
        level.active = !level.taken && (rest === '' || condition(rest, value, variables));
        level.taken ||= level.active;
      } else {
        const holds = condition(line, value, variables);
        open.push({ active: holds, taken: holds });
      }
      continue;
    }
    if (!active() || line.startsWith('\t')) continue;
    const assignment = /^\s*(?:override\s+|export\s+)*([\w.]+)\s*(\+|:|::|\?)?=\s*(.*)$/.exec(line);
    if (!assignment) continue;
    const [, name, operator, right] = assignment as unknown as [string, string, string | undefined, string];
    const old = variables.get(name);
    if (operator === '+') variables.set(name, old ? `${old} ${right}` : right);
    else if (operator === '?') variables.set(name, old ?? right);
    else variables.set(name, operator ? value(right) : right);
  }
  return new Map([...variables].map(([name, raw]) => [name, value(raw).trim()]));
}

function* logicalLines(text: string): Generator<string> {
  for (const line of text
    .replace(/\r/g, '')
    .replace(/[ \t]*\\\n\s*/g, ' ')
    .split('\n')) {
    const code = line.replace(/(^|\s)#.*$/, '').trimEnd();
    if (code.trim()) yield code.startsWith('\t') ? code : code.trimStart();
  }
}

function condition(text: string, value: (text: string) => string, variables: ReadonlyMap<string, string>): boolean {
  const [, keyword, rest] = /^(\w+)\s*(.*)$/.exec(text) ?? [];
  if (rest === undefined) return false;
  if (keyword === 'ifdef' || keyword === 'ifndef') {
    return Boolean(variables.get(rest.trim()) ?? value(`$(${rest.trim()})`)) === (keyword === 'ifdef');
  }
  const sides =
    /^\(([^]*),([^,]*)\)\s*$/.exec(rest) ?? /^"([^"]*)"\s+"([^"]*)"/.exec(rest) ?? /^'([^']*)'\s+'([^']*)'/.exec(rest);
  if (!sides) return false;
  return (value(sides[1]!).trim() === value(sides[2]!).trim()) === (keyword === 'ifeq');
}

function expand(text: string, variables: ReadonlyMap<string, string>, context: MakeContext, depth = 0): string {
  // A variable that refers to itself would never end.
  if (depth > 20) return '';
  const inner = (part: string) => expand(part, variables, context, depth + 1);
  return text.replace(/\$\(((?:[^()]|\([^()]*\))*)\)|\$\{([^{}]*)\}|\$\$/g, (all, round?: string, curly?: string) => {
    if (all === '$$') return '$';
    const reference = (round ?? curly ?? '').trim();
    const call = /^([a-z]+)\s+([^]*)$/.exec(reference);
    if (call) return callFunction(call[1]!, inner(call[2]!), context);
    if (reference.startsWith('CONFIG_')) return variables.get(reference) ?? context.config(reference);
    const substitution = /^([\w.]+):([^=]*)=(.*)$/.exec(reference);
    if (substitution) {
      const [, name, from, to] = substitution as unknown as [string, string, string, string];
      return mapWords(inner(variables.get(name) ?? ''), (word) =>
        word.endsWith(from) ? word.slice(0, word.length - from.length) + to : word,
      );
    }
    return inner(variables.get(reference) ?? '');
  });
}

function callFunction(name: string, text: string, context: MakeContext): string {
  switch (name) {
    case 'wildcard':
      return text
        .split(/\s+/)
        .flatMap((pattern) => {
          const test = new RegExp(
            `^${pattern
              .replace(/^\.\//, '')
              .replace(/[.+^${}()|[\]\\]/g, '\\$&')
              .replace(/\*/g, '[^/]*')}$`,
          );
          return context.files.filter((file) => test.test(file));
        })
        .join(' ');
    case 'notdir':
      return mapWords(text, (word) => word.slice(word.lastIndexOf('/') + 1));
    case 'strip':
      return mapWords(text, (word) => word);
    default:
      return '';
  }
}

const mapWords = (text: string, change: (word: string) => string) =>
  text.split(/\s+/).filter(Boolean).map(change).join(' ');
