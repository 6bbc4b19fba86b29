/** Reads from our C headers which functions the kernel provides. See kernel/include/README.md. */

/**
 * The functions that a header declares for the kernel to provide: its prototypes without those marked `_LIBC`.
 *
 * @param header text of a C header of ours
 */
export function declaredFunctions(header: string): string[] {
  const code = header
    .replace(/\/\*[^]*?\*\//g, ' ')
    .replace(/\\\n/g, ' ')
    .replace(/^[ \t]*#.*$/gm, '')
    .replace(/\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '{}');
  const names: string[] = [];
  for (const statement of code.split(';')) {
    const text = statement.trim();
    if (/^(_LIBC|typedef|struct\s+\w+\s*\{|union|enum|extern\s+\w+\s+\**\w+\s*$)/.test(text)) continue;
    const name = /^[\w\s*]*?[\s*](\w+)\s*\(/.exec(text)?.[1];
    if (name) names.push(name);
  }
  return names;
}
