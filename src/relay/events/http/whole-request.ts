/** A request as one text, method, address and body: as it is kept, where the address says what the body doesn't. */
import type { FastifyRequest } from 'fastify';
import { bytesOf } from './intake.ts';

export interface WholeRequest {
  method: string;
  /** Path and query, as they came. */
  url: string;
  contentType: string;
  body: Uint8Array;
}

/** Its other headers are left out: they hold keys, and so may its query. */
export function rawOf(request: FastifyRequest): Uint8Array {
  const type = request.headers['content-type'];
  const url = (request.raw.url ?? '').replace(/(?<=[?&]apiKey=)[^&#]+/giu, '***');
  const head = `${request.method} ${url} HTTP/1.1\r\n${type === undefined ? '' : `Content-Type: ${type}\r\n`}\r\n`;
  return Buffer.concat([Buffer.from(head), bytesOf(request)]);
}

const HEAD_MAX = 64 * 1024;

/** Null: it doesn't begin as a request does. */
export function wholeRequestOf(raw: Uint8Array): WholeRequest | null {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const text = bytes.subarray(0, HEAD_MAX).toString('latin1');
  const end = /\r?\n\r?\n/u.exec(text);
  const head = end === null ? text : text.slice(0, end.index);
  const [line = '', ...headers] = head.split(/\r?\n/u);
  const found = /^(?<method>[A-Z]+) (?<url>\/\S*) HTTP\/1\.[01]$/u.exec(line)?.groups;
  if (found === undefined) return null;
  const type = headers.find((one) => /^content-type:/iu.test(one)) ?? '';
  return {
    method: found['method'] ?? '',
    url: found['url'] ?? '',
    contentType: type.slice('content-type:'.length).trim(),
    body: bytes.subarray(end === null ? text.length : end.index + end[0].length),
  };
}
