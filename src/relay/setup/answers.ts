/** What `relay init` was told, as it was typed, and what it means once it has been checked. */
import type { ConfigFile } from '../config/schema.ts';
import { configSchema } from '../config/schema.ts';
import { described } from '../config/problems.ts';
import { ConfigError } from '../config/types.ts';
import { RosterError } from '../oncall/book.ts';
import { addPerson, addPolicy, emptyRoster } from '../oncall/edits.ts';
import type { Roster } from '../oncall/types.ts';

/** One text a flag; absent: not told. */
export interface Typed {
  http?: string | undefined;
  publicUrl?: string | undefined;
  smtp?: string | undefined;
  domain?: string | undefined;
  /** `none`: no mail. */
  mail?: string | undefined;
  mailFrom?: string | undefined;
  mailPasswordFile?: string | undefined;
  mailReplyWorks?: boolean | undefined;
  replyTo?: string | undefined;
  twilioAccountSid?: string | undefined;
  twilioTokenFile?: string | undefined;
  twilioFrom?: string | undefined;
  twilioBaseUrl?: string | undefined;
  twilioPollSeconds?: number | undefined;
  /** `id=Name,mail,phone`, in the order in which they are to be told. */
  people: string[];
}

export interface PersonWish {
  id: string;
  name?: string;
  email?: string;
  phone?: string;
}

export interface Answers {
  /** For relay.yaml, without store and api; paths as typed, made absolute by the caller. */
  file: Pick<ConfigFile, 'http' | 'smtp' | 'mail' | 'twilio'>;
  people: PersonWish[];
  /** Secrets to be written, by file. */
  secrets?: Record<string, string>;
}

/** How long each person has before the next is told, and how often everybody is gone through again. */
const FIRST_LEVEL_MS = 5 * 60_000;
const FIRST_REPEAT = 3;

/** The flag behind each key that a problem can be about. */
export const FLAGS: Record<string, string> = {
  'http.listen': '--http',
  'http.publicUrl': '--public-url',
  'smtp.listen': '--smtp',
  'smtp.domain': '--domain',
  'mail.url': '--mail',
  'mail.from': '--mail-from',
  'mail.passwordFile': '--mail-password-file',
  'mail.replyTo': '--reply-to',
  'twilio.accountSid': '--twilio-account-sid',
  'twilio.authTokenFile': '--twilio-token-file',
  'twilio.from': '--twilio-from',
  'twilio.baseUrl': '--twilio-base-url',
  'twilio.pollSeconds': '--twilio-poll-seconds',
};

/** Checks everything and rejects with ConfigError naming each flag that is wrong or missing. */
export function readAnswers(typed: Typed, env: NodeJS.ProcessEnv): Answers {
  const problems: string[] = [];
  const wish = fileWish(typed);
  const parsed = configSchema.safeParse({ store: 'sqlite:relay.db', ...wish });
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const key = issue.path.slice(0, 2).join('.');
      problems.push(
        `${FLAGS[key] ?? key}: expected ${issue.message}, got ${described(valueAt(wish, issue.path))}`,
      );
    }
  }
  const people: PersonWish[] = [];
  for (const text of typed.people) {
    const person = readPerson(text);
    if (typeof person === 'string') problems.push(person);
    else people.push(person);
  }
  problems.push(...together(typed, wish, people, env));
  if (problems.length > 0) throw new ConfigError(problems);
  firstRoster(people, '0'.repeat(64));
  if (!parsed.success) throw new ConfigError(['the answers make no configuration']);
  const { http, smtp, mail, twilio } = parsed.data;
  return { file: { http, smtp, mail, twilio }, people };
}

/** What can only be said of several answers together. */
function together(typed: Typed, wish: FileWish, people: PersonWish[], env: NodeJS.ProcessEnv): string[] {
  const problems: string[] = [];
  if (typed.people.length === 0) {
    problems.push(
      '--person: expected somebody to page, such as --person "ana=Ana,ana@example.com,+15550100"',
    );
  }
  if (wish.mail === undefined && wish.twilio === undefined) {
    problems.push(
      '--mail: expected a mail server such as smtp://relay@mail.example.com:587, or the --twilio flags: ' +
        'without either nobody can be paged',
    );
  }
  const token = env['RELAY_TWILIO_AUTH_TOKEN'] ?? '';
  if (wish.twilio !== undefined && typed.twilioTokenFile === undefined && token === '') {
    problems.push('--twilio-token-file: expected a file with the auth token, or RELAY_TWILIO_AUTH_TOKEN set');
  }
  if ((URL.parse(typed.mail ?? '')?.password ?? '') !== '') {
    problems.push('--mail: expected no password in it: use --mail-password-file, or set RELAY_MAIL_PASSWORD');
  }
  for (const person of people) {
    const byMail = wish.mail !== undefined && person.email !== undefined;
    const bySms = wish.twilio !== undefined && person.phone !== undefined;
    if (wish.mail === undefined && wish.twilio === undefined) continue;
    if (!byMail && !bySms) {
      problems.push(
        `--person ${person.id}: expected ${wish.mail === undefined ? 'a phone number' : 'a mail address'}: ` +
          'there is no other way to page anybody here',
      );
    }
  }
  return problems;
}

interface FileWish {
  http: Record<string, unknown>;
  smtp: Record<string, unknown>;
  mail?: Record<string, unknown>;
  twilio?: Record<string, unknown>;
}

/** The configuration that the answers ask for, not yet checked. */
function fileWish(typed: Typed): FileWish {
  const twilio = [typed.twilioAccountSid, typed.twilioFrom, typed.twilioTokenFile].some(
    (one) => one !== undefined,
  );
  return {
    http: given({ listen: typed.http, publicUrl: typed.publicUrl }),
    smtp: given({ listen: typed.smtp, domain: typed.domain }),
    ...(typed.mail === undefined || typed.mail === 'none'
      ? {}
      : {
          mail: given({
            url: typed.mail,
            from: typed.mailFrom ?? (typed.domain === undefined ? undefined : `relay@${typed.domain}`),
            passwordFile: typed.mailPasswordFile,
            replyTo: typed.replyTo,
            replyWorks: typed.mailReplyWorks,
          }),
        }),
    ...(twilio
      ? {
          twilio: given({
            accountSid: typed.twilioAccountSid,
            authTokenFile: typed.twilioTokenFile,
            from: typed.twilioFrom,
            baseUrl: typed.twilioBaseUrl,
            pollSeconds: typed.twilioPollSeconds,
          }),
        }
      : {}),
  };
}

/** `ana=Ana,ana@example.com,+15550100`: after the id anything in any order; what it is shows. A text: the problem. */
export function readPerson(text: string): PersonWish | string {
  const match = /^(?<id>[^=]*)=(?<rest>.*)$/su.exec(text);
  const id = match?.groups?.['id']?.trim() ?? '';
  const form = 'expected ID=NAME,MAIL,PHONE such as "ana=Ana,ana@example.com,+15550100"';
  if (match === null || id === '') return `--person ${JSON.stringify(text)}: ${form}`;
  const person: PersonWish = { id };
  for (const part of (match.groups?.['rest'] ?? '').split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const kind = part.includes('@') ? 'email' : /^\+?[\d\s().-]+$/u.test(part) ? 'phone' : 'name';
    if (person[kind] !== undefined)
      return `--person ${JSON.stringify(text)}: ${form}, got two of its ${kind}`;
    person[kind] = part;
  }
  return person;
}

/**
 * The roster an installation begins with: the people, a policy `default` that tells them one after the other, and a
 * service `default`. Rejects with ConfigError naming --person when one of them can't be.
 */
export function firstRoster(people: PersonWish[], keyHash: string): Roster {
  let roster = emptyRoster();
  for (const [index, person] of people.entries()) {
    if (people.findIndex(({ id }) => id === person.id) < index) {
      throw new ConfigError([
        `--person ${person.id}: there are two with that short name; give each another one`,
      ]);
    }
    try {
      roster = addPerson(roster, person);
    } catch (error) {
      if (!(error instanceof RosterError)) throw error;
      const cure = error.cure === undefined ? '' : `. ${error.cure}`;
      throw new ConfigError([`--person ${person.id}: ${error.message}${cure}`]);
    }
  }
  const levels = people.map(({ id }) => ({ people: [id], afterMs: FIRST_LEVEL_MS }));
  roster = addPolicy(roster, { id: 'default', levels, repeat: FIRST_REPEAT });
  return { ...roster, services: [{ id: 'default', policy: 'default', keyHashes: [keyHash] }] };
}

/** Without the keys that weren't told, so that the schema's defaults apply. */
function given(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function valueAt(from: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = from;
  for (const part of path) {
    value =
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined;
  }
  return value;
}
