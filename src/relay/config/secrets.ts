/**
 * Secrets, read when first needed, from the environment or the file the configuration names. They are returned to the
 * one caller and never logged; errors name the key and the file, never what is in it.
 */
import { readFile, stat } from 'node:fs/promises';
import { ConfigError } from './types.ts';
import type { Config } from './types.ts';

export interface Secrets {
  /** The secret of a provider with that name; null: its template names none. */
  provider(name: string): Promise<string | null>;
  /** Null: the mail server wants none. */
  mailPassword(): Promise<string | null>;
  /** One for each mailbox of `imap`, in order; empty where none is set. */
  imapPasswords(): Promise<string[]>;
  /** Of the mail server at that place, from 2. */
  mailPasswordOf(place: number): Promise<string | null>;
  /** Null: Twilio isn't configured. */
  twilioAuthToken(): Promise<string | null>;
  twilioSecondaryToken(): Promise<string | null>;
  /** Null: the control API is on the unix socket only. */
  apiToken(): Promise<string | null>;
  /** Null: the store is not Cassandra, or asks for no password. */
  cassandraPassword(): Promise<string | null>;
}

/**
 * Readers for the secrets of one configuration. Each rejects with ConfigError when its file can't be read or is empty.
 * `warn` hears of files that others on the machine can read.
 */
export function secretsOf(config: Config, env: NodeJS.ProcessEnv, warn: (text: string) => void): Secrets {
  const read = (key: string, variable: string, file: string | null) => (): Promise<string | null> =>
    readSecret({ key, variable, file, env, warn });
  return {
    provider(name) {
      const by = config.providers?.find((one) => one.name === name)?.by;
      if (by?.kind !== 'http') return Promise.resolve(null);
      return read(`providers ${name}: secretFile`, secretVariable(name), by.secretFile)();
    },
    mailPasswordOf: (place) =>
      read(
        `mail.servers, the password of mail-${place}`,
        `RELAY_MAIL_PASSWORD_${place}`,
        config.mail?.behind?.[place - 2]?.passwordFile ?? null,
      )(),
    mailPassword: read('mail.passwordFile', 'RELAY_MAIL_PASSWORD', config.mail?.passwordFile ?? null),
    // A file comes first here: one variable can't hold the passwords of several mailboxes.
    imapPasswords: () =>
      Promise.all(
        (config.imap ?? []).map(async ({ passwordFile }, index) =>
          passwordFile === null
            ? (env['RELAY_IMAP_PASSWORD'] ?? '')
            : readSecretFile(`imap.${index}.passwordFile`, passwordFile, warn),
        ),
      ),
    twilioAuthToken: read(
      'twilio.authTokenFile',
      'RELAY_TWILIO_AUTH_TOKEN',
      config.twilio?.authTokenFile ?? null,
    ),
    twilioSecondaryToken: read(
      'twilio.secondaryTokenFile',
      'RELAY_TWILIO_SECONDARY_TOKEN',
      config.twilio?.secondaryTokenFile ?? null,
    ),
    apiToken: read('api.tokenFile', 'RELAY_TOKEN', config.api.tokenFile),
    cassandraPassword:
      config.store.kind === 'cassandra' && config.store.user !== null
        ? read('store.cassandra.passwordFile', 'RELAY_CASSANDRA_PASSWORD', config.store.passwordFile)
        : () => Promise.resolve(null),
  };
}

/** The variable that may hold a provider's secret instead of a file. */
export const secretVariable = (name: string): string =>
  `RELAY_SECRET_${name.toUpperCase().replaceAll('-', '_')}`;

/** The environment first (set on purpose for this run), then the file; null when neither is given. */
export async function readSecret(from: {
  key: string;
  variable: string;
  file: string | null;
  env: NodeJS.ProcessEnv;
  warn: (text: string) => void;
}): Promise<string | null> {
  const given = from.env[from.variable];
  if (given !== undefined && given !== '') return given;
  return from.file === null ? null : readSecretFile(from.key, from.file, from.warn);
}

/** A secret's file: its text without the final newline. `key` is how the configuration or the flag names it. */
export async function readSecretFile(
  key: string,
  file: string,
  warn: (text: string) => void,
): Promise<string> {
  let text: string;
  try {
    const { mode } = await stat(file);
    if ((mode & 0o037) !== 0) {
      warn(`${key}: ${file} can be read or changed by other users; run: chmod 600 ${file}`);
    }
    text = await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? REASONS[String(error.code)] : undefined;
    if (why === undefined) throw error;
    throw new ConfigError([`${key}: ${file}: ${why}`]);
  }
  const secret = text.replace(/\r?\n$/u, '');
  if (secret === '') throw new ConfigError([`${key}: ${file}: expected the secret in it, got an empty file`]);
  if (/[\r\n]/u.test(secret)) throw new ConfigError([`${key}: ${file}: expected one line, got several`]);
  return secret;
}

const REASONS: Record<string, string> = {
  ENOENT: 'no such file; write the secret into it with mode 600',
  EACCES: 'permission denied; it must be readable by the user relay runs as',
  EISDIR: 'expected a file, got a folder',
};
