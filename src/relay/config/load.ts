/** Reads relay.yaml for the daemon: found, parsed, checked as a whole, paths made absolute, defaults filled in. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { defaultSocket, keyDirOf, SOCKET_PATH_MAX_BYTES, sqlitePath } from './paths.ts';
import { line, passwordInUrl, schemaProblems, syntaxProblems } from './problems.ts';
import type { KeyPath, Source } from './problems.ts';
import { configSchema } from './schema.ts';
import type { ConfigFile } from './schema.ts';
import { requireConfig } from './search.ts';
import type { Where } from './search.ts';
import { ConfigError } from './types.ts';
import type { Config, TlsFiles } from './types.ts';

/** Finds and reads the configuration; rejects with ConfigError naming every problem at once. */
export async function loadConfig(where: Where): Promise<Config> {
  const path = await requireConfig(where);
  return readConfig(path, await readFile(path), where.env);
}

/** The same for a file already read; `path` is absolute and names it in problems. */
export function readConfig(path: string, bytes: Uint8Array, env: NodeJS.ProcessEnv): Config {
  const lines = new LineCounter();
  const document = parseDocument(decoded(path, bytes), { lineCounter: lines, uniqueKeys: true });
  const source: Source = { file: path, document, lines };
  refuse(syntaxProblems(source));
  const value: unknown = document.toJS();
  const inUrl = passwordInUrl(source);
  const parsed = configSchema.safeParse(value ?? {});
  refuse([...inUrl, ...(parsed.success ? [] : schemaProblems(source, parsed.error.issues, keysAt))]);
  if (!parsed.success) throw new ConfigError([`${path}: not a configuration`]);
  const config = absolute(path, parsed.data);
  refuse(together(source, config, env));
  return config;
}

function decoded(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const good = new TextDecoder('utf-8').decode(bytes).split('�')[0] ?? '';
    throw new ConfigError([`${path}:${good.split('\n').length}: expected UTF-8 text, got other bytes`]);
  }
}

function refuse(problems: string[]): void {
  if (problems.length > 0) throw new ConfigError(problems);
}

/** What can only be said of several keys together. */
function together(source: Source, config: Config, env: NodeJS.ProcessEnv): string[] {
  const problems: string[] = [];
  const say = (path: KeyPath, text: string): void => void problems.push(line(source, path, text));
  if (Buffer.byteLength(config.api.socket) > SOCKET_PATH_MAX_BYTES) {
    say(
      ['api', 'socket'],
      `expected a path of at most ${SOCKET_PATH_MAX_BYTES} bytes (a limit of unix sockets), got ${config.api.socket}`,
    );
  }
  if (config.api.listen !== null && config.api.tokenFile === null) {
    say(
      ['api', 'listen'],
      'expected api.tokenFile beside it: nobody may command the pager over the network without a token',
    );
  }
  if (
    config.twilio !== null &&
    config.twilio.authTokenFile === null &&
    !isSet(env['RELAY_TWILIO_AUTH_TOKEN'])
  ) {
    say(
      ['twilio', 'authTokenFile'],
      'expected the path of a file that holds the auth token, or RELAY_TWILIO_AUTH_TOKEN set, got neither',
    );
  }
  if (config.mail?.replyWorks === true && config.smtp === null) {
    say(
      ['mail', 'replyWorks'],
      'expected smtp.domain and smtp.listen as well: replies come in through our own mail server',
    );
  }
  return problems;
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

function absolute(path: string, file: ConfigFile): Config {
  const dir = dirname(path);
  const at = (name: string | undefined): string | null => (name === undefined ? null : resolve(dir, name));
  const tls = (files: TlsFiles | undefined): TlsFiles | null =>
    files === undefined
      ? null
      : { certFile: resolve(dir, files.certFile), keyFile: resolve(dir, files.keyFile) };
  const database = sqlitePath(file.store, dir);
  if (database === null) throw new ConfigError([`${path}: store: expected sqlite:PATH`]);
  return {
    path,
    store: { kind: 'sqlite', path: database },
    http:
      file.http === undefined
        ? null
        : {
            listen: file.http.listen,
            publicUrl: file.http.publicUrl ?? null,
            tls: tls(file.http.tls),
          },
    smtp:
      file.smtp === undefined
        ? null
        : {
            listen: file.smtp.listen,
            domain: file.smtp.domain,
            allowFrom: file.smtp.allowFrom,
            tls: tls(file.smtp.tls),
            usersFile: at(file.smtp.usersFile),
          },
    mail:
      file.mail === undefined
        ? null
        : {
            url: file.mail.url,
            from: file.mail.from,
            passwordFile: at(file.mail.passwordFile),
            replyTo: file.mail.replyTo ?? null,
            replyWorks: file.mail.replyWorks,
          },
    twilio:
      file.twilio === undefined
        ? null
        : {
            accountSid: file.twilio.accountSid,
            authTokenFile: at(file.twilio.authTokenFile),
            secondaryTokenFile: at(file.twilio.secondaryTokenFile),
            from: file.twilio.from,
            baseUrl: file.twilio.baseUrl,
            pollSeconds: file.twilio.pollSeconds ?? null,
          },
    catchAll: file.catchAll,
    api: {
      socket: at(file.api.socket) ?? defaultSocket(database),
      listen: file.api.listen ?? null,
      tokenFile: at(file.api.tokenFile),
    },
    keyDir: keyDirOf(database),
    host: hostname(),
  };
}

/** The keys the schema knows below a path, read from the schema itself so that they can't differ. */
export function keysAt(path: KeyPath): string[] {
  let schema: unknown = configSchema;
  for (const part of path) schema = shapeOf(schema)[part] ?? null;
  return Object.keys(shapeOf(schema));
}

function shapeOf(schema: unknown): Record<string, unknown> {
  let inner = schema;
  while (hasDef(inner) && 'innerType' in inner.def) inner = inner.def['innerType'];
  if (!hasDef(inner) || !isRecord(inner.def['shape'])) return {};
  return inner.def['shape'];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const hasDef = (value: unknown): value is { def: Record<string, unknown> } =>
  isRecord(value) && isRecord(value['def']);
