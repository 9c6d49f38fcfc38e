import { expect, test } from 'vitest';
import { dnsRecords, dnsText } from '../../../../src/relay/hosts/inventory/dns-records.ts';
import { FIVE, read } from './inventory-text.ts';

const said = (more = '', hosts = FIVE): string[] =>
  dnsRecords(read(more, hosts)).map(({ name, type, value }) => `${name} ${type} ${value}`);

test('each host has an address and an MX record, and the next one tried is at another provider', () => {
  expect(said()).toEqual([
    'a1.alerts.example.com. A 192.0.2.1',
    'a2.alerts.example.com. A 192.0.2.2',
    'b1.alerts.example.com. A 198.51.100.1',
    'b2.alerts.example.com. A 198.51.100.2',
    'c1.alerts.example.com. A 203.0.113.1',
    'alerts.example.com. MX 10 a1.alerts.example.com.',
    'alerts.example.com. MX 20 a2.alerts.example.com.',
    'alerts.example.com. MX 10 b1.alerts.example.com.',
    'alerts.example.com. MX 20 b2.alerts.example.com.',
    'alerts.example.com. MX 10 c1.alerts.example.com.',
  ]);
});

test('a host may be called otherwise', () => {
  expect(said('', FIVE.replace('203.0.113.1 }', '203.0.113.1, mail: mx3.example.net }'))).toEqual(
    expect.arrayContaining(['mx3.example.net. A 203.0.113.1', 'alerts.example.com. MX 10 mx3.example.net.']),
  );
});

test('the name that others post to leads to all hosts', () => {
  const records = said('publicUrl: https://in.example.com\n').filter((one) => one.startsWith('in.'));
  expect(records).toHaveLength(5);
  expect(records).toContain('in.example.com. A 198.51.100.2');
});

test.each([
  ['smtp://relay@mail.example.com:587', ['example.com. TXT "v=spf1 a:mail.example.com ~all"']],
  ['smtp://192.0.2.40:25', ['example.com. TXT "v=spf1 ip4:192.0.2.40 ~all"']],
  ['smtp://127.0.0.1:25', []],
])('the server %s may send what pages say they come from', (url, expected) => {
  const more = `relay: { mail: { url: "${url}", from: "Relay <relay@example.com>" } }\n`;
  expect(said(more).filter((one) => one.includes('TXT'))).toEqual(expected);
});

test('they are printed as a zone file has them', () => {
  expect(dnsText(dnsRecords(read())).split('\n').slice(4, 6)).toEqual([
    'c1.alerts.example.com.  A     203.0.113.1',
    'alerts.example.com.     MX    10 a1.alerts.example.com.',
  ]);
});
