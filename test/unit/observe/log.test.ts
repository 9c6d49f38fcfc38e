import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../src/relay/observe/log.ts';

function capture(options: { level?: string; pretty?: boolean } = {}) {
  const lines: string[] = [];
  const log = createLogger({
    level: options.level ?? 'info',
    pretty: options.pretty ?? false,
    destination: { write: (line: string) => void lines.push(line) },
  });
  return { log, lines };
}

describe('the log', () => {
  it('writes one JSON object a line, with level by name and the time in ISO', () => {
    const { log, lines } = capture();
    log.info({ incident: 7 }, 'incident 7 opened');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(line).toMatchObject({ level: 'info', incident: 7, msg: 'incident 7 opened' });
    expect(line['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('keeps still below its level', () => {
    const { log, lines } = capture({ level: 'warn' });
    log.info({}, 'chatter');
    log.warn({}, 'look here');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('look here');
  });

  it('refuses a level that does not exist', () => {
    expect(() => capture({ level: 'loud' })).toThrow(/loud/);
  });

  it.each([
    ['a Twilio token', { authToken: 's3cret' }],
    ['a password in the mail settings', { mail: { password: 's3cret' } }],
    ['an API token in a request', { request: { query: { token: 's3cret' } } }],
    ['a routing key in a body', { request: { body: { payload: { routing_key: 's3cret' } } } }],
    ['an Authorization header', { req: { headers: { authorization: 'Basic s3cret' } } }],
    ['one as a client library spells it', { err: { config: { headers: { Authorization: 's3cret' } } } }],
    ['a token in a list', { attempts: [{ token: 's3cret' }] }],
    [
      'the headers that an error carries',
      { err: Object.assign(new Error('401'), { config: { headers: { Authorization: 's3cret' } } }) },
    ],
    [
      'what lies too deep to be looked through',
      { a: { b: { c: { d: { e: { f: { g: { token: 's3cret' } } } } } } } },
    ],
  ])('masks %s', (_what, fields) => {
    const { log, lines } = capture();
    log.error(fields, 'call failed');
    expect(lines[0]).toMatch(/\[redacted\]|\[too deep\]/);
    expect(lines[0]).not.toContain('s3cret');
  });

  it.each([
    ['the password in a URL', 'no answer from smtp://relay:s3cret@mail.example.com:587', 's3cret'],
    ['the token of a reply address', 'reply to ack+s3cret.abc@alerts.example', 's3cret'],
    ["the key in a service's URL", `POST /in/db/${'0123456789abcdef'.repeat(2)} 404`, '0123456789abcdef'],
    [
      "the key in a service's address",
      `to db-${'0123456789abcdef'.repeat(2)}@alerts.example`,
      '0123456789abcdef',
    ],
    ['a bearer token', 'sent Bearer s3cret', 's3cret'],
  ])('masks %s inside a text', (_what, text, secret) => {
    const { log, lines } = capture();
    log.error({ error: new Error(text) }, text);
    expect(lines[0]).not.toContain(secret);
    expect(lines[0]).toContain('[redacted]');
    expect(() => JSON.parse(lines[0] ?? '') as unknown).not.toThrow();
  });

  it('leaves what is no secret alone: provider ids, hashes, uuids, plain URLs', () => {
    const { log, lines } = capture();
    const text = `SM${'0a'.repeat(16)} ${'0a'.repeat(32)} 3f2a7c7e-0000-4000-8000-000000000000 http://192.0.2.1:8080/x`;
    log.info({}, text);
    expect(lines[0]).toContain(text);
  });

  it("leaves the caller's own fields untouched", () => {
    const { log } = capture();
    const fields = { headers: { authorization: 'mine' }, list: [{ token: 'mine' }] };
    log.info(fields, 'asked');
    expect(fields).toEqual({ headers: { authorization: 'mine' }, list: [{ token: 'mine' }] });
  });

  it('keeps message and stack of an error under either name', () => {
    const { log, lines } = capture();
    log.error({ err: new Error('disk full') }, 'one');
    log.error({ error: new Error('disk full') }, 'two');
    for (const line of lines) expect(line).toMatch(/"message":"disk full".*"stack":/);
  });

  it('is readable on a terminal, one line, with the same masks', () => {
    const { log, lines } = capture({ pretty: true });
    log.warn({ incident: 7, token: 's3cret' }, 'nobody answers');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('WARN');
    expect(lines[0]).toContain('nobody answers');
    expect(lines[0]).toContain('"incident":7');
    expect(lines[0]).not.toContain('s3cret');
    expect(lines[0]?.trimEnd()).not.toContain('\n');
  });
});
