import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/relay/config/types.ts';
import { readAnswers, readPerson } from '../../../src/relay/setup/answers.ts';
import type { Typed } from '../../../src/relay/setup/answers.ts';
import { askMissing } from '../../../src/relay/setup/questions.ts';
import { withDefaults } from '../../../src/relay/setup/defaults.ts';

const good: Typed = {
  http: '127.0.0.1:8080',
  smtp: '127.0.0.1:2525',
  domain: 'alerts.example',
  mail: 'smtp://127.0.0.1:2526',
  people: ['ana=Ana,ana@example.com,+15550100'],
};

function problems(change: Partial<Typed>, env: NodeJS.ProcessEnv = {}): string[] {
  try {
    readAnswers({ ...good, ...change }, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('was accepted');
}

describe('what was told is checked as a whole, naming the flag', () => {
  test('several at once', () => {
    expect(problems({ http: '8080', domain: 'a b', people: [] })).toEqual([
      '--http: expected HOST:PORT such as 127.0.0.1:8080 or [::1]:8080, got "8080"',
      '--domain: expected a domain such as alerts.example.com, got "a b"',
      '--mail-from: expected a mail address such as relay@example.com, got "relay@a b"',
      '--person: expected somebody to page, such as --person "ana=Ana,ana@example.com,+15550100"',
    ]);
  });

  test.each<[Partial<Typed>, string]>([
    [{ mail: undefined }, '--mail: expected a mail server'],
    [{ mail: 'none' }, '--mail: expected a mail server'],
    [{ mail: 'mail.example.com' }, '--mail: expected a mail server such as'],
    [{ mailFrom: 'relay' }, '--mail-from: expected a mail address'],
    [{ smtp: 'all:25', replyTo: 'x' }, '--reply-to: expected a mail address'],
    [{ twilioAccountSid: 'AC1' }, '--twilio-from: expected the sending number'],
    [{ twilioFrom: '+15550100', twilioTokenFile: 't' }, '--twilio-account-sid: expected an account SID'],
    [
      { twilioAccountSid: 'AC1', twilioFrom: '+15550100' },
      '--twilio-token-file: expected a file with the auth token, or RELAY_TWILIO_AUTH_TOKEN',
    ],
    [{ people: ['ana'] }, '--person "ana": expected ID=NAME,MAIL,PHONE'],
    [{ people: ['ana=Ana,a@example.com,b@example.com'] }, 'got two of its email'],
    [{ people: ['ana=Ana,+15550100'] }, '--person ana: expected a mail address: there is no other way'],
    [
      { people: ['ana=Ana,ana@example.com', 'ana=Eve,eve@example.com'] },
      '--person ana: there are two with that short name; give each another one',
    ],
    [
      { people: ['ana=Ana,ana@example.com', 'eve=Eve,ana@example.com'] },
      '--person eve: ana@example.com belongs to ana',
    ],
    [{ people: ['add=Ana,ana@example.com'] }, '--person add: '],
  ])('%j', (change, expected) => {
    expect(problems(change).join('\n')).toContain(expected);
  });

  test('a password in the mail URL is refused and not shown', () => {
    const told = problems({ mail: 'smtp://relay:hunter2@mail.example.com' }).join('\n');
    expect(told).toContain('--mail-password-file');
    expect(told).not.toContain('hunter2');
  });

  test('Twilio alone, with its token in the environment', () => {
    const twilio = { mail: 'none', twilioAccountSid: 'AC1', twilioFrom: '+15550100' };
    const answers = readAnswers({ ...good, ...twilio }, { RELAY_TWILIO_AUTH_TOKEN: 'x' });
    expect(answers.file.mail).toBeUndefined();
    expect(answers.file.twilio).toMatchObject({ accountSid: 'AC1', baseUrl: 'https://api.twilio.com' });
  });

  test('a person in any order, with what there is', () => {
    expect(readPerson('ana=Ana,ana@example.com,+15550100')).toEqual({
      id: 'ana',
      name: 'Ana',
      email: 'ana@example.com',
      phone: '+15550100',
    });
    expect(readPerson('ana= +1 555 0100 , ana@example.com')).toEqual({
      id: 'ana',
      email: 'ana@example.com',
      phone: '+1 555 0100',
    });
  });
});

const around = { root: false, localMail: () => Promise.resolve(false) };

describe('what was not told', () => {
  test('the local mail server is taken if one answers, and no other', async () => {
    const typed: Typed = { people: [] };
    expect((await withDefaults(typed, { root: false, localMail: () => Promise.resolve(true) })).mail).toBe(
      'smtp://127.0.0.1:25',
    );
    const without = await withDefaults(typed, around);
    expect(without.mail).toBeUndefined();
    expect(without).toMatchObject({ http: '127.0.0.1:8080', smtp: '127.0.0.1:2525' });
  });

  test('what was told stays', async () => {
    expect(await withDefaults(good, around)).toEqual(good);
  });
});

/** A person who answers by rote; a question nobody expected ends the sitting. */
function sitting(answers: [question: string, line: string][]) {
  const heard: string[] = [];
  const left = [...answers];
  const ask = (question: string): Promise<string> => {
    const [expected, line] = left.shift() ?? ['nothing more', ''];
    expect(question).toContain(expected);
    return Promise.resolve(line);
  };
  return { heard, left, terminal: { say: (text: string) => void heard.push(text), ask, askSecret: ask } };
}

describe('on a terminal', () => {
  test('everything is asked, wrong answers again, and secrets kept apart', async () => {
    const { heard, left, terminal } = sitting([
      ['[--domain]', 'not a domain'],
      ['[--domain]', 'alerts.example'],
      ['Mail server for sending pages, or none [--mail]', ''],
      ['[--mail]', 'smtp://relay@mail.example.com:587'],
      ['(relay@alerts.example) [--mail-from]', ''],
      ['[--mail-password-file]', 'm41l'],
      ['[--twilio-account-sid]', 'AC1'],
      ['[--twilio-token-file]', 't0ken'],
      ['[--twilio-from]', '+15550199'],
      ['Short name', ''],
      ['Short name', 'Ana B'],
      ['Short name', 'ana'],
      ['Full name', 'Ana, the first'],
      ['Mail address', 'example.com'],
      ['Mail address', 'ana@example.com'],
      ['Phone', 'ana@example.com'],
      ['Phone', '0555'],
      ['Phone', '+15550100'],
      ['Short name', ''],
      ['(127.0.0.1:8080) [--http]', ''],
      ['[--smtp]', '127.0.0.1:2600'],
    ]);
    const asked = await askMissing({ people: [] }, terminal, around, {});
    expect(left).toEqual([]);
    expect(asked).toMatchObject({ mailPassword: 'm41l', twilioToken: 't0ken' });
    expect(asked.typed).toEqual({
      domain: 'alerts.example',
      mail: 'smtp://relay@mail.example.com:587',
      mailFrom: 'relay@alerts.example',
      twilioAccountSid: 'AC1',
      twilioFrom: '+15550199',
      people: ['ana=Ana  the first,ana@example.com,+15550100'],
      http: '127.0.0.1:8080',
      smtp: '127.0.0.1:2600',
    });
    expect(heard.join('')).toContain('--domain: expected a domain');
    expect(heard.join('')).toContain(
      '--mail: expected a mail server such as smtp://relay@mail.example.com:587, or none',
    );
    expect(heard.join('')).toContain('expected a mail address such as ana@example.com');
    expect(JSON.stringify(asked.typed)).not.toContain('t0ken');
  });

  test('what a flag told is not asked', async () => {
    const { left, terminal } = sitting([['[--twilio-account-sid]', '']]);
    const told = { ...good, mailFrom: 'relay@alerts.example', mailReplyWorks: false };
    expect((await askMissing(told, terminal, around, {})).typed).toEqual(told);
    expect(left).toEqual([]);
  });
});
