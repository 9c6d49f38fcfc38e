/** What can only be said of several keys together. */
import { isIP } from 'node:net';
import { formatListen, parseListen } from './listen.ts';
import { metricsProblems } from './metrics.ts';
import { SOCKET_PATH_MAX_BYTES } from './paths.ts';
import { line } from './problems.ts';
import type { KeyPath, Source } from './problems.ts';
import { sayOfProviders } from './providers.ts';
import { replicationProblem } from './replication.ts';
import type { AnyConfigFile } from './schema.ts';
import type { CassandraStore, Config, ImapMailbox } from './types.ts';

type Say = (path: KeyPath, text: string) => void;

/** A line for each thing that doesn't go with another. `file` is as written, `config` what was made of it. */
export function together(
  source: Source,
  file: AnyConfigFile,
  config: Config,
  env: NodeJS.ProcessEnv,
): string[] {
  const problems: string[] = [];
  const say: Say = (path, text) => void problems.push(line(source, path, text));
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
  sayOfSubmission(config.smtp, say);
  sayOfImap(config.imap ?? [], env, say);
  const answersByImap = config.imap?.some(({ replies }) => replies) === true;
  if (config.mail?.replyWorks === true && config.smtp === null && !answersByImap) {
    say(
      ['mail', 'replyWorks'],
      'expected smtp.domain and smtp.listen as well, or imap for replies: how else do they come in?',
    );
  }
  sayOfProviders(file.providers, env, say);
  if (config.store.kind === 'cassandra') sayOfCassandra(config.store, env, say);
  sayOfCluster(file, config, say);
  sayOfWatch(config, say);
  if (file.metrics !== undefined) {
    for (const { key, text } of metricsProblems(file.metrics, config.cluster !== null))
      say(['metrics', key], text);
  }
  return problems;
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== '';

function sayOfSubmission(smtp: Config['smtp'], say: Say): void {
  if (smtp?.submission === undefined) return;
  const at: KeyPath = ['smtp', 'submission'];
  if (smtp.usersFile === null)
    say(at, 'expected smtp.usersFile beside it: whoever submits mail there must log in');
  const { host, port } = smtp.submission;
  if (port !== 0 && host === smtp.listen.host && port === smtp.listen.port)
    say(at, `expected another port than smtp.listen, got ${formatListen(smtp.submission)} again`);
}

function sayOfImap(mailboxes: readonly ImapMailbox[], env: NodeJS.ProcessEnv, say: Say): void {
  mailboxes.forEach(({ server, mailbox, passwordFile, alerts, replies, replyAddress, service }, index) => {
    if (passwordFile === null && !isSet(env['RELAY_IMAP_PASSWORD'])) {
      say(
        ['imap', index, 'passwordFile'],
        'expected the path of a file that holds the password, or RELAY_IMAP_PASSWORD set, got neither',
      );
    }
    if (replies && replyAddress === null) {
      say(
        ['imap', index, 'replyAddress'],
        `expected an address such as relay+{token}@example.com that is delivered to this mailbox: "${server.user}" is no address that one could be made of`,
      );
    }
    if (!alerts && service !== null)
      say(['imap', index, 'service'], 'expected for: alerts beside it: answers have no service');
    const before = mailboxes.findIndex(
      (other) =>
        other.server.host === server.host && other.server.user === server.user && other.mailbox === mailbox,
    );
    if (before < index) say(['imap', index, 'url'], `expected each mailbox once, got ${mailbox} of it again`);
  });
}

function sayOfCassandra(store: CassandraStore, env: NodeJS.ProcessEnv, say: Say): void {
  const at = (key: string): KeyPath => ['store', 'cassandra', key];
  const password = store.passwordFile !== null || isSet(env['RELAY_CASSANDRA_PASSWORD']);
  if (store.user !== null && !password) {
    say(at('user'), 'expected passwordFile beside it, or RELAY_CASSANDRA_PASSWORD set, got neither');
  }
  if (store.user === null && store.passwordFile !== null) {
    say(at('passwordFile'), 'expected user beside it: whose password is it?');
  }
  if (store.tls === null && !store.contactPoints.every(isLoopback)) {
    say(
      at('tls'),
      'expected caFile below it: without TLS anybody on the way can read and change pages, so only nodes on ' +
        'this machine may do without',
    );
  }
  if (store.tls !== null && (store.tls.certFile === null) !== (store.tls.keyFile === null)) {
    say(at('tls'), 'expected certFile and keyFile together, or neither');
  }
  const { replication } = store;
  if (replication === null) return;
  if (!(store.datacenter in replication)) {
    say(
      at('datacenter'),
      `expected one of store.cassandra.replication: ${Object.keys(replication).join(', ')}, got "${store.datacenter}"`,
    );
  }
  const problem = replicationProblem(replication);
  if (problem !== null) say(at('replication'), `expected ${problem}`);
}

function isLoopback(contactPoint: string): boolean {
  const host = parseListen(contactPoint)?.host ?? '';
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function sayOfCluster(file: AnyConfigFile, config: Config, say: Say): void {
  const { cluster } = file;
  if (cluster === undefined) return;
  const parts = (['listen', 'tls', 'hosts'] as const).filter((key) => cluster[key] !== undefined);
  const [first] = parts;
  if (first === undefined) return;
  if (config.store.kind === 'sqlite') {
    say(
      ['cluster', first],
      'expected store.cassandra as well: several hosts need a store that they share (on SQLite only cluster.spool is used)',
    );
    return;
  }
  if (config.cluster === null) {
    say(['cluster'], `expected listen, tls and hosts together, got ${parts.join(' and ')} only`);
    return;
  }
  sayOfHosts(config.cluster.hosts, config, config.store, say);
}

function sayOfHosts(
  hosts: NonNullable<Config['cluster']>['hosts'],
  config: Config,
  store: CassandraStore,
  say: Say,
): void {
  for (const key of ['name', 'address'] as const) {
    hosts.forEach((host, index) => {
      const before = hosts.findIndex((other) => other[key].toLowerCase() === host[key].toLowerCase());
      if (before < index)
        say(['cluster', 'hosts', index, key], `expected each once, got "${host[key]}" again`);
    });
  }
  const own = hosts.findIndex(({ name }) => name === config.host);
  const datacenter = hosts[own]?.datacenter;
  if (datacenter === undefined) {
    say(
      ['host'],
      `expected the name of this host in cluster.hosts (${hosts.map(({ name }) => name).join(', ')}), got ` +
        `"${config.host}"; without the key host it is the machine's name`,
    );
  } else if (datacenter !== store.datacenter) {
    say(
      ['cluster', 'hosts', own, 'datacenter'],
      `expected what store.cassandra.datacenter says ("${store.datacenter}"), since this is the host that reads it, got "${datacenter}"`,
    );
  }
}

function sayOfWatch(config: Config, say: Say): void {
  config.watch?.peers.forEach(({ name }, index, peers) => {
    if (peers.findIndex((other) => other.name === name) < index)
      say(['watch', 'peers', index, 'name'], `expected each once, got "${name}" again`);
  });
}
