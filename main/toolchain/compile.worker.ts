/** A worker thread that runs the tools of `@yowasp/clang`. The first job loads them, about a second; they stay. */
import { parentPort } from 'node:worker_threads';
import { commands, Exit, runLLVM, type Tree } from '@yowasp/clang';
import type { ToolJob, ToolResult } from './compiler';

/** Without a progress function it would print to stdout, which belongs to the board's console. */
const loaded = runLLVM(undefined, {}, { fetchProgress: () => {} });

parentPort!.on('message', ({ tool, args, files, outputs }: ToolJob) => {
  void run(tool, args, files, outputs).then((result) => parentPort!.postMessage(result));
});

async function run(tool: ToolJob['tool'], args: string[], files: Tree, outputs: string[]): Promise<ToolResult> {
  const decoder = new TextDecoder();
  let text = '';
  const print = (bytes: Uint8Array | null) => {
    if (bytes) text += decoder.decode(bytes, { stream: true });
  };
  try {
    await loaded;
    const tree = (await commands[tool](args, files, { stdout: print, stderr: print, decodeASCII: false }))!;
    return { ok: true, text, outputs: outputs.map((path) => pick(tree, path)) };
  } catch (error) {
    if (error instanceof Exit) return { ok: false, text, outputs: [] };
    return { ok: false, text: `${tool}: error: the tool itself failed: ${String(error)}\n`, outputs: [] };
  }
}

function pick(tree: Tree, path: string): Uint8Array {
  let node: Tree | string | Uint8Array | undefined = tree;
  for (const name of path.split('/')) node = (node as Tree | undefined)?.[name];
  if (typeof node === 'string') return new TextEncoder().encode(node);
  if (node instanceof Uint8Array) return node;
  throw new Error(`no output ${path}`);
}
