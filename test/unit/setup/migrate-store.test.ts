import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../../src/relay/config/types.ts';
import { migrateStore } from '../../../src/relay/setup/migrate-store.ts';
import { MIGRATIONS, migrate } from '../../../src/relay/store/sqlite/migrations.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { temporary } from '../store/temporary.ts';

const STEPS = MIGRATIONS.map(({ number, name }) => `${number} ${name}`);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function run(path: string, dryRun = false) {
  const steps: string[] = [];
  const config = { path: 'relay.yaml', store: { kind: 'sqlite', path } } as Config;
  const secrets = { cassandraPassword: () => Promise.resolve(null) };
  const done = await migrateStore({
    config,
    secrets,
    dryRun,
    log: silent,
    onStep: (text) => steps.push(text),
  });
  return { ...done, steps };
}

describe('relay store migrate on SQLite', () => {
  const { path, open } = temporary();

  /** A database as a former version left it. */
  const former = (): string => {
    const file = path();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA journal_mode = WAL');
    migrate(db, 0, MIGRATIONS.slice(0, 1));
    db.close();
    return file;
  };

  it('makes no database: the daemon does, as who it runs as', async () => {
    const file = path();
    expect((await run(file)).notes).toEqual([expect.stringContaining('there is no database yet')]);
    expect(existsSync(file)).toBe(false);
  });

  it('says of one in use that its daemon has done it', async () => {
    const file = path();
    await open(file);
    expect(await run(file)).toMatchObject({
      applied: [],
      notes: ['it is in use: the daemon does this by itself at its start, so it has been done'],
    });
  });

  it('does what a former version lacks, and nothing the second time', async () => {
    const file = former();
    expect(await run(file, true)).toMatchObject({
      applied: [],
      stood: STEPS.slice(0, 1),
      toDo: STEPS.slice(1),
    });
    expect(await run(file)).toMatchObject({
      applied: STEPS.slice(1),
      steps: STEPS.slice(1).map((step) => `schema step ${step}`),
    });
    expect(await run(file)).toMatchObject({ applied: [], stood: STEPS, toDo: [], steps: [] });
  });

  it('leaves what is no database alone', async () => {
    const file = path();
    writeFileSync(file, 'these are my notes, and they are longer than nothing'.repeat(40));
    await expect(run(file)).rejects.toThrow(StoreUnavailableError);
  });
});
