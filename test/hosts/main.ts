/** `npm run test:hosts`: the scenarios on five real hosts, those of an inventory or the lab's. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const USAGE = `Five real hosts, from bare to paging, broken and removed again.

  npm run test:hosts                               the lab beside this checkout (or RELAY_LAB)
  npm run test:hosts -- --inventory cluster.yaml   five hosts of your own: EVERYTHING OF RELAY ON THEM IS REMOVED
  npm run test:hosts -- --cut                      what fits into ten minutes: install, again, firewall (some of the
                                                   ports), local first, remove
  npm run test:hosts -- --rate 4                   alerts a second during an upgrade and the like, instead of 20:
                                                   for five hosts that share two cores

Of an inventory, hosts, ssh and admins are taken. They must be bare, reached by ssh with sudo, and reach nothing of
yours: pages go to a stand-in on this machine.
`;

const { values, positionals } = parseArgs({
  options: {
    inventory: { type: 'string' },
    cut: { type: 'boolean', default: false },
    rate: { type: 'string', default: '20' },
    help: { type: 'boolean', default: false },
    reporter: { type: 'string', multiple: true },
    'outputFile.json': { type: 'string' },
  },
  allowPositionals: true,
});
if (values.help) {
  process.stdout.write(USAGE);
} else {
  const child = spawn(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      'vitest.hosts.config.ts',
      ...(values.reporter ?? []).map((name) => `--reporter=${name}`),
      ...(values['outputFile.json'] === undefined ? [] : [`--outputFile.json=${values['outputFile.json']}`]),
      ...positionals,
    ],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        RELAY_TEST_CUT: values.cut ? '1' : '0',
        RELAY_TEST_RATE: values.rate,
        ...(values.inventory === undefined ? {} : { RELAY_TEST_INVENTORY: resolve(values.inventory) }),
      },
    },
  );
  child.once('close', (code) => {
    process.exitCode = code ?? 1;
  });
}
