/** tickscope.json: what a project says about itself. All of it is optional. Comments are allowed. */
import { findNodeAtLocation, parseTree, printParseErrorCode, getNodeValue, type ParseError } from 'jsonc-parser';
import { z } from 'zod';
import { configProblem } from '../../kernel/config';
import { ConfigValue, type Problem } from '../contract/project';

export const PROJECT_FILE = 'tickscope.json';

const App = z.strictObject({
  /** As `ps` shows it. */
  name: z.string().regex(/^[A-Za-z_][\w-]*$/, 'a name of letters, digits, - and _'),
  /** The C function it starts in, when that is not `main`. */
  entry: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'the name of a C function')
    .optional(),
  /** The file that has its `main`, when there are several. */
  main: z.string().optional(),
  priority: z.int().min(1).max(255).optional(),
  /** Bytes. */
  stackSize: z.int().min(256).optional(),
  /** Whether it starts when the board boots. */
  boot: z.boolean().optional(),
  /** The only board on which it does, of several that run together: `left` on the board `bench`. */
  on: z.string().optional(),
});
export type App = z.infer<typeof App>;

const ProjectFile = z.strictObject({
  board: z.string().optional(),
  config: z
    .record(z.string().regex(/^CONFIG_[A-Z0-9_]+$/, 'an option such as CONFIG_RR_INTERVAL'), ConfigValue)
    .optional(),
  apps: z.array(App).min(1).optional(),
});
export type ProjectFile = z.infer<typeof ProjectFile>;

/** Reads the text of a tickscope.json; what is wrong with it comes as problems at their line and column. */
export function readProjectFile(text: string): { value: ProjectFile; problems: Problem[] } {
  const problems: Problem[] = [];
  const report = (offset: number, message: string) => {
    const before = text.slice(0, offset).split('\n');
    const place = { file: PROJECT_FILE, line: before.length, column: before.at(-1)!.length + 1 };
    problems.push({ severity: 'error', message, source: 'tickscope', ...place });
  };

  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  for (const { offset, error } of errors)
    report(offset, `Not valid JSON: ${SYNTAX[printParseErrorCode(error)] ?? printParseErrorCode(error)}.`);
  if (!tree || errors.length > 0) return { value: {}, problems };

  const parsed = ProjectFile.safeParse(getNodeValue(tree));
  const locate = (path: PropertyKey[]) => {
    for (let length = path.length; length >= 0; length--) {
      const node = findNodeAtLocation(tree, path.slice(0, length) as (string | number)[]);
      if (node) return node.offset;
    }
    return 0;
  };
  for (const issue of parsed.error?.issues ?? []) report(locate(issue.path), describe(issue));

  for (const [name, value] of Object.entries(parsed.data?.config ?? {})) {
    const wrong = configProblem({ name, value });
    if (wrong) report(locate(['config', name]), `config.${name}: ${wrong}.`);
  }
  return { value: parsed.data ?? {}, problems };
}

const SYNTAX: Record<string, string> = {
  InvalidSymbol: 'a word that is neither true, false nor null',
  InvalidNumberFormat: 'a malformed number',
  PropertyNameExpected: 'a property name in double quotes is expected here',
  ValueExpected: 'a value is expected here',
  ColonExpected: 'a colon is expected here',
  CommaExpected: 'a comma is expected here',
  CloseBraceExpected: 'a closing } is expected here',
  CloseBracketExpected: 'a closing ] is expected here',
  EndOfFileExpected: 'the file should end here',
  UnexpectedEndOfString: 'a string without its closing quote',
  UnexpectedEndOfComment: 'a comment without its end',
  InvalidCharacter: 'a character that cannot stand here',
  InvalidEscapeCharacter: 'an escape that JSON does not know',
};

/** "apps[0].priority: expected a whole number from 1 to 255, found 300." */
function describe(issue: z.core.$ZodIssue): string {
  const field = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  if (issue.code === 'unrecognized_keys') {
    const known = field.startsWith('apps[') ? Object.keys(App.shape) : Object.keys(ProjectFile.shape);
    return `${field ? `${field}: ` : ''}there is no field ${issue.keys.map((key) => `"${key}"`).join(', ')}. Known are ${known.join(', ')}.`;
  }
  const subject = field || 'the file';
  if (issue.code === 'invalid_key') return `${subject}: expected ${issue.issues[0]?.message ?? 'another name'}.`;
  return `${subject}: ${issue.message.replace(/^Invalid input: /, '').replace(/^([a-z])/, '$1')}.`;
}
