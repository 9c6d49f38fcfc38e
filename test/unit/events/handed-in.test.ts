import { expect, it } from 'vitest';
import { readMail } from '../../../src/relay/events/formats/index.ts';
import type { ParsedMail } from '../../../src/relay/events/formats/index.ts';

const mail = (subject: string, header: string): ParsedMail => ({
  from: 'relay@web1.example.com',
  to: 'db@alerts.example.com',
  subject,
  text: 'more lines',
  headers: new Map([['x-relay-alert', header]]),
  messageId: null,
  date: null,
  tag: null,
});
const header = (fields: object): string => Buffer.from(JSON.stringify(fields)).toString('base64url');

it('what relay send mailed is read as what it would have told the daemon, whatever its words say', () => {
  const [trigger] = readMail(
    mail('backup OK again', header({ action: 'trigger', severity: 'critical' })),
    'db',
  );
  expect(trigger).toMatchObject({ action: 'trigger', severity: 'critical', source: 'send' });
  const [resolve] = readMail(mail('backup failed', header({ action: 'resolve', key: 'backup/Web 1' })), 'db');
  expect(resolve).toMatchObject({ action: 'resolve', dedupKey: 'backup/Web 1' });
});

it('a header that relay did not write says nothing: the words count', () => {
  for (const said of ['', 'x', 'bm90IGpzb24', header([])]) {
    const [event] = readMail(mail('PROBLEM: disk full on db1', said), 'db');
    expect(event?.source).not.toBe('relay');
    expect(event?.action).toBe('trigger');
  }
});
