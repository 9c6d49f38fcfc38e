import { expect, test } from 'vitest';
import { replaceHost } from '../../../../src/cli/hosts/replace.ts';
import type { Io } from '../../../../src/cli/quick-command.ts';

const io = { out: () => undefined, err: () => undefined, env: {} } as Partial<Io> as Io;
const flags = { yes: true, json: false, 'force-unlock': false };

test('an address of a dead host that is none is refused before anything is read or asked', async () => {
  const replaced = replaceHost({ file: '/nonexistent/cluster.yaml' }, 'c1', 'foo', flags, io);
  await expect(replaced).rejects.toThrow('--from: expected the address that the dead host had');
});
