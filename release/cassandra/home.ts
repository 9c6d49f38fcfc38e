/** Where what is fetched for Cassandra is kept, and what tests note: the jars, the class archive, which clusters run. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * RELAY_CASSANDRA_HOME, or a folder below node_modules that git ignores and that stays until the packages are
 * installed anew. Readable by its owner only: the notes of running clusters lie there.
 */
export function cassandraHome(): string {
  const set = process.env['RELAY_CASSANDRA_HOME'];
  const home =
    set === undefined || set === '' ? join(PROJECT, 'node_modules/.cache/relay-cassandra') : resolve(set);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return home;
}
