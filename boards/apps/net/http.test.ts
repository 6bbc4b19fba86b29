import { expect, test } from 'vitest';
import { parseResponse, parseUrl, requestText } from './http';

test.each([
  ['http://10.0.0.3', { host: '10.0.0.3', port: 80, path: '/' }],
  ['HTTP://a.b:8080/c/d?e=f#g', { host: 'a.b', port: 8080, path: '/c/d?e=f' }],
  ['http://a?b', { host: 'a', port: 80, path: '/?b' }],
  ['http://a:70000/', null],
  ['https://a/', null],
  ['a/b', null],
])('%s', (text, url) => {
  expect(parseUrl(text)).toEqual(url);
});

test('requests', () => {
  expect(requestText('GET', { host: 'a', port: 8080, path: '/b' }, null)).toMatch(
    /^GET \/b HTTP\/1.0\r\nHost: a:8080\r\n(.+\r\n)*\r\n$/,
  );
  expect(requestText('PUT', { host: 'a', port: 80, path: '/' }, 12)).toContain('\r\nContent-Length: 12\r\n');
});

test('responses: as far as they have come, and what is none', () => {
  const text = 'HTTP/1.1 200 OK\r\nServer: x\r\ncontent-length:  5\r\n\r\nhello';
  expect(parseResponse(text)).toEqual({ status: 200, length: 5, body: text.length - 5 });
  for (let i = 0; i < text.length - 5; i++) expect(parseResponse(text.slice(0, i))).toBeNull();
  expect(parseResponse('HTTP/1.0 404 Not Found\n\n')).toEqual({ status: 404, length: null, body: 24 });
  expect(parseResponse('SSH-2.0-OpenSSH\r\n')).toBe('broken');
  expect(parseResponse('HTTP/1.1 OK\r\n\r\n')).toBe('broken');
});
