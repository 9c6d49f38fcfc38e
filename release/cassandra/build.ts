/** From Maven Central and a JDK to the file that hosts are given. */
import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { builtFrom } from '../built-from.ts';
import { pack, type Packed } from '../pack.ts';
import type { Arch } from '../runtime.ts';
import { EXPORTER_VERSION, fetchExporter } from './exporter.ts';
import { cassandraHome } from './home.ts';
import { cassandraVersion, fetchJars } from './jars.ts';
import { findJdk } from './java.ts';
import { makeRuntime } from './java-runtime.ts';
import { withLock } from './lock.ts';

/** What release.json says of it. */
export interface CassandraRelease {
  name: 'relay-cassandra';
  version: string;
  arch: Arch;
  java: string;
  jmxExporter: string;
  builtFrom: string;
}

export interface CassandraBuildOptions {
  root: string;
  /** The folder for the file. */
  out: string;
  arch: Arch;
  /** The jmods of a JDK for `arch`, when that isn't this machine's. */
  jmods: string | null;
  tell: (text: string) => void;
}

const ELSEWHERE = /-(?:osx|windows)-|-riscv64\.jar$/u;
const MADE_FOR: Record<Arch, RegExp> = { x64: /-x86_64\.jar$/u, arm64: /-aarch_64\.jar$/u };

/** Whether a jar of native code has any use on a Linux host with that processor. */
export function isForHost(jar: string, arch: Arch): boolean {
  if (ELSEWHERE.test(jar)) return false;
  const other = arch === 'x64' ? 'arm64' : 'x64';
  return !MADE_FOR[other].test(jar);
}

/** Rejects with what to install (a JDK 17, Maven), or with what Maven or jlink said. */
export async function buildCassandra(options: CassandraBuildOptions): Promise<CassandraRelease & Packed> {
  const { root, out, arch, jmods, tell } = options;
  const jdk = findJdk();
  if (jdk === null) {
    throw new Error(
      'a JDK 17 with jlink and jmods is needed: on Debian 12, apt-get install openjdk-17-jdk-headless, or set ' +
        'JAVA_HOME to any JDK 17',
    );
  }
  const version = cassandraVersion();
  const home = cassandraHome();
  tell(`jars of Cassandra ${version}`);
  const [jars, exporter] = await withLock(join(home, 'lock.db'), async () => [
    await fetchJars(home),
    await fetchExporter(home),
  ]);
  const { commit, atSeconds } = await builtFrom(root);
  const scratch = await mkdtemp(join(tmpdir(), 'relay-cassandra-release-'));
  try {
    const top = join(scratch, `relay-cassandra-${version}`);
    const host = join(import.meta.dirname, 'host');
    await mkdir(join(top, 'lib'), { recursive: true });
    for (const name of ['bin', 'conf']) await cp(join(host, name), join(top, name), { recursive: true });
    await copyFile(join(root, 'LICENSE'), join(top, 'LICENSE'));
    for (const jar of jars.filter((one) => isForHost(one, arch)))
      await copyFile(jar, join(top, 'lib', basename(jar)));
    // Without its version: a host's configuration needn't change with it.
    await copyFile(exporter, join(top, 'lib/jmx_prometheus_javaagent.jar'));
    tell(`Java ${jdk.version} for ${arch}`);
    await makeRuntime({ jdk, arch, jmods, to: join(top, 'runtime') });
    const release: CassandraRelease = {
      name: 'relay-cassandra',
      version,
      arch,
      java: jdk.version,
      jmxExporter: EXPORTER_VERSION,
      builtFrom: commit,
    };
    await writeFile(join(top, 'release.json'), `${JSON.stringify(release, null, 2)}\n`);
    tell('packing');
    await mkdir(out, { recursive: true });
    const packed = await pack(top, join(out, `relay-cassandra-${version}-linux-${arch}.tar.gz`), atSeconds);
    return { ...release, ...packed };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
