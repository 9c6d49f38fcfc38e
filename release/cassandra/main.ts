/** `npm run release:cassandra`: builds the Cassandra that hosts are given. */
import { resolve } from 'node:path';
import { releaseCommand } from '../command.ts';
import { readArch } from '../runtime.ts';
import { buildCassandra } from './build.ts';

const HELP = `npm run release:cassandra builds dist/relay-cassandra-5.0.N-linux-ARCH.tar.gz and its .sha256: Cassandra from Maven
Central with a Java 17 of its own, so that a host needs no Java. It needs Maven and a JDK 17 (on Debian 12:
apt-get install maven openjdk-17-jdk-headless). The first time it fetches 70 MB.

  --arch ARCH     x64 or arm64; default: this machine's
  --jmods DIR     with another machine's --arch: the jmods of a JDK 17 for it, of the same version as the one here
  --out DIR       default: dist
  --json          print what was built as JSON
  --help          this

  npm run release:cassandra
  npm run release:cassandra -- --arch arm64 --jmods jdk-17-aarch64/jmods`;

const root = resolve(import.meta.dirname, '../..');

await releaseCommand(
  HELP,
  { jmods: { type: 'string' } },
  ({ arch, jmods, out }, tell) =>
    buildCassandra({
      root,
      out: resolve(out),
      arch: readArch(arch),
      jmods: jmods === undefined ? null : resolve(jmods),
      tell,
    }),
  ({ version, java }) => `Cassandra ${version} with Java ${java}`,
);
