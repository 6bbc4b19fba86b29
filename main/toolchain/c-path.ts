/** Paths to data in C's words: `g_tank.level[2]`. */

export interface CPath {
  variable: string;
  /** Names of members, and indices. */
  steps: (string | number)[];
}

/** Parts of a path. Throws what is wrong with it. */
export function parsePath(text: string): CPath {
  const compact = text.replace(/\s+/g, '');
  const match = /^([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*|\[\d+\])*)$/.exec(compact);
  if (!match) {
    throw new Error(`"${text}" is no path to a variable. Give a name, members and indices, such as g_tank.level[2].`);
  }
  const steps = [...match[2]!.matchAll(/\.(\w+)|\[(\d+)\]/g)].map(([, member, index]) => member ?? Number(index));
  return { variable: match[1]!, steps };
}
