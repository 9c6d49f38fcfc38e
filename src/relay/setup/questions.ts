/** Asks on a terminal for what no flag has told. Each answer is checked when it is given, and asked again when wrong. */
import { ConfigError } from '../config/types.ts';
import { readAnswers } from './answers.ts';
import type { Typed } from './answers.ts';
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

/** The answers of one sitting. Rejects when the terminal is closed. */
export async function askMissing(
  told: Typed,
  terminal: Terminal,
  around: Surroundings,
  env: NodeJS.ProcessEnv,
): Promise<Asked> {
  const asked: Asked = { typed: { ...told, people: [...told.people] } };
  const { typed } = asked;
  const sitting: Sitting = { typed, terminal };

  terminal.say('Each question has a flag, named in brackets. Enter takes what stands in ().\n');
  await question(sitting, 'domain', '--domain', 'Domain that alerts are mailed to', defaultDomain());
  await question(sitting, 'mail', '--mail', 'Mail server for sending pages', await defaultMail(around));
  if (typed.mail !== 'none') {
    await question(sitting, 'mailFrom', '--mail-from', 'Pages come from', `relay@${typed.domain}`);
    const wanted = (URL.parse(typed.mail ?? '')?.username ?? '') !== '';
    if (wanted && typed.mailPasswordFile === undefined && (env['RELAY_MAIL_PASSWORD'] ?? '') === '') {
      asked.mailPassword = await terminal.askSecret('Password for it [--mail-password-file] ');
    }
  }
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
  if (typed.twilioAccountSid !== undefined) {
    if (typed.twilioTokenFile === undefined && (env['RELAY_TWILIO_AUTH_TOKEN'] ?? '') === '') {
      asked.twilioToken = await terminal.askSecret('Its auth token [--twilio-token-file] ');
    }
    await question(sitting, 'twilioFrom', '--twilio-from', 'Number that pages come from', undefined);
  }
  if (typed.people.length === 0) await askPeople(sitting);
  await question(sitting, 'http', '--http', 'Take alerts by HTTP on', '127.0.0.1:8080');
  await question(sitting, 'smtp', '--smtp', 'Take alerts by mail on', await defaultSmtp(around));
  return asked;
}

interface Sitting {
  typed: Typed;
  terminal: Terminal;
}

type TextKey = 'domain' | 'mail' | 'mailFrom' | 'twilioFrom' | 'http' | 'smtp';

async function question(
  { typed, terminal }: Sitting,
  key: TextKey,
  flag: string,
  text: string,
  otherwise: string | undefined,
): Promise<void> {
  while (typed[key] === undefined) {
    const shown = otherwise === undefined ? '' : ` (${otherwise})`;
    const line = await terminal.ask(`${text}${shown} [${flag}] `);
    const value = line === '' ? otherwise : line;
    const problem =
      value === undefined
        ? `${flag}: expected an answer`
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
