/** HTTP/1.0, as a client speaks it. */

export interface Url {
  host: string;
  port: number;
  path: string;
}

const HTTP_PORT = 80;

/** `http://host:port/path`; null for anything else. */
export function parseUrl(text: string): Url | null {
  const match = /^http:\/\/([^/:?#]+)(?::(\d{1,5}))?([/?][^#]*)?(?:#.*)?$/i.exec(text);
  if (!match) return null;
  const [, host = '', port = String(HTTP_PORT), path = '/'] = match;
  return Number(port) > 0xffff ? null : { host, port: Number(port), path: path.startsWith('/') ? path : `/${path}` };
}

/** A request, up to where its body would begin; `length` is the body's, in bytes. */
export function requestText(method: string, { host, port, path }: Url, length: number | null): string {
  const lines = [
    `${method} ${path} HTTP/1.0`,
    `Host: ${host}${port === HTTP_PORT ? '' : `:${port}`}`,
    ...(length === null ? [] : [`Content-Length: ${length}`]),
    'Connection: close',
    'User-Agent: NuttX/Tickscope',
  ];
  return `${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
}

export interface Response {
  status: number;
  /** Of its body, in bytes; null: up to the connection's end. */
  length: number | null;
  /** Where the body begins. */
  body: number;
}

/** Reads the header of a response; null as long as its end has not come, `broken` when it is none. */
export function parseResponse(text: string): Response | null | 'broken' {
  if (!'HTTP/1.'.startsWith(text.slice(0, 7))) return 'broken';
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) return null;
  const header = text.slice(0, end.index);
  const status = /^HTTP\/1\.\d (\d{3})/.exec(header);
  if (!status) return 'broken';
  const length = /^content-length:\s*(\d+)\s*$/im.exec(header);
  return { status: Number(status[1]), length: length ? Number(length[1]) : null, body: end.index + end[0].length };
}
