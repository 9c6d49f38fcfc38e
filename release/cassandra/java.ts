/** Finds a Java 17, and programs on the PATH. Nothing is started to find out. */
import { accessSync, constants, existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Cassandra 5.0 is made for 11 and 17; the flags that it is started with are those of 17. */
const JAVA_MAJOR = 17;
const JVM_FOLDER = '/usr/lib/jvm';

/** A Java 17: its program, and its whole version, which a class archive is bound to. */
export interface Java {
  program: string;
  version: string;
}

/** A JDK 17 that can make runtimes: its folder and its whole version. */
export interface Jdk {
  home: string;
  version: string;
}

/** The first Java 17 of JAVA_HOME, the PATH and Debian's folder of JVMs; null where there is none. */
export function findJava(): Java | null {
  const found = homes().find(({ home }) => runs(join(home, 'bin/java')));
  return found === undefined ? null : { program: join(found.home, 'bin/java'), version: found.version };
}

/** The first JDK 17 with jlink and jmods; null where there is none. */
export function findJdk(): Jdk | null {
  return (
    homes().find(
      ({ home }) => runs(join(home, 'bin/jlink')) && existsSync(join(home, 'jmods/java.base.jmod')),
    ) ?? null
  );
}

/** Every folder that says it is a Java 17. */
function homes(): Jdk[] {
  const set = process.env['JAVA_HOME'];
  const folders = [
    ...(set === undefined || set === '' ? [] : [set]),
    ...onPath('java').map((program) => dirname(dirname(program))),
    ...namesIn(JVM_FOLDER).map((name) => join(JVM_FOLDER, name)),
  ];
  return folders.flatMap((home) => {
    const version = releaseOf(home);
    return version !== null && Number.parseInt(version, 10) === JAVA_MAJOR ? [{ home, version }] : [];
  });
}

/** Every file of that name on the PATH that can be run, links followed. */
export function onPath(name: string): string[] {
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
