/** What init finds out before it writes anything: does the mail server answer, is Twilio's account valid, are ports free. */
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { existsSync } from 'node:fs';
import { readSecret } from '../config/secrets.ts';
import type { Listen } from '../config/types.ts';
import type { Transport } from '../messaging/port.ts';
import type { Answers } from './answers.ts';
import { setupClock } from './clock.ts';
import type { Place } from './place.ts';
import { portProblem } from './ports.ts';

export interface Finding {
  error: string;
  cure: string;
}

/** Runs every check at once; resolves with what is wrong, worst not first but in the order of the questions. */
export async function checkAnswers(
  answers: Answers,
  place: Place,
  options: { env: NodeJS.ProcessEnv; warn: (text: string) => void },
): Promise<Finding[]> {
  const findings = await Promise.all([
    checkFolder(place),
    answers.file.http === undefined ? null : checkPort(answers.file.http.listen, '--http'),
    answers.file.smtp === undefined ? null : checkPort(answers.file.smtp.listen, '--smtp'),
    checkMail(answers, options),
    checkTwilio(answers, options),
  ]);
  return findings.filter((finding) => finding !== null);
}

/** Whether the folders can be made and written: asks the nearest one that exists. */
async function checkFolder(place: Place): Promise<Finding | null> {
  for (const dir of place.dirs) {
    let nearest = dir;
    while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
    try {
      await access(nearest, constants.W_OK | constants.X_OK);
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'no access';
      return {
        error: `${dir} can't be written (${nearest}: ${why})`,
        cure: 'Choose another folder with --dir.',
      };
    }
  }
  return null;
}

async function checkPort(listen: Listen, flag: string): Promise<Finding | null> {
  const problem = await portProblem(listen);
  if (problem === null) return null;
  const privileged = problem.denied ? 'run it as root, or choose' : 'stop that, or choose';
  const other = listen.port < 1_024 ? listen.port + 2_500 : listen.port + 1;
  return { error: problem.error, cure: `${privileged} another with ${flag} ${listen.host}:${other}` };
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

async function ask(transport: Transport): Promise<Finding | null> {
  try {
    return await transport.check();
  } finally {
    await transport.close();
  }
}
