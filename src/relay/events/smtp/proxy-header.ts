/**
 * The PROXY protocol: what a proxy says, before anything else, of who is behind a connection. Pure.
 * https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt: version 1 is a line of text (HAProxy's `send-proxy`),
 * version 2 is binary (`send-proxy-v2`). Strict: what doesn't follow it is refused and never guessed at.
 */
import { isIP } from 'node:net';

/** `address` null: the proxy speaks for itself (its health checks), or doesn't know who is behind. */
export type ProxyHeader =
  | { kind: 'more' }
  | { kind: 'bad'; why: string }
  | { kind: 'read'; address: string | null; port: number; lengthBytes: number };

/** Section 2.1: the longest line, with its CRLF. */
const V1_MAX_BYTES = 107;
/** Section 2.2: two bytes say the length; no address and no list of notes that we know needs more than this. */
const V2_MAX_BYTES = 4_096;
const V2_SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const V2_HEAD_BYTES = 16;

/** Reads the header at the beginning of `bytes`; `more`: it isn't whole yet. */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const first = bytes[0];
  if (first === undefined) return { kind: 'more' };
  return first === V2_SIGNATURE[0] ? readBinary(bytes) : readLine(bytes);
}

function readLine(bytes: Buffer): ProxyHeader {
  const begins = 'PROXY ';
  if (!begins.startsWith(bytes.toString('latin1', 0, Math.min(begins.length, bytes.length)))) {
    return bad('it does not begin with a PROXY header');
  }
  const end = bytes.subarray(0, V1_MAX_BYTES).indexOf('\r\n');
  if (end === -1)
    return bytes.length < V1_MAX_BYTES ? { kind: 'more' } : bad('its PROXY line is longer than 107 bytes');
  const [, family, from = '', to = '', fromPort = '', toPort = '', ...more] = bytes
    .toString('latin1', 0, end)
    .split(' ');
  const lengthBytes = end + 2;
  // What follows UNKNOWN must be ignored.
  if (family === 'UNKNOWN') return { kind: 'read', address: null, port: 0, lengthBytes };
  const version = { TCP4: 4, TCP6: 6 }[family ?? ''];
  const right =
    version !== undefined &&
    isIP(from) === version &&
    isIP(to) === version &&
    isPort(fromPort) &&
    isPort(toPort) &&
    more.length === 0;
  if (!right) return bad('its PROXY line is none');
  return { kind: 'read', address: from.toLowerCase(), port: Number(fromPort), lengthBytes };
}

const isPort = (text: string): boolean => /^(?:0|[1-9]\d{0,4})$/u.test(text) && Number(text) <= 65_535;

function readBinary(bytes: Buffer): ProxyHeader {
  const known = Math.min(bytes.length, V2_SIGNATURE.length);
  if (!bytes.subarray(0, known).equals(V2_SIGNATURE.subarray(0, known)))
    return bad('it does not begin with a PROXY header');
  if (bytes.length < V2_HEAD_BYTES) return { kind: 'more' };
  const versionAndCommand = bytes.readUInt8(12);
  const family = bytes.readUInt8(13);
  const lengthBytes = V2_HEAD_BYTES + bytes.readUInt16BE(14);
  if (versionAndCommand !== 0x20 && versionAndCommand !== 0x21)
    return bad('its PROXY header has an unknown version or command');
  if (lengthBytes > V2_MAX_BYTES) return bad(`its PROXY header is longer than ${V2_MAX_BYTES} bytes`);
  if (bytes.length < lengthBytes) return { kind: 'more' };
  const unknown: ProxyHeader = { kind: 'read', address: null, port: 0, lengthBytes };
  if (versionAndCommand === 0x20) return unknown;
  const body = bytes.subarray(V2_HEAD_BYTES, lengthBytes);
  if (family === 0x11) {
    if (body.length < 12) return bad('its PROXY header is too short for its addresses');
    return { kind: 'read', address: body.subarray(0, 4).join('.'), port: body.readUInt16BE(8), lengthBytes };
  }
  if (family === 0x21) {
    if (body.length < 36) return bad('its PROXY header is too short for its addresses');
    const words = Array.from({ length: 8 }, (_, index) => body.readUInt16BE(index * 2).toString(16));
    return { kind: 'read', address: words.join(':'), port: body.readUInt16BE(32), lengthBytes };
  }
  // Neither TCP over IPv4 nor over IPv6: nobody that an address could be told of.
  return unknown;
}

const bad = (why: string): ProxyHeader => ({ kind: 'bad', why });
