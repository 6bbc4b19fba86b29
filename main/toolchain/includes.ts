/** Which files of a project a C file can pull in. */
import { posix } from 'node:path';

/**
 * The file and everything that its `#include`s may reach, sorted. A name in an include stands for every file of the
 * project that ends like it, wherever it lies, so a search path can never lead to a file that is not in the result.
 *
 * @param texts every text file of the project, by relative path
 */
export function includeClosure(file: string, texts: ReadonlyMap<string, string>): string[] {
  const reached = new Set([file]);
  for (const from of reached) {
    for (const [, quoted, angled, macro] of texts.get(from)!.matchAll(INCLUDE)) {
      const name = posix.basename(quoted ?? angled ?? '');
      for (const path of texts.keys()) {
        // What a macro names is known to the preprocessor only.
        if (macro ? !path.endsWith('.c') : posix.basename(path) === name) reached.add(path);
      }
    }
  }
  return [...reached].sort();
}

const INCLUDE =
  /(?:#\s*(?:include|include_next|import|embed)|__has_include\s*\()\s*(?:"([^"\n]+)"|<([^>\n]+)>|([A-Za-z_]\w*))/g;
