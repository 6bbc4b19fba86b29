/** A JSON file of a project, with comments: read by a schema, what is wrong with it told by line and column. */
import {
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import { z } from 'zod';
import type { Problem } from '../contract/project';

export class JsonFile<T> {
  readonly problems: Problem[] = [];
  /** Null when it is not what the schema says. */
  readonly value: T | null = null;
  private readonly tree: Node | undefined;

  /** @param name relative to the project's folder */
  constructor(
    private readonly name: string,
    private readonly text: string,
    schema: z.ZodType<T>,
  ) {
    const errors: ParseError[] = [];
    this.tree = parseTree(text, errors, { allowTrailingComma: true });
    for (const { offset, error } of errors) {
      const word = SYNTAX[printParseErrorCode(error)] ?? printParseErrorCode(error);
      this.tell('error', offset, `Not valid JSON: ${word}.`);
    }
    if (!this.tree || errors.length > 0) return;
    const given: unknown = getNodeValue(this.tree);
    const parsed = schema.safeParse(given);
    this.value = parsed.data ?? null;
    for (const issue of parsed.error?.issues ?? []) this.report(issue.path, describe(issue, schema, given));
  }

  /** Something is wrong at a place of the file, such as `['apps', 0, 'name']`. */
  report(path: readonly PropertyKey[], message: string, severity: Problem['severity'] = 'error'): void {
    this.tell(severity, this.locate(path), message);
  }

  /** The value there, or the innermost around it that is in the text. */
  private locate(path: readonly PropertyKey[]): number {
    for (let length = path.length; this.tree && length >= 0; length--) {
      const node = findNodeAtLocation(this.tree, path.slice(0, length) as (string | number)[]);
      if (node) return node.offset;
    }
    return 0;
  }

  private tell(severity: Problem['severity'], offset: number, message: string): void {
    const before = this.text.slice(0, offset).split('\n');
    const place = { file: this.name, line: before.length, column: before.at(-1)!.length + 1 };
    this.problems.push({ severity, message, source: 'tickscope', ...place });
  }
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
function describe(issue: z.core.$ZodIssue, schema: z.ZodType, given: unknown): string {
  const field = fieldName(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(shapeAt(schema, issue.path, given));
    const rest = known.length > 0 ? ` Known are ${known.join(', ')}.` : '';
    return `${field ? `${field}: ` : ''}there is no field ${issue.keys.map((key) => `"${key}"`).join(', ')}.${rest}`;
  }
  const subject = field || 'the file';
  if (issue.code === 'invalid_key') return `${subject}: expected ${issue.issues[0]?.message ?? 'another name'}.`;
  const message = issue.message
    .replace(/^Invalid discriminator value\. Expected/, 'expected one of')
    .replace(/^Invalid (input|option): /, '');
  return `${subject}: ${message}.`;
}

/** `apps[0].priority` */
export const fieldName = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');

/** The fields of the object that a schema has at a path; of several kinds of objects those of the kind that is given there. */
function shapeAt(schema: z.ZodType, path: readonly PropertyKey[], given: unknown): object {
  let at: unknown = schema;
  let value = given as Record<PropertyKey, unknown>;
  for (const part of [...path, null]) {
    while (at instanceof z.ZodOptional || at instanceof z.ZodDefault) at = at.unwrap();
    if (at instanceof z.ZodDiscriminatedUnion) {
      const { discriminator: name } = at.def;
      const kinds: readonly unknown[] = at.options;
      const isMeant = (kind: unknown) =>
        kind instanceof z.ZodObject && z.safeParse(kind.shape[name] as z.ZodType, value[name]).success;
      at = kinds.find(isMeant);
    }
    if (part === null) break;
    if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodObject) at = at.shape[part as string];
    value = value[part] as typeof value;
  }
  return at instanceof z.ZodObject ? at.shape : {};
}
