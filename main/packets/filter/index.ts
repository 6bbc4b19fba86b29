/**
 * The filter language, a part of Wireshark's: `tcp.port == 80 && ip.src == 10.0.0.2`. A name alone is there or not; of a
 * field that a packet has more than once, one has to fit. `!=` means that the field is there and none fits.
 */
import { allFields, type Decoder, type Field } from '../dissect';
import type { FieldSpec } from '../dissect/field';
import { FilterProblem, type Token, tokensOf } from './tokens';
import { compare, includesBytes, type Operand, operandOf } from './values';

export { FilterProblem } from './tokens';

type Test = (decoder: Decoder) => boolean;

export interface Filter {
  test: Test;
  /** By id: the fields that it asks for. */
  wanted: Uint8Array;
}

/** What a comparison wants of the order of value and operand. */
const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '==': (order) => order === 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Makes a filter out of its text; null for an empty one. @throws FilterProblem */
export function compileFilter(text: string): Filter | null {
  const tokens = tokensOf(text);
  return tokens.length === 1 ? null : new Parser(tokens).filter();
}

class Parser {
  private at = 0;
  private readonly wanted = new Uint8Array(allFields.length);

  constructor(private readonly tokens: readonly Token[]) {}

  filter(): Filter {
    const test = this.either();
    const { kind, text, from, to } = this.next;
    if (kind === 'end') return { test, wanted: this.wanted };
    const hint = text === ')' ? 'There is no ( for it.' : 'Join tests by && or ||.';
    throw new FilterProblem(`"${text}" is one too many. ${hint}`, from, to);
  }

  private get next(): Token {
    return this.tokens[this.at]!;
  }

  /** Goes behind an operator, if it is the next. */
  private takes(operator: string): boolean {
    const { kind, text } = this.next;
    if (kind !== 'operator' || text !== operator) return false;
    this.at++;
    return true;
  }

  private either(): Test {
    const first = this.both();
    if (!this.takes('||')) return first;
    const second = this.either();
    return (decoder) => first(decoder) || second(decoder);
  }

  private both(): Test {
    const first = this.one();
    if (!this.takes('&&')) return first;
    const second = this.both();
    return (decoder) => first(decoder) && second(decoder);
  }

  private one(): Test {
    if (this.takes('!')) {
      const inner = this.one();
      return (decoder) => !inner(decoder);
    }
    const open = this.next;
    if (!this.takes('(')) return this.test();
    const inner = this.either();
    if (!this.takes(')')) throw new FilterProblem('There is no ) for this (.', open.from, open.to);
    return inner;
  }

  private test(): Test {
    const name = this.next;
    if (name.kind !== 'word') {
      const what = name.kind === 'end' ? 'The filter ends' : `"${name.text}" stands`;
      throw new FilterProblem(
        `${what} where the name of a protocol or a field should be: tcp, ip.src.`,
        ...([name.from, Math.max(name.to, name.from + 1)] as const),
      );
    }
    this.at++;
    const specs = fieldsNamed(name);
    const spec = specs[0]!;
    /** By id. */
    const wanted = new Uint8Array(allFields.length);
    for (const { id } of specs) wanted[id] = this.wanted[id] = 1;
    const some =
      (holds: (field: Field, decoder: Decoder) => boolean): Test =>
      (decoder) => {
        for (const field of decoder.fields) if (wanted[field.spec.id] && holds(field, decoder)) return true;
        return false;
      };

    const operator = this.next;
    if (operator.kind !== 'operator') return some(() => true);
    if (this.takes('contains')) return some(this.contains(spec));
    if (this.takes('in')) {
      const operands = this.set(spec);
      return some(({ value }) => operands.some((operand) => compare(value, operand) === 0));
    }
    const isComparison = operator.text === '!=' || Object.hasOwn(COMPARISONS, operator.text);
    if (!isComparison) return some(() => true);
    if (spec.kind === 'protocol') {
      const problem = `${name.text} is a protocol: it is there, or contains something, but has no value.`;
      throw new FilterProblem(problem, operator.from, operator.to);
    }
    this.at++;
    const operand = this.operand(spec);
    if (operator.text === '!=') {
      const isThere = some(() => true);
      const equals = some(({ value }) => compare(value, operand) === 0);
      return (decoder) => isThere(decoder) && !equals(decoder);
    }
    const fits = COMPARISONS[operator.text]!;
    return some(({ value }) => {
      const order = compare(value, operand);
      return order !== null && fits(order);
    });
  }

  private operand(spec: FieldSpec): Operand {
    const operand = operandOf(spec, this.next);
    this.at++;
    return operand;
  }

  private contains(spec: FieldSpec): (field: Field, decoder: Decoder) => boolean {
    const { from, to } = this.tokens[this.at - 1]!;
    const operand = spec.kind === 'text' || isBytes(spec) ? this.operand(spec) : null;
    if (operand?.kind === 'text') return ({ value }) => typeof value === 'string' && value.includes(operand.text);
    if (operand?.kind === 'bytes') {
      // A protocol has what it carries.
      return (field, { bytes }) =>
        includesBytes(field.value instanceof Uint8Array ? field.value : bytes.subarray(field.from), operand.bytes);
    }
    throw new FilterProblem(`${spec.name} is a number: it can be compared, but contains nothing.`, from, to);
  }

  /** `{80, 443, 8000..8100}` */
  private set(spec: FieldSpec): Operand[] {
    const open = this.next;
    if (!this.takes('{')) throw new FilterProblem('A set is written {80, 443, 8000..8100}.', open.from, open.to);
    const operands: Operand[] = [];
    while (!this.takes('}')) {
      if (this.next.kind === 'end') throw new FilterProblem('There is no } for this {.', open.from, open.to);
      operands.push(this.operand(spec));
      this.takes(',');
    }
    return operands;
  }
}

const isBytes = ({ kind }: FieldSpec): boolean => kind === 'bytes' || kind === 'protocol';

/** The fields that go by a name. */
function fieldsNamed({ text, from, to }: Token): FieldSpec[] {
  const name = text.toLowerCase();
  const found = allFields.filter((spec) => spec.name.toLowerCase() === name || spec.also === name);
  if (found.length > 0) return found;
  const near = nearest(name);
  throw new FilterProblem(`There is no protocol or field "${text}".${near ? ` Is it ${near}?` : ''}`, from, to);
}

/** The name that is most like one that does not exist. */
function nearest(name: string): string | null {
  const names = [...new Set(allFields.flatMap((spec) => [spec.name, ...(spec.also ? [spec.also] : [])]))];
  const beginning = names.find((each) => each.startsWith(name)) ?? null;
  let [best, least] = [beginning, beginning ? 3 : Math.max(2, Math.floor(name.length / 3)) + 1];
  for (const each of names) {
    const far = distance(name, each.toLowerCase());
    if (far < least) [best, least] = [each, far];
  }
  return best;
}

/** Letters to change, add or leave out between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
