/** `npm run release`: builds the file that hosts are given. */
import { resolve } from 'node:path';
import { buildRelease } from './build.ts';
import { releaseCommand } from './command.ts';
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

await releaseCommand(
  HELP,
  { as: { type: 'string' } },
  ({ arch, as, out }, tell) =>
    buildRelease({
      root,
      out: resolve(out),
      arch: readArch(arch),
      ...(as === undefined ? {} : { version: as }),
      tell,
    }),
  ({ version, node, builtFrom }) => `relay ${version} with Node ${node}, built from ${builtFrom}`,
);
