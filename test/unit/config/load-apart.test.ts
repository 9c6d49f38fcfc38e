import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfigApart } from '../../../src/relay/config/load-apart.ts';

test('a configuration that a stuck disk or a busy machine keeps from being read in time is refused with that reason', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'relay-config-'));
  onTestFinished(() => rm(cwd, { recursive: true }));
  await writeFile(join(cwd, 'relay.yaml'), 'domain: alerts.example.com\n');
  await expect(loadConfigApart({ flag: 'relay.yaml', env: {}, cwd }, 1)).rejects.toThrow(
    /^reading the configuration failed: it took longer than 0\.001 s\. See whether/,
  );
});
