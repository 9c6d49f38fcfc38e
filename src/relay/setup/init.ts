/** `relay init` from beginning to end: what is there, what was told, what is asked, what is checked, what is written. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSecret } from '../config/secrets.ts';
import { ConfigError } from '../config/types.ts';
import { checkMail } from '../mail-dns/check.ts';
import { domainsOf } from '../mail-dns/domains-of.ts';
import { Lookup } from '../mail-dns/lookup.ts';
import { ownHost } from '../mail-dns/own-host.ts';
import type { DnsFinding } from '../mail-dns/types.ts';
import { readAnswers } from './answers.ts';
import type { Answers, Typed } from './answers.ts';
import { checkAnswers, checkFolder } from './checks.ts';
import type { Finding } from './checks.ts';
import { setupClock } from './clock.ts';
import { surroundings, withDefaults } from './defaults.ts';
import type { Surroundings } from './defaults.ts';
import { existingInstallation, makeInstallation } from './installation.ts';
import type { Installation } from './installation.ts';
import { placeOf } from './place.ts';
import type { Place } from './place.ts';
import { askAgain } from './ask-again.ts';
import { askMissing, HOW_TO_ANSWER } from './questions.ts';
import type { Asked, Terminal } from './questions.ts';

export interface InitOptions {
  /** --dir. */
  dir: string | undefined;
  /** Paths in it are absolute. */
  typed: Typed;
  /** Null: take the defaults and ask nothing. */
  terminal: Terminal | null;
  skipChecks: boolean;
  /** Secrets are copied beside the keys, from files or the environment: the service's user gets at neither of root's. */
  ownSecrets?: boolean;
  cwd: string;
  env: NodeJS.ProcessEnv;
  warn: (text: string) => void;
  around?: Surroundings;
}

/** The checks found something; nothing was written. */
export class CheckError extends Error {
  override name = 'CheckError';
  readonly findings: Finding[];
  constructor(findings: Finding[]) {
    super(findings.map((finding) => `${finding.error}\n  ${finding.cure}`).join('\n'));
    this.findings = findings;
  }
}

/** Rejects with ConfigError (what was told can't be), CheckError, or what writing rejects with. */
export async function init(options: InitOptions): Promise<Installation> {
  const around = options.around ?? surroundings();
  const place = placeOf({ dir: options.dir, root: around.root, cwd: options.cwd });
  const existing = await existingInstallation(place, options.env);
  if (existing !== null) return existing;
  if (!options.skipChecks) {
    const folder = await checkFolder(place);
    if (folder !== null) throw new CheckError([folder]);
  }
  await readSecrets(options.typed, options.env, () => {});
  const { terminal } = options;
  let asked: Asked = { typed: options.typed };
  if (terminal !== null) {
    terminal.say(HOW_TO_ANSWER);
    asked = await askMissing(options.typed, terminal, around, options.env);
  }
  let { answers, env } = await readAsked(asked, options, place, around);
  while (!options.skipChecks) {
    const findings = await checkAnswers(answers, { env, warn: () => {} });
    if (findings.length === 0) break;
    if (terminal === null) throw new CheckError(findings);
    const again = await askAgain(asked, findings, terminal, around, options.env);
    if (again === null) break;
    asked = again;
    ({ answers, env } = await readAsked(asked, options, place, around));
  }
  const made = await makeInstallation(place, answers, env);
  return options.skipChecks || !made.changed ? made : { ...made, dns: await askDns(answers, around) };
}

/** The answers as they are to be written, and the environment that the checks see. Rejects with ConfigError. */
async function readAsked(
  asked: Asked,
  options: InitOptions,
  place: Place,
  around: Surroundings,
): Promise<{ answers: Answers; env: NodeJS.ProcessEnv }> {
  const secrets = typedSecrets(
    options.ownSecrets === true ? await withSecretsOf(asked, options.env) : asked,
    place.keyDir,
  );
  const env = { ...options.env, ...secrets.env };
  const answers: Answers = {
    ...readAnswers(await withDefaults(secrets.typed, around), env),
    secrets: secrets.files,
  };
  const { mail, twilio } = answers.file;
  const files = { mailPasswordFile: mail?.passwordFile, twilioTokenFile: twilio?.authTokenFile };
  await readSecrets(files, env, options.warn);
  return { answers, env };
}

/** What DNS lacks stops nothing: it is put right while relay runs. */
async function askDns({ file }: Answers, around: Surroundings): Promise<DnsFinding[]> {
  const { mail, smtp, http } = file;
  if (mail === undefined) return [];
  const own = await ownHost(http?.publicUrl ?? null, smtp?.domain ?? 'localhost');
  const { findings } = await checkMail(domainsOf({ mail, smtp: smtp ?? null }, own), {
    lookup: around.newLookup?.() ?? new Lookup(),
    ...(around.isPublic === undefined ? {} : { isPublic: around.isPublic }),
    knock: null,
    after: (delayMs, fn) => setupClock.after(delayMs, fn),
  });
  return findings;
}

/** As if what stands in the files that were named, or in the environment, had been typed. Rejects with ConfigError. */
async function withSecretsOf(asked: Asked, env: NodeJS.ProcessEnv): Promise<Asked> {
  const { mailPasswordFile, twilioTokenFile, twilioAccountSid } = asked.typed;
  const content = async (flag: string, file: string | undefined): Promise<string | undefined> => {
    if (file === undefined) return undefined;
    try {
      return (await readFile(file, 'utf8')).trim();
    } catch (error) {
      throw new ConfigError([
        `${flag}: ${error instanceof Error ? error.message : String(error)}; expected a file with the secret`,
      ]);
    }
  };
  const mailPassword =
    asked.mailPassword ??
    (await content('--mail-password-file', mailPasswordFile)) ??
    env['RELAY_MAIL_PASSWORD'];
  const twilioToken =
    asked.twilioToken ??
    (await content('--twilio-token-file', twilioTokenFile)) ??
    (twilioAccountSid === undefined ? undefined : env['RELAY_TWILIO_AUTH_TOKEN']);
  return {
    ...asked,
    ...(mailPassword === undefined ? {} : { mailPassword }),
    ...(twilioToken === undefined ? {} : { twilioToken }),
  };
}

/** Secrets that were typed: in the environment for the checks, and in files beside the keys for good. */
function typedSecrets(
  asked: Asked,
  keyDir: string,
): { typed: Typed; env: NodeJS.ProcessEnv; files: Record<string, string> } {
  const typed = { ...asked.typed };
  const env: NodeJS.ProcessEnv = {};
  const files: Record<string, string> = {};
  if (asked.mailPassword !== undefined && asked.mailPassword !== '') {
    typed.mailPasswordFile = join(keyDir, 'mail-password');
    files[typed.mailPasswordFile] = env['RELAY_MAIL_PASSWORD'] = asked.mailPassword;
  }
  if (asked.twilioToken !== undefined && asked.twilioToken !== '') {
    typed.twilioTokenFile = join(keyDir, 'twilio-token');
    files[typed.twilioTokenFile] = env['RELAY_TWILIO_AUTH_TOKEN'] = asked.twilioToken;
  }
  return { typed, env, files };
}

/** Reads each secret once, so that a file that isn't there is told now and not at the first page. */
async function readSecrets(
  files: Pick<Typed, 'mailPasswordFile' | 'twilioTokenFile'>,
  env: NodeJS.ProcessEnv,
  warn: (text: string) => void,
): Promise<void> {
  const wanted = [
    { key: '--mail-password-file', variable: 'RELAY_MAIL_PASSWORD', file: files.mailPasswordFile },
    { key: '--twilio-token-file', variable: 'RELAY_TWILIO_AUTH_TOKEN', file: files.twilioTokenFile },
  ];
  const problems: string[] = [];
  for (const { key, variable, file } of wanted) {
    try {
      await readSecret({ key, variable, file: file ?? null, env, warn });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
}
