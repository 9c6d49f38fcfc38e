import { expect, it } from 'vitest';
import { renderStatus } from '../../../src/cli/render/status.ts';
import { styleFor } from '../../../src/cli/render/style.ts';
import type { MailDnsJson, StatusJson } from '../../../src/relay/api/wire.ts';

const RECORD = `example.com. 3600 IN TXT "v=spf1 ${'ip4:192.0.2.1 '.repeat(9)}~all"`;

function shown(...dns: MailDnsJson[]): string {
  const status = {
    version: '1',
    host: 'h1',
    pid: 1,
    since: '2026-01-01T00:00:00Z',
    store: 'sqlite:relay.db',
    cluster: { text: 'this host alone', ok: true },
    channels: [],
    notes: [],
    listening: { http: null, smtp: null, api: 'relay.sock' },
    open: { triggered: 0, acknowledged: 0 },
    backlog: null,
    rosterVersion: 1,
    mail: { replies: { works: false, text: 'mail goes elsewhere' }, checkedAt: null, dns },
    problems: [],
  } satisfies StatusJson;
  return renderStatus(status, styleFor({ tty: false, env: {} }), 60, Date.parse('2026-01-02T00:00:00Z'));
}

it('a missing DNS record stands there whole, to be copied, however narrow the terminal is', () => {
  const text = shown({ about: 'spf', domain: 'example.com', state: 'wrong', text: 'no SPF', record: RECORD });
  expect(text).toContain('! SPF: no SPF\n');
  expect(text.split('\n')).toContain(`    ${RECORD}`);
});

it('what is right, what nobody can judge, and what a note says already take no room', () => {
  const text = shown(
    { about: 'dmarc', domain: 'example.com', state: 'ok', text: 'all right' },
    { about: 'spf', domain: 'example.com', state: 'unknown', text: 'DNS is silent' },
    { about: 'mx', domain: 'example.com', state: 'wrong', text: 'mail goes elsewhere' },
  );
  expect(text).not.toMatch(/DMARC|SPF|MX/);
});
