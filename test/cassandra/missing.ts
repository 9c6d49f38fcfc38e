/** What real Cassandra nodes need of a machine, and what to install where it lacks. Nothing is started to find out. */
import { accessSync, constants, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cassandraHome } from './home.ts';
import { fetchedJars } from './jars.ts';

/** Cassandra 5.0 is made for 11 and 17; the flags of jvm.ts are those of 17. */
const JAVA_MAJOR = 17;
const JVM_FOLDER = '/usr/lib/jvm';

/** A Java 17: its program, and its whole version, which a class archive is bound to. */
export interface Java {
  program: string;
  version: string;
}

/** The first Java 17 of JAVA_HOME, the PATH and Debian's folder of JVMs; null where there is none. */
export function findJava(): Java | null {
  const set = process.env['JAVA_HOME'];
  const homes = [
    ...(set === undefined || set === '' ? [] : [set]),
    ...onPath('java').map((program) => dirname(dirname(program))),
    ...namesIn(JVM_FOLDER).map((name) => join(JVM_FOLDER, name)),
  ];
  for (const home of homes) {
    const version = releaseOf(home);
    const program = join(home, 'bin/java');
    if (version !== null && Number.parseInt(version, 10) === JAVA_MAJOR && runs(program)) {
      return { program, version };
    }
  }
  return null;
}

/** Why real nodes can't be run on this machine, with what to do about it; null where they can. */
export function missing(): string | null {
  if (process.platform !== 'linux') {
    return 'real Cassandra nodes need Linux, where every address of 127.0.0.0/8 answers without being set up';
  }
  const lacks = [
    ...(findJava() === null ? [{ what: 'Java 17', debian: 'openjdk-17-jre-headless' }] : []),
    ...(onPath('mvn').length === 0 && fetchedJars(cassandraHome()) === null
      ? [{ what: 'Maven', debian: 'maven' }]
      : []),
  ];
  if (lacks.length === 0) return null;
  const install = `apt-get install ${lacks.map(({ debian }) => debian).join(' ')}`;
  return (
    `real Cassandra nodes need ${lacks.map(({ what }) => what).join(' and ')}: on Debian, ${install}` +
    (lacks[0]?.what === 'Java 17' ? ' (or set JAVA_HOME to any Java 17)' : '')
  );
}

/** Every file of that name on the PATH that can be run, links followed. */
function onPath(name: string): string[] {
  const folders = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return folders
    .map((folder) => join(folder, name))
    .flatMap((path) => (runs(path) ? [realpathSync(path)] : []));
}

/** A JDK says its version in a file, which spares starting it. */
function releaseOf(home: string): string | null {
  const text = textOf(join(home, 'release'));
  return (
    /^JAVA_RUNTIME_VERSION="([^"]+)"/m.exec(text)?.[1] ?? /^JAVA_VERSION="([^"]+)"/m.exec(text)?.[1] ?? null
  );
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
