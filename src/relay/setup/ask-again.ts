/** What the checks have found wrong is asked once more; every other answer stays. */
import type { Typed } from './answers.ts';
import type { About, Finding } from './checks.ts';
import type { Surroundings } from './defaults.ts';
import { askMissing } from './questions.ts';
import type { Asked, Terminal } from './questions.ts';

/** What is untold again when one of its answers doesn't hold. */
const KEYS: Record<About, (keyof Typed)[]> = {
  folder: [],
  http: ['http'],
  smtp: ['smtp'],
  mail: ['mail', 'mailFrom', 'mailPasswordFile'],
  twilio: ['twilioAccountSid', 'twilioTokenFile', 'twilioFrom'],
};

/** Null: it is to be written all the same. Rejects when the terminal is closed. */
export async function askAgain(
  asked: Asked,
  findings: readonly Finding[],
  terminal: Terminal,
  around: Surroundings,
  env: NodeJS.ProcessEnv,
): Promise<Asked | null> {
  terminal.say('\n');
  for (const { error, cure } of findings) terminal.say(`  ${error}\n  ${cure}\n`);
  const line = await terminal.ask('Enter asks for that again, "go on" writes it all the same: ');
  if (/^go ?on$/iu.test(line)) return null;
  const only = new Set(findings.map(({ about }) => about));
  const gone = new Set<string>([...only].flatMap((about) => KEYS[about]));
  const left = Object.entries(asked.typed).filter(([key]) => !gone.has(key));
  const again = await askMissing(
    { ...Object.fromEntries(left), people: asked.typed.people },
    terminal,
    around,
    // What stands there may be what was found wrong; nothing typed leaves it as it is.
    {
      ...env,
      ...(only.has('mail') ? { RELAY_MAIL_PASSWORD: '' } : {}),
      ...(only.has('twilio') ? { RELAY_TWILIO_AUTH_TOKEN: '' } : {}),
    },
    { only, before: asked.typed },
  );
  const { mailPassword, twilioToken } = asked;
  return {
    ...(only.has('mail') || mailPassword === undefined ? {} : { mailPassword }),
    ...(only.has('twilio') || twilioToken === undefined ? {} : { twilioToken }),
    ...again,
  };
}
