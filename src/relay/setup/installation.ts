/**
 * Writes an installation: folders, keys, the database with the first roster, and last relay.yaml. Each step leaves what
 * is there already, and relay.yaml says that all the others are done: after a crash a second run finishes the rest.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ServiceJson } from '../api/wire.ts';
import { readConfig } from '../config/load.ts';
import { ConfigError, type Config } from '../config/types.ts';
import { serviceAddresses } from '../config/addresses.ts';
import { openRosterBook } from '../engine/roster-book.ts';
import type { DnsFinding } from '../mail-dns/types.ts';
import { addPerson, replaceKey } from '../oncall/edits.ts';
import type { Roster } from '../oncall/types.ts';
import { isDatabaseThere } from '../store/sqlite/files.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { firstRoster } from './answers.ts';
import type { Answers } from './answers.ts';
import { setupClock } from './clock.ts';
import { configText } from './config-file.ts';
import { keyFilesIn, makeKeys } from './keys.ts';
import { handOver } from './owner.ts';
import type { Place } from './place.ts';
import { vanishedText } from './store-in-use.ts';
import { replaceFile, writeNew } from './write-whole.ts';

export interface Installation {
  config: string;
  socket: string;
  services: ServiceJson[];
  /** False: everything was there, and nothing has been touched. */
  changed: boolean;
  /** What a person should know about what has been done. */
  notes: string[];
  /** What DNS says of the mail that goes out and comes in; absent: not asked. */
  dns?: DnsFinding[];
  /** Whom to try it out on; null after a run that changed nothing. */
  firstPerson: string | null;
}

const BY = 'relay init';

/**
 * An installation that is whole already, or null. Rejects with ConfigError when its relay.yaml is broken, or when a database
 * that was worked with has vanished: another one in its place would know nobody.
 */
export async function existingInstallation(
  place: Place,
  env: NodeJS.ProcessEnv,
): Promise<Installation | null> {
  if (!existsSync(place.config)) return null;
  const config = readConfig(place.config, await readFile(place.config), env);
  await refuseVanished(config);
  const isStoreThere = config.store.kind !== 'sqlite' || isDatabaseThere(config.store.path);
  if (!isStoreThere || !existsSync(keyFilesIn(config.keyDir).tokenKey)) return null;
  return {
    config: place.config,
    socket: config.api.socket,
    services: [serviceAddresses(config, 'default', null, config.http?.listen ?? null)],
    changed: false,
    notes: [],
    firstPerson: null,
  };
}

/**
 * Makes what is missing. An existing relay.yaml is kept as it is; when only the keys have gone, or a database that nobody
 * has worked with, they are made anew beside it. Rejects with ConfigError (answers that can't be), StoreUnavailableError, or the system's error.
 */
export async function makeInstallation(
  place: Place,
  answers: Answers,
  env: NodeJS.ProcessEnv,
): Promise<Installation> {
  const existing = await existingInstallation(place, env);
  if (existing !== null) return existing;
  for (const dir of place.dirs) {
    await mkdir(dir, { recursive: true, mode: 0o750 });
  }
  const text = existsSync(place.config)
    ? await readFile(place.config)
    : Buffer.from(configText(answers.file, place, keyFilesIn(place.keyDir)));
  // Read as the daemon will, before anything is written that depends on it.
  const config = readConfig(place.config, text, env);
  await refuseVanished(config);
  const database = databaseOf(config);
  await mkdir(dirname(database), { recursive: true });
  await makeKeys(config.keyDir, config.smtp?.domain ?? config.host, setupClock.wallMs());
  for (const [path, secret] of Object.entries(answers.secrets ?? {}))
    await replaceFile(path, `${secret}\n`, 0o600);
  const key = randomBytes(16).toString('hex');
  const notes = await writeRoster(database, answers, key);
  await writeNew(place.config, text, 0o644);
  if (place.system) await handOver([...place.dirs, config.keyDir]);
  return {
    config: place.config,
    socket: config.api.socket,
    services: [serviceAddresses(config, 'default', key, config.http?.listen ?? null)],
    changed: true,
    notes: [...notes, ...limits(config)],
    firstPerson: answers.people[0]?.id ?? null,
  };
}

/** Also where relay.yaml went with it: nobody gets a new database who doesn't ask for one. */
async function refuseVanished(config: Config): Promise<void> {
  const vanished = await vanishedText(config);
  if (vanished !== null) throw new ConfigError([vanished]);
}

/** Rejects for a host of a cluster: its roster is there, and its keys must be those of the other hosts. */
function databaseOf(config: Config): string {
  if (config.store.kind === 'sqlite') return config.store.path;
  throw new ConfigError([
    `${config.path}: store: expected sqlite:PATH, since relay init sets up one host alone; with cassandra, copy ` +
      `the keys of another host of this relay to ${config.keyDir}`,
  ]);
}

/**
 * The roster to begin with. One that an earlier, unfinished run wrote is replaced: nobody has seen its key. One that
 * has been worked with (its relay.yaml was lost) stays, with another key for its default service.
 */
async function writeRoster(database: string, answers: Answers, key: string): Promise<string[]> {
  const keyHash = createHash('sha256').update(key).digest('hex');
  const store = await openSqliteStore({ path: database });
  try {
    const book = await openRosterBook({ store, clock: setupClock, newOp: randomUUID });
    try {
      const before = book.current();
      const fresh = before.version <= 1;
      await book.edit(BY, (roster) =>
        fresh ? firstRoster(answers.people, keyHash) : rejoin(roster, answers, keyHash),
      );
      return fresh
        ? []
        : [
            `${database} had a roster already (version ${before.version}): it was kept, with a new key for its default service`,
          ];
    } finally {
      book.close();
    }
  } finally {
    await store.close();
  }
}

/** What won't work here, so that nobody is surprised at night. */
function limits(config: Config): string[] {
  return [
    ...(config.twilio === null ? ['no SMS: pages go by mail only'] : []),
    ...(config.mail === null ? ['no mail: pages go by SMS only'] : []),
    ...(config.twilio !== null && config.twilio.authTokenFile === null
      ? ['the Twilio token is kept nowhere: set RELAY_TWILIO_AUTH_TOKEN for the daemon as well']
      : []),
    ...(config.mail !== null && config.mail.replyWorks === 'auto'
      ? ['pages offer an answer by mail once mail to the domain is seen to come in here: `relay status`']
      : []),
  ];
}

function rejoin(roster: Roster, answers: Answers, keyHash: string): Roster {
  const known = new Set(roster.people.map(({ id }) => id));
  const people = answers.people.filter(({ id }) => !known.has(id));
  return replaceKey(people.reduce(addPerson, roster), roster.defaultService, keyHash);
}
