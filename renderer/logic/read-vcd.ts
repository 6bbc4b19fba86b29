/** For tests: reads a value change dump as its specification has it, strictly. */

export interface Vcd {
  timescale: string;
  /** `scope.name`: the values at their times, those of `$dumpvars` first. */
  signals: Map<string, [timeNs: number, value: string][]>;
  endNs: number;
}

/** Throws what is wrong with the dump. */
export function parseVcd(text: string): Vcd {
  const tokens = text.split(/\s+/).filter((token) => token !== '');
  const signals: Vcd['signals'] = new Map();
  const byIdentifier = new Map<string, { name: string; type: string }>();
  const scopes: string[] = [];
  let timescale = '';
  let at = 0;
  const command = (): string[] => {
    const end = tokens.indexOf('$end', at);
    if (end < 0) throw new Error(`${tokens[at]} without $end`);
    const words = tokens.slice(at + 1, end);
    at = end + 1;
    return words;
  };
  for (let defining = true; defining;) {
    const keyword = tokens[at];
    const words = command();
    if (keyword === '$timescale') timescale = words.join(' ');
    else if (keyword === '$scope') scopes.push(words[1]!);
    else if (keyword === '$upscope') scopes.pop();
    else if (keyword === '$var') {
      const [type, size, id, ...name] = words;
      if (!/^[!-~]+$/.test(id!) || byIdentifier.has(id!)) throw new Error(`identifier ${id}`);
      if (name.length !== 1) throw new Error(`name ${name.join(' ')}`);
      const path = [...scopes, name[0]].join('.');
      if (signals.has(path)) throw new Error(`${path} twice`);
      byIdentifier.set(id!, { name: path, type: `${type} ${size}` });
      signals.set(path, []);
    } else if (keyword === '$enddefinitions') defining = false;
    else if (keyword !== '$version' && keyword !== '$comment' && keyword !== '$date') throw new Error(`${keyword}`);
  }
  if (scopes.length > 0) throw new Error(`scope ${scopes.join('.')} is left open`);

  let now = NaN;
  const set = (id: string, value: string, types: RegExp): void => {
    const signal = byIdentifier.get(id);
    if (!signal || !types.test(signal.type)) throw new Error(`${value} of ${id}, a ${signal?.type}`);
    signals.get(signal.name)!.push([now, value]);
  };
  while (at < tokens.length) {
    const token = tokens[at++]!;
    if (token.startsWith('#')) {
      const time = Number(token.slice(1));
      if (!Number.isSafeInteger(time) || time <= now) throw new Error(`time ${token} after ${now}`);
      now = time;
    } else if (/^[01xz]/.test(token)) set(token.slice(1), token[0]!, /^wire 1$/);
    else if (/^b[01xz]+$/.test(token)) set(tokens[at++]!, token.slice(1), /^wire/);
    else if (/^r-?[\d.e+-]+$/.test(token)) set(tokens[at++]!, token.slice(1), /^real 64$/);
    else if (token !== '$dumpvars' && token !== '$end') throw new Error(`${token} at ${now}`);
  }
  return { timescale, signals, endNs: now };
}
