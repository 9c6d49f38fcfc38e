/** `npm run release:cassandra`: builds the Cassandra that hosts are given. */
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
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

try {
  const { values } = parseArgs({
    options: {
      arch: { type: 'string', default: process.arch },
      jmods: { type: 'string' },
      out: { type: 'string', default: 'dist' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) process.stdout.write(`${HELP}\n`);
  else {
    const beganMs = performance.now();
    const built = await buildCassandra({
      root,
      out: resolve(values.out),
      arch: readArch(values.arch),
      jmods: values.jmods === undefined ? null : resolve(values.jmods),
      tell: (text) => void process.stderr.write(`release: ${text}\n`),
    });
    if (values.json) process.stdout.write(`${JSON.stringify(built)}\n`);
    else {
      const tookS = ((performance.now() - beganMs) / 1_000).toFixed(1);
      process.stdout.write(
        `${relative(process.cwd(), built.file)}  ${(built.sizeBytes / 1_048_576).toFixed(1)} MiB in ${tookS} s\n` +
          `sha256 ${built.sha256}\nCassandra ${built.version} with Java ${built.java}\n`,
      );
    }
  }
} catch (error) {
  process.stderr.write(`release: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
