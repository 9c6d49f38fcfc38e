/** Asks on a terminal for what no flag has told. Each answer is checked when it is given, and asked again when wrong. */
import { ConfigError } from '../config/types.ts';
import { readAnswers } from './answers.ts';
import type { Typed } from './answers.ts';
import type { About } from './checks.ts';
import { defaultDomain, defaultMail, defaultSmtp } from './defaults.ts';
import type { Surroundings } from './defaults.ts';

/** The terminal. Both questions resolve with the line typed, trimmed. */
export interface Terminal {
  say(text: string): void;
  ask(question: string): Promise<string>;
  /** Without showing what is typed. */
  askSecret(question: string): Promise<string>;
}

export interface Asked {
  typed: Typed;
  /** Secrets that were typed; init keeps them in files of their own. */
  mailPassword?: string;
  twilioToken?: string;
}

/** Said once, before the first question. */
export const HOW_TO_ANSWER = 'Each question has a flag, named in brackets. Enter takes what stands in ().\n';

/** For a second time: only these questions, and what was answered before is proposed. */
export interface Again {
  only: ReadonlySet<About>;
  before: Typed;
}

/** The answers of one sitting. Rejects when the terminal is closed. */
export async function askMissing(
  told: Typed,
  terminal: Terminal,
  around: Surroundings,
  env: NodeJS.ProcessEnv,
  again: Again | null = null,
): Promise<Asked> {
  const asked: Asked = { typed: { ...told, people: [...told.people] } };
  const { typed } = asked;
  const sitting: Sitting = { typed, terminal, before: again?.before ?? null };
  const wanted = (about: About): boolean => again === null || again.only.has(about);

  await question(sitting, 'domain', domainQuestion());
  if (wanted('mail')) await askMail(sitting, asked, around, env);
  const noOtherWay = typed.mail === 'none' && typed.twilioAccountSid === undefined;
  if (wanted('twilio') || noOtherWay) await askTwilio(sitting, asked, env);
  if (typed.people.length === 0) await askPeople(sitting);
  const http = { flag: '--http', text: 'Take alerts by HTTP on', otherwise: '127.0.0.1:8080' };
  if (wanted('http')) await question(sitting, 'http', http);
  const smtp = { flag: '--smtp', text: 'Take alerts by mail on', otherwise: await defaultSmtp(around) };
  if (wanted('smtp')) await question(sitting, 'smtp', smtp);
  return asked;
}

/** A machine's bare name is no domain of mail, so none is proposed. */
function domainQuestion(): Question {
  const own = defaultDomain();
  return {
    flag: '--domain',
    text: 'Domain that alerts are mailed to',
    ...(own.includes('.') ? { otherwise: own } : {}),
    example: 'a domain such as alerts.example.com; localhost will do to try relay out',
  };
}

async function askMail(
  sitting: Sitting,
  asked: Asked,
  around: Surroundings,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const { typed, terminal } = sitting;
  await question(sitting, 'mail', {
    flag: '--mail',
    text: 'Mail server for sending pages, or none',
    otherwise: await defaultMail(around),
    example: 'a mail server such as smtp://relay@mail.example.com:587, or none',
  });
  if (typed.mail === 'none') return;
  const from = { flag: '--mail-from', text: 'Pages come from', otherwise: `relay@${typed.domain}` };
  await question(sitting, 'mailFrom', from);
  const wanted = (URL.parse(typed.mail ?? '')?.username ?? '') !== '';
  if (wanted && typed.mailPasswordFile === undefined && (env['RELAY_MAIL_PASSWORD'] ?? '') === '') {
    asked.mailPassword = await terminal.askSecret('Password for it [--mail-password-file] ');
  }
}

async function askTwilio(sitting: Sitting, asked: Asked, env: NodeJS.ProcessEnv): Promise<void> {
  const { typed, terminal } = sitting;
  if (typed.twilioAccountSid === undefined) {
    const none = typed.mail === 'none' ? '' : ', empty for none';
    const sid = await part(
      terminal,
      `\nTwilio account SID for pages by SMS${none} [--twilio-account-sid] `,
      (line) =>
        line !== ''
          ? problemWith({ ...typed, twilioAccountSid: line }, '--twilio-account-sid')
          : none === ''
            ? '--twilio-account-sid: expected one: without mail and without SMS nobody can be paged'
            : null,
    );
    if (sid !== '') typed.twilioAccountSid = sid;
  }
  if (typed.twilioAccountSid === undefined) return;
  if (typed.twilioTokenFile === undefined && (env['RELAY_TWILIO_AUTH_TOKEN'] ?? '') === '') {
    asked.twilioToken = await terminal.askSecret('Its auth token [--twilio-token-file] ');
  }
  await question(sitting, 'twilioFrom', { flag: '--twilio-from', text: 'Number that pages come from' });
}

interface Sitting {
  typed: Typed;
  terminal: Terminal;
  before: Typed | null;
}

type TextKey = 'domain' | 'mail' | 'mailFrom' | 'twilioFrom' | 'http' | 'smtp';

interface Question {
  flag: string;
  text: string;
  /** What Enter takes. */
  otherwise?: string | undefined;
  /** What is expected, said where Enter takes nothing. */
  example?: string;
}

async function question({ typed, terminal, before }: Sitting, key: TextKey, asks: Question): Promise<void> {
  const { flag, text, example = 'an answer' } = asks;
  const otherwise = before?.[key] ?? asks.otherwise;
  while (typed[key] === undefined) {
    const shown = otherwise === undefined ? '' : ` (${otherwise})`;
    const line = await terminal.ask(`${text}${shown} [${flag}] `);
    const value = line === '' ? otherwise : line;
    const problem =
      value === undefined
        ? `${flag}: expected ${example}`
        : problemWith({ ...typed, ...(key === 'mail' ? ANY_TWILIO : {}), [key]: value }, flag);
    if (problem === null) typed[key] = value;
    else terminal.say(`  ${problem}\n`);
  }
}

async function askPeople({ typed, terminal }: Sitting): Promise<void> {
  terminal.say('\nWho is paged, in the order in which they are told; 5 minutes each. [--person]\n');
  for (;;) {
    const more = typed.people.length === 0 ? '' : ', empty when that was all';
    const id = await terminal.ask(`Short name${more}, such as ana: `);
    if (id === '') {
      if (typed.people.length > 0) return;
      terminal.say('  Somebody has to be paged.\n');
      continue;
    }
    const wrong = (...rest: string[]): string | null =>
      problemWith({ ...typed, people: [...typed.people, personOf(id, rest)] }, '--person');
    const problem = wrong(ANY_MAIL, ANY_PHONE);
    if (problem !== null) {
      terminal.say(`  ${problem}\n`);
      continue;
    }
    const name = await terminal.ask('  Full name: ');
    const email = await part(terminal, '  Mail address, empty for none: ', (line) =>
      line === '' || line.includes('@')
        ? wrong(line, line === '' ? ANY_PHONE : '')
        : 'expected a mail address such as ana@example.com',
    );
    const phone = await part(terminal, '  Phone such as +15550100, empty for none: ', (line) =>
      line === '' || PHONE.test(line)
        ? wrong(email, line)
        : 'expected a phone number with + and the country code, such as +15550100',
    );
    const person = personOf(id, [name, email, phone]);
    const whole = problemWith({ ...typed, people: [...typed.people, person] }, '--person');
    if (whole === null) typed.people.push(person);
    else terminal.say(`  ${whole}\n`);
  }
}

/** Stand for what has not been asked yet, and belong to nobody. */
const ANY_MAIL = 'nobody@mail.invalid';
const ANY_PHONE = '+19999999999';
const ANY_TWILIO = { twilioAccountSid: 'AC0', twilioFrom: ANY_PHONE };
/** What the flag takes for a number. */
const PHONE = /^\+?[\d\s().-]+$/u;

const personOf = (id: string, rest: readonly string[]): string =>
  `${id}=${rest.map((one) => one.replaceAll(',', ' ')).join(',')}`;

/** Asks until nothing is wrong with the answer: only that one is typed again. */
async function part(
  terminal: Terminal,
  text: string,
  wrongWith: (line: string) => string | null,
): Promise<string> {
  for (;;) {
    const line = await terminal.ask(text);
    const problem = wrongWith(line);
    if (problem === null) return line;
    terminal.say(`  ${problem}\n`);
  }
}

/** What the reading of all answers says about this one flag. */
function problemWith(typed: Typed, flag: string): string | null {
  try {
    // A secret may be missing as yet; it isn't what is asked about.
    readAnswers(typed, { RELAY_TWILIO_AUTH_TOKEN: 'asked for' });
    return null;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.find((problem) => problem.startsWith(flag)) ?? null;
  }
}
