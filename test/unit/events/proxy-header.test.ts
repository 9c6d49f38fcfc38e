import { describe, expect, test } from 'vitest';
import { readProxyHeader } from '../../../src/relay/events/smtp/proxy-header.ts';

const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

/** A version 2 header as HAProxy writes it: version and command, family, what follows. */
function binary(command: number, family: number, body: Buffer): Buffer {
  const head = Buffer.from([command, family, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([SIGNATURE, head, body]);
}

const FOUR = Buffer.from([203, 0, 113, 9, 192, 0, 2, 1, 0xdc, 0x04, 0, 25]);
const SIX = Buffer.concat([
  Buffer.from('20010db8000000000000000000000009', 'hex'),
  Buffer.from('20010db8000000000000000000000001', 'hex'),
  Buffer.from([0xdc, 0x04, 0, 25]),
]);

describe('what a proxy says of who is behind it', () => {
  test.each([
    ['a line for IPv4', 'PROXY TCP4 203.0.113.9 192.0.2.1 56324 25\r\n', '203.0.113.9', 56_324],
    ['a line for IPv6', 'PROXY TCP6 2001:DB8::9 2001:db8::1 56324 25\r\n', '2001:db8::9', 56_324],
    ['a line that knows nobody', 'PROXY UNKNOWN\r\n', null, 0],
    ['what follows UNKNOWN is not believed', 'PROXY UNKNOWN 127.0.0.1 127.0.0.1 1 2\r\n', null, 0],
  ])('%s', (_name, line, address, port) => {
    const read = { kind: 'read', address, port, lengthBytes: line.length };
    expect(readProxyHeader(Buffer.from(line))).toEqual(read);
    expect(readProxyHeader(Buffer.from(`${line}EHLO x\r\n`)), 'what comes behind is left').toEqual(read);
  });

  test.each([
    ['version 2, IPv4', binary(0x21, 0x11, FOUR), '203.0.113.9', 56_324],
    ['version 2, IPv6', binary(0x21, 0x21, SIX), '2001:db8:0:0:0:0:0:9', 56_324],
    [
      'version 2 with notes behind',
      binary(0x21, 0x11, Buffer.concat([FOUR, Buffer.alloc(40)])),
      '203.0.113.9',
      56_324,
    ],
    ["the proxy's own check", binary(0x20, 0, Buffer.alloc(0)), null, 0],
    ['a socket of its own machine', binary(0x21, 0x31, Buffer.alloc(216)), null, 0],
  ])('%s', (_name, bytes, address, port) => {
    expect(readProxyHeader(Buffer.concat([bytes, Buffer.from('EHLO x')]))).toEqual({
      kind: 'read',
      address,
      port,
      lengthBytes: bytes.length,
    });
  });

  test('it may come byte by byte', () => {
    for (const whole of [
      Buffer.from('PROXY TCP4 203.0.113.9 192.0.2.1 1 25\r\n'),
      binary(0x21, 0x11, FOUR),
    ]) {
      for (let length = 0; length < whole.length; length += 1)
        expect(readProxyHeader(whole.subarray(0, length))).toEqual({ kind: 'more' });
      expect(readProxyHeader(whole).kind).toBe('read');
    }
  });

  test.each([
    ['an SMTP client', 'EHLO x\r\n'],
    ['another case', 'proxy TCP4 203.0.113.9 192.0.2.1 1 25\r\n'],
    ['another family', 'PROXY UDP4 203.0.113.9 192.0.2.1 1 25\r\n'],
    ['a name for an address', 'PROXY TCP4 mail.example.com 192.0.2.1 1 25\r\n'],
    ['an address of the other family', 'PROXY TCP4 2001:db8::9 2001:db8::1 1 25\r\n'],
    ['a port that is none', 'PROXY TCP4 203.0.113.9 192.0.2.1 65536 25\r\n'],
    ['something behind it', 'PROXY TCP4 203.0.113.9 192.0.2.1 1 25 more\r\n'],
    ['two blanks', 'PROXY TCP4  203.0.113.9 192.0.2.1 1 25\r\n'],
    ['a line without end', `PROXY TCP4 ${'1'.repeat(200)}`],
  ])('%s is refused', (_name, line) => {
    expect(readProxyHeader(Buffer.from(line)).kind).toBe('bad');
  });

  test.each([
    ['another signature', Buffer.concat([Buffer.from('\r\n\r\nHELO'), Buffer.alloc(16)])],
    ['another version', binary(0x11, 0x11, FOUR)],
    ['another command', binary(0x22, 0x11, FOUR)],
    ['too short for its addresses', binary(0x21, 0x11, FOUR.subarray(0, 8))],
    ['too short for IPv6', binary(0x21, 0x21, FOUR)],
    ['longer than any', binary(0x21, 0x11, Buffer.alloc(60_000)).subarray(0, 20)],
  ])('version 2, %s: refused', (_name, bytes) => {
    expect(readProxyHeader(bytes).kind).toBe('bad');
  });
});
