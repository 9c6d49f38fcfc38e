/** What init finds out before it writes anything: does the mail server answer, is Twilio's account valid, are ports free. */
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { existsSync } from 'node:fs';
import { readSecret } from '../config/secrets.ts';
import type { Listen } from '../config/types.ts';
import type { Transport } from '../messaging/port.ts';
import { FLAGS } from './answers.ts';
import type { Answers } from './answers.ts';
import { setupClock } from './clock.ts';
import type { Place } from './place.ts';
import { portProblem } from './ports.ts';

/** Which of the questions an answer that doesn't hold belongs to. */
export type About = 'folder' | 'http' | 'smtp' | 'mail' | 'twilio';

export interface Finding {
  about: About;
  error: string;
  cure: string;
}

/** Runs every check at once; resolves with what is wrong, worst not first but in the order of the questions. */
export async function checkAnswers(
  answers: Answers,
  options: { env: NodeJS.ProcessEnv; warn: (text: string) => void },
): Promise<Finding[]> {
  const findings = await Promise.all([
    answers.file.http === undefined ? null : checkPort(answers.file.http.listen, 'http'),
    answers.file.smtp === undefined ? null : checkPort(answers.file.smtp.listen, 'smtp'),
    checkMail(answers, options),
    checkTwilio(answers, options),
  ]);
  return findings.filter((finding) => finding !== null);
}

/** Whether the folders can be made and written: asks the nearest one that exists. Before anybody is asked anything. */
export async function checkFolder(place: Place): Promise<Finding | null> {
  for (const dir of place.dirs) {
    let nearest = dir;
    while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
    try {
      await access(nearest, constants.W_OK | constants.X_OK);
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'no access';
      return {
        about: 'folder',
        error: `${dir} can't be written (${nearest}: ${why})`,
        cure: 'Choose another folder with --dir.',
      };
    }
  }
  return null;
}

async function checkPort(listen: Listen, about: 'http' | 'smtp'): Promise<Finding | null> {
  const problem = await portProblem(listen);
  if (problem === null) return null;
  const privileged = problem.denied ? 'run it as root, or choose' : 'stop that, or choose';
  const other = listen.port < 1_024 ? listen.port + 2_500 : listen.port + 1;
  return {
    about,
    error: problem.error,
    cure: `${privileged} another with --${about} ${listen.host}:${other}`,
  };
}

async function checkMail(
  { file: { mail, smtp } }: Answers,
  options: { env: NodeJS.ProcessEnv; warn: (text: string) => void },
): Promise<Finding | null> {
  if (mail === undefined) return null;
  const { smtpEmail } = await import('../messaging/email/smtp.ts');
  const password = await readSecret({
    key: '--mail-password-file',
    variable: 'RELAY_MAIL_PASSWORD',
    file: mail.passwordFile ?? null,
    ...options,
  });
  return ask(
    'mail',
    smtpEmail({
      url: mail.url,
      from: mail.from,
      password: () => password,
      replyTo: mail.replyTo ?? null,
      replyAddress: null,
      domain: smtp?.domain ?? 'localhost',
      clock: setupClock,
    }),
  );
}

async function checkTwilio(
  { file: { twilio } }: Answers,
  options: { env: NodeJS.ProcessEnv; warn: (text: string) => void },
): Promise<Finding | null> {
  if (twilio === undefined) return null;
  const { twilioSms } = await import('../messaging/twilio/sms.ts');
  const token = await readSecret({
    key: '--twilio-token-file',
    variable: 'RELAY_TWILIO_AUTH_TOKEN',
    file: twilio.authTokenFile ?? null,
    ...options,
  });
  return ask(
    'twilio',
    twilioSms({
      accountSid: twilio.accountSid,
      authToken: () => token ?? '',
      from: twilio.from,
      baseUrl: twilio.baseUrl,
      statusUrl: null,
      clock: setupClock,
    }),
  );
}

async function ask(about: 'mail' | 'twilio', transport: Transport): Promise<Finding | null> {
  try {
    const found = await transport.check();
    if (found === null) return null;
    return { about, error: byFlags(found.error), cure: byFlags(found.cure) };
  } finally {
    await transport.close();
  }
}

/** What speaks of relay.yaml's keys speaks of the flags: nobody has seen that file yet. */
const byFlags = (text: string): string =>
  text.replace(/\b(?:mail|twilio)\.[a-zA-Z]+\b/gu, (key) => FLAGS[key] ?? key);
