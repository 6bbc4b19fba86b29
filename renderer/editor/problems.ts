/** The compiler's problems as CodeMirror's diagnostics. */
import type { Diagnostic } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import type { Problem } from '../../main/contract/project';

const severities = { error: 'error', warning: 'warning', note: 'info' } as const;

/** Places each problem of a file in its text: from its column to the end of the word, or on the whole line. */
export function toDiagnostics(doc: Text, problems: readonly Problem[]): Diagnostic[] {
  return problems.map(({ line, column, severity, message, source }) => {
    const at = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines));
    const from = column === null ? at.from : Math.min(at.from + column - 1, at.to);
    const word = /^\w+/.exec(doc.sliceString(from, at.to))?.[0].length ?? 1;
    const to = column === null ? at.to : Math.min(from + word, at.to);
    return { from, to, severity: severities[severity], message, source };
  });
}
