import { describe, expect, it } from 'vitest';
import { readMail, type ParsedMail } from '../../../src/relay/events/formats/index.ts';

const page = (overrides: Partial<ParsedMail> = {}): ParsedMail => ({
  from: 'relay@alerts.example',
  to: 'default@alerts.example',
  subject: '[#12] CRITICAL db: disk full on db1',
  text: 'disk full on db1',
  headers: new Map([['list-id', 'Relay alerts <relay.alerts.example>']]),
  messageId: '<ana.47@alerts.example>',
  date: null,
  tag: null,
  ...overrides,
});

describe('a page that comes back to the alert address', () => {
  it('opens nothing, or it would page for ever', () => {
    expect(readMail(page(), 'default')).toMatchObject([
      { action: 'none', reason: expect.stringMatching(/came back/) },
    ]);
  });

  it("is an alert when it is another relay's: two relays may watch each other", () => {
    const other = new Map([['list-id', 'Relay alerts <relay.other.example>']]);
    expect(readMail(page({ headers: other }), 'default')).toMatchObject([{ action: 'trigger' }]);
  });

  it('is an alert when the monitor has a list of its own', () => {
    const list = new Map([['list-id', '<ops.alerts.example>']]);
    expect(readMail(page({ headers: list }), 'default')).toMatchObject([{ action: 'trigger' }]);
  });
});
