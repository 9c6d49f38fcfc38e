import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errandOf } from '../../../../src/cli/hand-in/errand.ts';
import { handIn } from '../../../../src/cli/hand-in/hand-in.ts';
import { bringOut } from '../../../../src/cli/hand-in/away.ts';
import { errandFile } from '../../../../src/relay/config/outbox.ts';
import { standIn, type StandIn } from '../../api/stand-in.ts';
import { configFor } from '../run-quick.ts';

let relay: StandIn;
let folder: string;
beforeEach(async () => {
  relay = await standIn();
  folder = join(relay.dir, 'state/relay/outbox');
  await mkdir(folder, { recursive: true });
});
afterEach(() => relay.close());

const values = () => ({ config: configFor(relay) });
const io = () => ({
  env: { XDG_STATE_HOME: join(relay.dir, 'state'), XDG_CONFIG_HOME: relay.dir },
  cwd: relay.dir,
});

/** An earlier command left it; resolves with its file's name. */
async function kept(said: Record<string, unknown>, saidAtMs: number): Promise<string> {
  const errand = errandOf('/v1/send', said);
  const name = errandFile({ ...errand.body, saidAtMs });
  await writeFile(join(folder, name), JSON.stringify({ ...errand, body: { ...errand.body, saidAtMs } }));
  return name;
}

const taken = (): string[] =>
  relay.accepted.flatMap(({ input }) =>
    input.kind === 'alert' ? input.events.map((one) => one.summary) : [],
  );

test('what was kept goes out behind the next command that gets through', async () => {
  await kept({ text: 'disk full' }, 1);
  await handIn(errandOf('/v1/send', { text: 'cpu hot' }), values(), io());
  expect(taken()).toEqual(['cpu hot', 'disk full']);
  expect(await readdir(folder)).toEqual([]);
});

test('the end of something goes out after what was kept, which may be its beginning', async () => {
  await kept({ text: 'disk full', key: 'disk' }, 1);
  await handIn(errandOf('/v1/send', { text: 'disk has room', key: 'disk', resolve: true }), values(), io());
  expect(taken()).toEqual(['disk full', 'disk has room']);
});

test('an end waits behind what nobody takes now, and goes out after it', async () => {
  await kept({ text: 'disk full', key: 'disk' }, 1);
  const said = errandOf('/v1/send', { text: 'disk has room', key: 'disk', resolve: true });
  const away = { config: join(relay.dir, 'none.yaml') };
  expect(await handIn(said, away, io())).toMatchObject({ how: 'kept' });
  expect(taken()).toEqual([]);
  expect(await bringOut(values(), io())).toMatchObject({ out: 2, left: 0 });
  expect(taken()).toEqual(['disk full', 'disk has room']);
});

test('one that relay refuses stays, holds up no other, and is no failure of the command that got through', async () => {
  const refused = await kept({ text: 'disk full', service: 'gone' }, 1);
  await kept({ text: 'raid degraded' }, 2);
  const handed = await handIn(errandOf('/v1/send', { text: 'cpu hot' }), values(), io());
  expect(handed).toMatchObject({ how: 'daemon', by: null });
  expect(taken()).toEqual(['cpu hot', 'raid degraded']);
  expect(await readdir(folder)).toEqual([refused]);
});

test('asked for what was kept, it says which relay refuses, and why', async () => {
  const refused = await kept({ text: 'disk full', service: 'gone' }, 1);
  await kept({ text: 'raid degraded' }, 2);
  expect(await bringOut(values(), io())).toEqual({
    out: 1,
    left: 1,
    refused: [{ file: join(folder, refused), why: expect.stringContaining('There is no service gone') }],
  });
});
