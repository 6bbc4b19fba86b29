/** The built renderer as both shells serve it: its files, and the headers that lock the page down. */
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/** Sent with every file: the page loads its own files, talks to its own host, and nothing else. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    // The editor, the terminal and the docking make style elements as they run.
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

export interface PageFile {
  type: string;
  body: Buffer<ArrayBuffer>;
}

/**
 * Reads the file that a URL's path names below `root` ("/" is index.html). Null when there is none, when the path
 * leads out of `root`, or when it is not well formed.
 */
export async function readPage(root: string, pathname: string): Promise<PageFile | null> {
  const path = filePath(root, pathname);
  if (path === null) return null;
  try {
    return { type: types[extname(path)] ?? 'application/octet-stream', body: await readFile(path) };
  } catch {
    return null;
  }
}

function filePath(root: string, pathname: string): string | null {
  try {
    const relative = decodeURIComponent(pathname === '/' ? '/index.html' : pathname);
    const path = join(root, relative);
    return path.startsWith(join(root, sep)) && !relative.includes('\0') ? path : null;
  } catch {
    return null; // a broken percent escape
  }
}
