/** Reads relay.yaml for the daemon: found, parsed, checked as a whole, paths made absolute, defaults filled in. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { imapOf } from './imap.ts';
import { firstServerSaid, serversBehind } from './mail-servers.ts';
import { metricsOf } from './metrics.ts';
import { defaultSocket, keyDirOf, spoolDirOf, sqlitePath } from './paths.ts';
import { passwordInUrl, schemaProblems } from './problems.ts';
import type { KeyPath, Source } from './problems.ts';
import { providersOf } from './providers.ts';
import { keysAt } from './schema-keys.ts';
import { schemaFor } from './schema.ts';
import type { AnyConfigFile } from './schema.ts';
import { requireConfig } from './search.ts';
import type { Where } from './search.ts';
import { readSource, refuse } from './source.ts';
import { together } from './together.ts';
import { ConfigError } from './types.ts';
import type { Config, TlsFiles } from './types.ts';

/** Finds and reads the configuration; rejects with ConfigError naming every problem at once. */
export async function loadConfig(where: Where): Promise<Config> {
  const path = await requireConfig(where);
  return readConfig(path, await readFile(path), where.env);
}

/** The same for a file already read; `path` is absolute and names it in problems. */
export function readConfig(path: string, bytes: Uint8Array, env: NodeJS.ProcessEnv): Config {
  const source = readSource(path, bytes);
  return configOf(source, source.document.toJS(), env);
}

/**
 * The configuration that `value` is; what is wrong with it is told where it stands in `source`, whose folder paths are
 * relative to. Rejects with ConfigError naming every problem at once.
 */
export function configOf(source: Source, value: unknown, env: NodeJS.ProcessEnv): Config {
  const inUrl = passwordInUrl(source);
  const schema = schemaFor(value);
  const said = firstServerSaid(value ?? {});
  const parsed = schema.safeParse(said.file);
  const known = (at: KeyPath): string[] => keysAt(schema, at);
  // What is wrong with the first mail server is told where it stands.
  const issues = (parsed.error?.issues ?? []).filter(
    ({ path: [section, key] }) => section !== 'mail' || !said.given.has(String(key)),
  );
  refuse([...inUrl, ...schemaProblems(source, issues, known)]);
  if (!parsed.success) throw new ConfigError([`${source.file}: not a configuration`]);
  const file: AnyConfigFile = parsed.data;
  const config = absolute(source.file, file);
  refuse(together(source, file, config, env));
  return config;
}

function absolute(path: string, file: AnyConfigFile): Config {
  const dir = dirname(path);
  const at: At = (name) => (name === undefined ? null : resolve(dir, name));
  const tls = (files: TlsFiles | undefined): TlsFiles | null =>
    files === undefined
      ? null
      : { certFile: resolve(dir, files.certFile), keyFile: resolve(dir, files.keyFile) };
  const store = storeOf(path, file.store, at);
  const beside = store.kind === 'sqlite' ? store.path : path;
  const host = file.host ?? hostname();
  return {
    path,
    store,
    http:
      file.http === undefined
        ? null
        : {
            listen: file.http.listen,
            ...(file.http.proxy === undefined ? {} : { proxy: file.http.proxy }),
            publicUrl: file.http.publicUrl ?? null,
            ...(file.http.linkDays === undefined ? {} : { linkDays: file.http.linkDays }),
            tls: tls(file.http.tls),
          },
    ...(file.calendars === undefined ? {} : { calendars: file.calendars }),
    smtp:
      file.smtp === undefined
        ? null
        : {
            listen: file.smtp.listen,
            ...(file.smtp.proxy === undefined ? {} : { proxy: file.smtp.proxy }),
            ...(file.smtp.submission === undefined ? {} : { submission: file.smtp.submission }),
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
            behind: serversBehind(file.mail, at),
            replyTo: file.mail.replyTo ?? null,
            replyWorks: file.mail.replyWorks,
            ...(file.mail.requireDmarc ? { requireDmarc: true } : {}),
          },
    ...(file.imap === undefined ? {} : { imap: imapOf(file.imap, at) }),
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
            ...(file.twilio.voice === undefined
              ? {}
              : {
                  voice: {
                    from: file.twilio.voice.from ?? null,
                    voice: file.twilio.voice.voice ?? null,
                    language: file.twilio.voice.language ?? null,
                  },
                }),
          },
    providers: providersOf(file.providers, at),
    paging: { atOnce: file.paging.atOnce, everyMs: file.paging.everySeconds * 1_000 },
    catchAll: file.catchAll,
    api: {
      socket: at(file.api.socket) ?? defaultSocket(beside),
      listen: file.api.listen ?? null,
      tokenFile: at(file.api.tokenFile),
    },
    cluster: clusterOf(file.cluster, at),
    spool: at(file.cluster?.spool) ?? spoolDirOf(beside),
    watch:
      file.watch === undefined
        ? null
        : {
            pingUrl: file.watch.pingUrl ?? null,
            everySeconds: file.watch.everySeconds,
            ...(file.watch.disks === undefined
              ? {}
              : { disks: file.watch.disks.map((folder) => resolve(dir, folder)) }),
            peers: file.watch.peers,
          },
    ...(file.metrics === undefined ? {} : { metrics: metricsOf(file.metrics, host) }),
    ...(file.drainSeconds === undefined ? {} : { drainMs: file.drainSeconds * 1_000 }),
    keyDir: at(file.keyDir) ?? keyDirOf(beside),
    host,
  };
}

/** A path as written, made absolute. */
type At = (name: string | undefined) => string | null;

function storeOf(path: string, store: AnyConfigFile['store'], at: At): Config['store'] {
  if (typeof store === 'string') {
    const database = sqlitePath(store, dirname(path));
    if (database === null) throw new ConfigError([`${path}: store: expected sqlite:PATH`]);
    return { kind: 'sqlite', path: database };
  }
  const { contactPoints, datacenter, keyspace, user, passwordFile, tls, replication } = store.cassandra;
  return {
    kind: 'cassandra',
    contactPoints,
    datacenter,
    keyspace,
    user: user ?? null,
    passwordFile: at(passwordFile),
    tls:
      tls === undefined
        ? null
        : {
            caFile: resolve(dirname(path), tls.caFile),
            certFile: at(tls.certFile),
            keyFile: at(tls.keyFile),
          },
    replication: replication ?? null,
  };
}

/** Null too when parts are missing: together.ts says which. */
function clusterOf(cluster: AnyConfigFile['cluster'], at: At): Config['cluster'] {
  const caFile = at(cluster?.tls?.caFile);
  const certFile = at(cluster?.tls?.certFile);
  const keyFile = at(cluster?.tls?.keyFile);
  const { listen, hosts } = cluster ?? {};
  if (listen === undefined || hosts === undefined || caFile === null) return null;
  if (certFile === null || keyFile === null) return null;
  return { listen, tls: { caFile, certFile, keyFile }, hosts };
}
