import type { Decoder } from './decoder';
import { protocol } from './field';

export const http = protocol({
  name: 'http',
  title: 'Hypertext Transfer Protocol',
  label: 'HTTP',
  fields: {
    'http.request.method': { title: 'Method', kind: 'text' },
    'http.request.uri': { title: 'Path', kind: 'text' },
    'http.response.code': { title: 'Status' },
    'http.response.phrase': { title: 'Phrase', kind: 'text' },
    'http.version': { title: 'Version', kind: 'text' },
    'http.header': { title: 'Header', kind: 'text' },
    'http.host': { title: 'Host', kind: 'text', in: 'http.header' },
    'http.content_type': { title: 'Content type', kind: 'text', in: 'http.header' },
    'http.content_length': { title: 'Content length', in: 'http.header', unit: 'bytes' },
    'http.file_data': { title: 'Content', kind: 'bytes' },
  },
});
const { fields } = http;

const METHODS = ['GET ', 'POST ', 'HEAD ', 'PUT ', 'DELETE ', 'OPTIONS ', 'PATCH ', 'TRACE ', 'CONNECT ', 'HTTP/1.'];
const LONGEST_LINE = 8192;
const [CR, LF] = [13, 10];

/** Tells whether a message begins here. */
export const isHttp = (bytes: Uint8Array, from: number, to: number): boolean =>
  METHODS.some((word) => {
    if (to - from < word.length) return false;
    for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word.charCodeAt(i)) return false;
    return true;
  });

export function dissectHttp(d: Decoder, from: number, to: number): void {
  const first = lineEnd(d.bytes, from, to);
  const start = d.text(from, first.end);
  const words = start.split(' ');
  d.enter(http, from, to);
  d.line(() => `Hypertext Transfer Protocol, ${start}`);
  d.info = () => start;
  const place = (index: number): [number, number] => {
    const at = from + words.slice(0, index).reduce((sum, word) => sum + word.length + 1, 0);
    return [at, at + (words[index]?.length ?? 0)];
  };
  if (words[0]!.startsWith('HTTP/')) {
    d.add(fields['http.version'], words[0]!, ...place(0));
    d.add(fields['http.response.code'], Number(words[1] ?? 0), ...place(1));
    d.add(fields['http.response.phrase'], words.slice(2).join(' '), place(2)[0], first.end);
  } else {
    d.add(fields['http.request.method'], words[0]!, ...place(0));
    d.add(fields['http.request.uri'], words[1] ?? '', ...place(1));
    d.add(fields['http.version'], words[2] ?? '', ...place(2));
  }
  for (let at = first.next; at < to;) {
    const { end, next } = lineEnd(d.bytes, at, to);
    if (end === at) {
      if (next < to) d.add(fields['http.file_data'], d.bytes.subarray(next, to), next, to);
      return;
    }
    addHeader(d, at, end);
    at = next;
  }
}

const named = {
  host: fields['http.host'],
  'content-type': fields['http.content_type'],
  'content-length': fields['http.content_length'],
} as const;

function addHeader(d: Decoder, from: number, to: number): void {
  const line = d.text(from, to);
  d.add(fields['http.header'], line, from, to);
  const colon = line.indexOf(':');
  const spec = named[line.slice(0, colon).toLowerCase() as keyof typeof named] as (typeof named)['host'] | undefined;
  if (!spec) return;
  const value = line.slice(colon + 1).trim();
  d.add(spec, spec.kind === 'number' ? Number(value) : value, from + colon + 1, to);
}

function lineEnd(bytes: Uint8Array, from: number, to: number): { end: number; next: number } {
  const last = Math.min(to, from + LONGEST_LINE);
  let at = from;
  while (at < last && bytes[at] !== LF) at++;
  return { end: at > from && bytes[at - 1] === CR ? at - 1 : at, next: at + 1 };
}
