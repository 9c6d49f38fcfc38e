/** The jars of a real Cassandra: copied once by Maven from Maven Central, for releases and for tests. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { told } from './progress.ts';
import { run } from '../run.ts';

const POM = fileURLToPath(new URL('pom.xml', import.meta.url));
/** Named with its version: Maven's own choice is old, and would change with Maven. */
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';
const COPY = `${PLUGIN}:copy-dependencies`;
/** Maven's goal that fetches one file. */
export const COPY_ONE = `${PLUGIN}:copy`;

/** The jars' paths in a fixed order, or null as long as they haven't been fetched. */
export function fetchedJars(home: string): string[] | null {
  const folder = jarsFolder(home);
  if (!existsSync(folder)) return null;
  // One by one and in order: a class archive is bound to exactly this class path, and takes no wildcard.
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * The jars, fetched if need be: a minute at first, 70 MB. To be called under the home's lock. Rejects with what Maven
 * said when it can't get them.
 */
export async function fetchJars(home: string): Promise<string[]> {
  const there = fetchedJars(home);
  if (there !== null) return there;
  const folder = mkdtempSync(join(home, 'fetching-'));
  try {
    await told('fetching the jars of Cassandra from Maven Central, once (70 MB)', () =>
      run('mvn', ['-B', '-q', '-f', POM, COPY, '-DincludeScope=runtime', `-DoutputDirectory=${folder}`]),
    );
    // The folder appears under its name only when it is whole: a crash half-way leaves nothing that looks complete.
    renameSync(folder, jarsFolder(home));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return fetchedJars(home) ?? [];
}

/** Named for the version, so that another one in pom.xml is fetched anew. */
const jarsFolder = (home: string): string => join(home, `jars-${cassandraVersion()}`);

/** Which Cassandra hosts and tests run: pom.xml says it, and nothing else. */
export function cassandraVersion(): string {
  const version = /<artifactId>cassandra-all<\/artifactId>\s*<version>([^<]+)</.exec(
    readFileSync(POM, 'utf8'),
  );
  if (version?.[1] === undefined) throw new Error(`${POM} names no version of cassandra-all`);
  return version[1];
}
