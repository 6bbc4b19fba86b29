/** Reads the defaults that an application's Kconfig gives to its own options. */

type ConfigValue = boolean | number | string;
type OptionType = 'bool' | 'int' | 'string';

interface Entry {
  name: string;
  type: OptionType | null;
  defaults: { value: string; condition: string }[];
}

/**
 * The options of a Kconfig file and their defaults. The first one, when it can be on or off, is the application itself:
 * it is on, as the application is being built.
 *
 * @param outer the value of an option that the file does not define
 */
export function readKconfig(
  text: string,
  outer: (name: string) => ConfigValue | undefined,
): Record<string, ConfigValue> {
  const entries = readEntries(text);
  const values: Record<string, ConfigValue> = {};
  const lookup = (name: string): ConfigValue | undefined => values[`CONFIG_${name}`] ?? outer(`CONFIG_${name}`);
  for (const [index, { name, type, defaults }] of entries.entries()) {
    if (!type) continue;
    const chosen = defaults.find(({ condition }) => !condition || evaluate(condition, lookup));
    if (index === 0 && type === 'bool') values[`CONFIG_${name}`] = true;
    else if (chosen) values[`CONFIG_${name}`] = convert(chosen.value, type, lookup);
    else if (type === 'bool') values[`CONFIG_${name}`] = false;
  }
  return values;
}

function readEntries(text: string): Entry[] {
  const entries: Entry[] = [];
  let entry: Entry | null = null;
  let helpIndent = -1;
  for (const line of text.replace(/\r/g, '').replace(/\\\n/g, ' ').split('\n')) {
    if (!line.trim() || line.trim().startsWith('#')) continue;
    const indent = line.search(/\S/);
    if (helpIndent >= 0 && indent > helpIndent) continue;
    helpIndent = -1;
    const [, keyword, rest] = /^\s*([\w-]+)\s*(.*)$/.exec(line) ?? [];
    if (keyword === undefined || rest === undefined) continue;
    if (keyword === 'config' || keyword === 'menuconfig') {
      entry = { name: rest.trim(), type: null, defaults: [] };
      entries.push(entry);
      continue;
    }
    if (/^-*help-*$/.test(keyword)) {
      helpIndent = indent;
      continue;
    }
    if (/^(choice|endchoice|menu|endmenu|if|endif|source|comment)$/.test(keyword)) {
      entry = null;
      continue;
    }
    if (!entry) continue;
    const type = TYPES[keyword];
    if (type) entry.type = type;
    if (keyword === 'default' || keyword.startsWith('def_')) {
      const [, value, condition] = /^("(?:[^"\\]|\\.)*"|.*?)(?:\s+if\s+(.*))?$/.exec(rest.trim())!;
      entry.defaults.push({ value: value!.trim(), condition: condition ?? '' });
    }
  }
  return entries;
}

const TYPES: Record<string, OptionType> = {
  bool: 'bool',
  tristate: 'bool',
  def_bool: 'bool',
  def_tristate: 'bool',
  int: 'int',
  hex: 'int',
  string: 'string',
};

function convert(value: string, type: OptionType, lookup: (name: string) => ConfigValue | undefined): ConfigValue {
  if (type === 'string')
    return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : String(lookup(value) ?? '');
  if (type === 'bool') return evaluate(value, lookup);
  const number = Number(value);
  if (!Number.isNaN(number)) return number;
  const other = lookup(value);
  return typeof other === 'number' ? other : 0;
}

/** A Kconfig condition: symbols, constants, `!`, `&&`, `||`, `=`, `!=`, parentheses. */
function evaluate(condition: string, lookup: (name: string) => ConfigValue | undefined): boolean {
  const tokens = condition.match(/"[^"]*"|\w+|&&|\|\||!=|[=!()]/g) ?? [];
  let next = 0;
  const operand = (): ConfigValue => {
    const token = tokens[next++] ?? '';
    if (token.startsWith('"')) return token.slice(1, -1);
    if (token === 'y' || token === 'm') return true;
    if (token === 'n') return false;
    return /^\d|^0x/.test(token) ? Number(token) : (lookup(token) ?? false);
  };
  const primary = (): boolean => {
    if (tokens[next] === '!') {
      next++;
      return !primary();
    }
    if (tokens[next] === '(') {
      next++;
      const inner = or();
      next++;
      return inner;
    }
    const left = operand();
    const operator = tokens[next];
    if (operator !== '=' && operator !== '!=') return left !== false && left !== '' && left !== 0;
    next++;
    return (left === operand()) === (operator === '=');
  };
  const and = (): boolean => {
    let result = primary();
    while (tokens[next] === '&&') {
      next++;
      // This way round, as what stands to the right must be read in any case.
      result = primary() && result;
    }
    return result;
  };
  const or = (): boolean => {
    let result = and();
    while (tokens[next] === '||') {
      next++;
      result = and() || result;
    }
    return result;
  };
  return or();
}
