/** The functions of the manual: section, prototype, and the errno values that it lists for each. */

export interface ManualFunction {
  section: string;
  name: string;
  prototype: string;
  errors: string[];
}

/** One of them stands at the end of a list, as if it were an item of it. */
const HEADING = /^\s*(?:• +)?([23]\.\d+(?:\.\d+)*)\.? +(\S.*)$/;
/** A prototype's name; `sigset` returns a function pointer, which is written around it. */
const NAME = /^\w+\(\*(\w+)\(|(\w+)\(/;

/** Reads them off the manual's text. */
export function readManual(text: string): ManualFunction[] {
  const functions: ManualFunction[] = [];
  let section = '';
  let title = '';
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    [, section = section, title = title] = HEADING.exec(lines[i]!) ?? [];
    if (!/^\s*Function Prototype:/.test(lines[i]!)) continue;
    const from = i + 1;
    while (!/^\s*(Description|Input Parameters):/.test(lines[i]!)) i++;
    const declared = prototypes(lines.slice(from, i).join('\n'));
    const end = lines.findIndex((line, at) => at > i && HEADING.test(line));
    const words =
      lines
        .slice(i, end)
        .join('\n')
        .replaceAll('EGAIN', 'EAGAIN')
        // Those of the options of sockets have lost their first letter.
        .replace(/• (BADF|DOM|INVAL|ISCONN|NOPROTOOPT|NOTSOCK|NOMEM|NOBUFS)\./g, 'E$1')
        .match(/\bE[A-Z0-9]{3,}\b/g) ?? [];
    const errors = [...new Set(words)].filter((name) => !NO_ERRORS.has(name)).sort();
    for (const prototype of declared) {
      const [, pointer, plain] = NAME.exec(prototype)!;
      functions.push({ section, name: (pointer ?? plain)!, prototype, errors });
    }
    // Some sections have the prototype of another function by mistake: the heading says which one is meant.
    if (/^[a-z_0-9]+$/.test(title) && !declared.some((prototype) => prototype.includes(title))) {
      functions.push({ section, name: title, prototype: '', errors });
    }
  }
  // A section that the manual has twice is the same function; one that has a section of its own may be in lists besides.
  const all = [...functions, ...listed(lines)];
  return all
    .filter(({ name }, i) => all.findIndex((other) => other.name === name) === i)
    .sort((a, b) => bySection(a.section, b.section));
}

/** The functions of 2.10 that have no section of their own, but stand in the header of one, as C. */
function listed(lines: readonly string[]): ManualFunction[] {
  const starts = lines.flatMap((line, i) => (HEADING.test(line) ? [i] : []));
  return starts.flatMap((start, i) => {
    const section = HEADING.exec(lines[start]!)![1]!;
    const text = lines.slice(start + 1, starts[i + 1]).join('\n');
    if (!section.startsWith('2.10.') || text.includes('Function Prototype:') || !text.includes('#include')) return [];
    const code = text.slice(text.indexOf('#include')).replace(/\/\*[^]*?\*\s*\/|\\\n/g, '');
    return prototypes(code).map((prototype) => {
      const [, pointer, plain] = NAME.exec(prototype.replace(/^[\w ]*?(?=\w+\()|^.*\*(?=\w+\()/, ''))!;
      return { section, name: (pointer ?? plain)!, prototype, errors: [] };
    });
  });
}

function bySection(a: string, b: string): number {
  const [left, right] = [a, b].map((section) => section.split('.').map(Number));
  for (let i = 0; i < Math.max(left!.length, right!.length); i++) {
    const difference = (left![i] ?? 0) - (right![i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Words of the manual that look like errno values. */
const NO_ERRORS = new Set(['ERROR', 'EXIT', 'ENABLE', 'EXPLICIT', 'ERRORCHECK', 'ENABLED', 'EXEC', 'EXECFUNCS']);

/** The prototypes in a block of C, each on one line and without NuttX's pointer qualifiers. */
function prototypes(block: string): string[] {
  return block
    .replace(/^\s*#.*$/gm, '')
    .replace(/\b(FAR|CODE)\b/g, '')
    .split(';')
    .map((text) => text.replace(/\s+/g, ' ').replaceAll('( ', '(').replaceAll(' )', ')').trim())
    .filter((text) => /\w+ ?\(/.test(text) && !text.startsWith('typedef'))
    .map((text) => text.replace(/(\w) \(/, '$1(').replace(/\* (?=\w)/g, '*'));
}
