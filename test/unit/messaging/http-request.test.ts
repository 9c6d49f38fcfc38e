import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idAt, wordsOf } from '../../../src/relay/messaging/http/answer.ts';
import { AddressError, requestOf } from '../../../src/relay/messaging/http/request.ts';
import type { HttpTemplate } from '../../../src/relay/messaging/http/template.ts';
import type { Outgoing } from '../../../src/relay/messaging/port.ts';
import { valuesOf } from '../../../src/relay/messaging/values.ts';

const page: Outgoing = {
  id: 'ana.47',
  code: 47,
  person: 'ana',
  channel: 'push',
  to: 'ops-night',
  body: '#12 CRITICAL db: disk "full" on db1 & db2. Reply 47a ack',
  incident: 12,
  severity: 'critical',
  service: 'db',
  link: 'https://alerts.example.com/m/x',
  answerable: false,
};
const template = (change: Partial<HttpTemplate>): HttpTemplate => ({
  url: 'https://push.example.com/publish',
  method: 'POST',
  headers: {},
  body: null,
  idempotencyHeader: null,
  accepted: { status: [200], id: null },
  refused: { status: [400] },
  settle: null,
  check: null,
  ...change,
});
const asked = (change: Partial<HttpTemplate>, message: Partial<Outgoing> = {}, secret = 'top-secret') =>
  requestOf(template(change), valuesOf({ ...page, ...message }, secret));

describe('a request from a template', () => {
  it('knows all that a page has', () => {
    const names = '{to}|{subject}|{id}|{code}|{person}|{incident}|{severity}|{service}|{link}|{secret}';
    expect(asked({ body: { kind: 'text', text: names } }).body).toBe(
      'ops-night|#12 CRITICAL db|ana.47|47|ana|12|critical|db|https://alerts.example.com/m/x|top-secret',
    );
  });

  it('leaves empty what a test page has not', () => {
    const message = valuesOf(
      { id: 'ana.1', code: 1, person: 'ana', channel: 'push', to: 'x', body: 'hi', answerable: false },
      null,
    );
    const text = '{subject}|{incident}|{severity}|{service}|{link}|{secret}';
    expect(requestOf(template({ body: { kind: 'text', text } }), message).body).toBe('Relay|||||');
  });

  it('says in its Content-Type what the body is, unless the template does', () => {
    const json = { kind: 'json', json: {} } as const;
    expect(asked({ body: json }).headers).toEqual({ 'Content-Type': 'application/json' });
    expect(asked({ body: { kind: 'form', form: {} } }).headers['Content-Type']).toMatch(/form-urlencoded/);
    const own = { 'content-type': 'application/vnd.sms+json' };
    expect(asked({ body: json, headers: own }).headers).toEqual(own);
  });

  it('keeps the parts of a secret path apart, and nothing else', () => {
    const url = 'https://hooks.example.com/services/{secret}?channel={to}';
    const { origin, path } = asked({ url }, { to: 'a/b?c' }, 'T000/B000/x y');
    expect([origin, path]).toEqual([
      'https://hooks.example.com',
      '/services/T000/B000/x%20y?channel=a%2Fb%3Fc',
    ]);
  });

  it.each(['..', '.', '%2e%2e'])('refuses an address that would lead elsewhere: %s', (to) => {
    const send = () => asked({ url: 'https://push.example.com/topics/{to}/publish' }, { to });
    if (to.startsWith('%')) expect(send().path).toBe('/topics/%252e%252e/publish');
    else expect(send).toThrow(AddressError);
  });

  it('escapes a body written out by hand by its Content-Type', () => {
    const body = { kind: 'text', text: '{text}' } as const;
    const as = (type: string) => asked({ body, headers: { 'Content-Type': type } }).body;
    expect(as('application/json')).toBe('#12 CRITICAL db: disk \\"full\\" on db1 & db2. Reply 47a ack');
    expect(as('text/xml')).toBe('#12 CRITICAL db: disk &quot;full&quot; on db1 &amp; db2. Reply 47a ack');
    expect(as('application/x-www-form-urlencoded')).toMatch(/^%2312%20CRITICAL%20db%3A.*%26%20db2/);
  });

  it('sends the id as the key that makes a repeat harmless', () => {
    expect(asked({ idempotencyHeader: 'Idempotency-Key' }).headers).toEqual({ 'Idempotency-Key': 'ana.47' });
  });

  it('leaves braces alone that are no placeholder', () => {
    const body = { kind: 'text', text: '{"a": {"b": "{code}"}, "c": {}}' } as const;
    expect(asked({ body }).body).toBe('{"a": {"b": "47"}, "c": {}}');
  });
});

describe('nothing in a message becomes more than a value', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '"},{"to":"+1',
      '&to=all',
      '\r\nBcc: all',
      '../../admin',
      '{secret}',
      "<script>'",
      '\u0000\ud800',
    ),
  );

  it('neither in JSON, a form, a header nor a URL', () => {
    fc.assert(
      fc.property(anything, anything, (to, body) => {
        const message = { to, body };
        const json =
          asked({ body: { kind: 'json', json: { a: ['{to}'], b: 'x {text}' } } }, message).body ?? '';
        const values = valuesOf({ ...page, ...message }, 'top-secret');
        expect(JSON.parse(json)).toEqual({ a: [values.to], b: `x ${values.text}` });
        const form = new URLSearchParams(
          asked({ body: { kind: 'form', form: { to: '{to}', text: '{text}' } } }, message).body ?? '',
        );
        expect([...form]).toEqual([
          ['to', values.to],
          ['text', values.text],
        ]);
        const { headers } = asked({ headers: { Title: '{text}' } }, message);
        expect(headers['Title']).toMatch(/^[ -~]*$/);
        const url = new URL(
          `https://push.example.com${asked({ url: 'https://push.example.com/?a={to}&b={text}' }, message).path}`,
        );
        expect([...url.searchParams]).toEqual([
          ['a', values.to],
          ['b', values.text],
        ]);
      }),
    );
  });

  it('and a secret that somebody writes into an alert is not filled in', () => {
    expect(asked({ body: { kind: 'text', text: '{text}' } }, { body: 'see {secret}' }).body).toBe(
      'see {secret}',
    );
  });
});

describe('what a provider answers', () => {
  it('has its id at a JSON pointer', () => {
    const body = JSON.stringify({ messages: [{ 'a/b': { '~': 7 } }], none: null, empty: '' });
    expect(
      ['/messages/0/a~1b/~0', '/none', '/empty', '/messages/1/id', '/toString'].map((at) => idAt(body, at)),
    ).toEqual(['7', null, null, null, null]);
    expect(idAt('<html>', '/id')).toBeNull();
  });

  it.each([
    ['{"error":{"message":"no such number"}}', 'no such number'],
    ['{"errors":[{"detail":"out of credit"}]}', 'out of credit'],
    ['<html><h1>Sorry</h1></html>', 'HTTP 400'],
    ['bad\r\n  request', 'bad request'],
    ['', 'HTTP 400'],
  ])('says in its own words what was wrong: %s', (body, said) => {
    expect(wordsOf({ status: 400, headers: {}, body }, null)).toBe(said);
  });
});
