/** `npm run release`: builds the file that hosts are given. */
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildRelease } from './build.ts';
import { readArch } from './runtime.ts';

const HELP = `npm run release builds dist/relay-VERSION-linux-ARCH.tar.gz and its .sha256: Relay with its own Node, for hosts
without npm and without a network. It takes what npm ci has brought; only another machine's Node is fetched.

  --arch ARCH     x64 or arm64; default: this machine's
  --as VERSION    call it so, instead of the version in package.json; to try an upgrade, say
  --out DIR       default: dist
  --json          print what was built as JSON
  --help          this

  npm run release
  npm run release -- --arch arm64
  npm run release -- --as 0.1.1-rc1 --json`;

const root = resolve(import.meta.dirname, '..');

try {
  const { values } = parseArgs({
    options: {
      arch: { type: 'string', default: process.arch },
      as: { type: 'string' },
      out: { type: 'string', default: 'dist' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) process.stdout.write(`${HELP}\n`);
  else {
    const beganMs = performance.now();
    const built = await buildRelease({
      root,
      out: resolve(values.out),
      arch: readArch(values.arch),
      ...(values.as === undefined ? {} : { version: values.as }),
      tell: (text) => void process.stderr.write(`release: ${text}\n`),
    });
    if (values.json) process.stdout.write(`${JSON.stringify(built)}\n`);
    else {
      const tookS = ((performance.now() - beganMs) / 1_000).toFixed(1);
      process.stdout.write(
        `${relative(process.cwd(), built.file)}  ${(built.sizeBytes / 1_048_576).toFixed(1)} MiB in ${tookS} s\n` +
          `sha256 ${built.sha256}\nrelay ${built.version} with Node ${built.node}, built from ${built.builtFrom}\n`,
      );
    }
  }
} catch (error) {
  process.stderr.write(`release: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
