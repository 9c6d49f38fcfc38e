import { readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { accounts, files, packages, releases, units } from '../../../../src/relay/hosts/apply/host-phases.ts';
import { PhaseError, runPhases } from '../../../../src/relay/hosts/apply/run-phases.ts';
import { survey } from '../../../../src/relay/hosts/apply/survey.ts';
import { type HostPlan, isDone } from '../../../../src/relay/hosts/plan/types.ts';
import { HostError } from '../../../../src/relay/hosts/ssh/port.ts';
import { sandbox } from '../sandbox.ts';
import { hostOf } from '../ssh/rig.ts';
import { type OneHost, oneHost, plain, silent, unitCalls } from './one-host.ts';

const phases = [packages, accounts, releases, files, units('units', {})];

async function apply({ ground }: OneHost): Promise<void> {
  const { work, failures } = await survey(ground);
  if (failures.length > 0) throw new PhaseError('connect', failures);
  await runPhases(phases, work, silent, () => 0);
}

const planOf = async ({ ground }: OneHost): Promise<HostPlan | undefined> =>
  (await survey(ground)).work.hosts[0]?.plan;

const isApplied = async (one: OneHost): Promise<boolean> => {
  const plan = await planOf(one);
  return plan !== undefined && isDone(plan);
};

describe('apply on a host', () => {
  test('makes it so, and then has nothing to do', async () => {
    await using host = await sandbox();
    const one = await oneHost([host]);
    await apply(one);
    expect(await isApplied(one)).toBe(true);
    expect(await readFile(one.at('config'), 'utf8')).toBe('one\n');
    expect((await stat(one.at('key'))).mode & 0o777).toBe(0o600);
    expect(await readlink(host.at('/opt/relay/current'))).toBe('0.1.0');
    expect(await unitCalls(host)).toEqual(['start']);
    await apply(one);
    expect(await unitCalls(host)).toEqual(['start']);
  });

  test('a unit that a package started with its own files is restarted with ours', async () => {
    await using host = await sandbox();
    const one = await oneHost([host]);
    await host.program('apt-get', `touch ${host.folder}/state/haproxy ${host.folder}/state/active`);
    await apply(one);
    expect(await unitCalls(host)).toEqual(['restart']);
    expect(await isApplied(one)).toBe(true);
  });

  test('a changed file restarts its unit once, a changed key reloads it, others leave it alone', async () => {
    await using host = await sandbox();
    const one = await oneHost([host]);
    await apply(one);
    one.wanted.files[0] = plain(one.at('config'), 'two\n');
    await apply(one);
    one.wanted.files[1] = plain(one.at('key'), 'secret two', { secret: true, mode: 0o600 });
    await apply(one);
    one.wanted.files.push(plain(one.at('other'), 'x'));
    await apply(one);
    expect(await unitCalls(host)).toEqual(['start', 'restart', 'reload-or-restart']);
    expect(await isApplied(one)).toBe(true);
  });

  test('what stood there before is kept, and comes back when relay wants the file no longer', async () => {
    await using host = await sandbox();
    const one = await oneHost([host]);
    await apply(one);
    await writeFile(one.at('other'), "Debian's own\n");
    one.wanted.files.push(plain(one.at('other'), 'ours\n'));
    await apply(one);
    expect(await readFile(one.at('other'), 'utf8')).toBe('ours\n');
    one.wanted.files.pop();
    await apply(one);
    expect(await readFile(one.at('other'), 'utf8')).toBe("Debian's own\n");
    expect(await isApplied(one)).toBe(true);
  });

  test('a file that its check refuses changes nothing, and the check is heard', async () => {
    await using host = await sandbox();
    const one = await oneHost([host]);
    await apply(one);
    one.wanted.files[0] = plain(one.at('config'), 'broken', { check: 'echo "line 1: nonsense" >&2; exit 1' });
    const failed = await failure(apply(one));
    expect(failed).toMatchObject({ phase: 'files' });
    expect(failed.failures[0]?.stderr).toContain('line 1: nonsense');
    expect(failed.message).toContain('a1: files: put');
    expect(await readFile(one.at('config'), 'utf8')).toBe('one\n');
    expect(await unitCalls(host)).toEqual(['start']);
  });

  test('a tarball that arrives otherwise than it was sent is refused', async () => {
    await using host = await sandbox();
    const one = await oneHost([host]);
    const { release } = one.ground;
    one.ground.release = (product, arch) => ({ ...release(product, arch), sha256: 'f'.repeat(64) });
    expect((await failure(apply(one))).failures[0]?.message).toContain('another sum');
    one.ground.release = release;
    await apply(one);
    expect(await isApplied(one)).toBe(true);
  });

  test('one host that fails leaves the others alone: they finish the phase, and nobody goes on', async () => {
    await using first = await sandbox();
    await using second = await sandbox({ ...hostOf({}), name: 'b1' });
    const one = await oneHost([first, second]);
    await first.program(
      'apt-get',
      'case "$*" in *update*) exit 0 ;; esac; echo "E: Unable to locate package haproxy" >&2; exit 100',
    );
    const failed = await failure(apply(one));
    expect(failed.failures.map(({ host }) => host)).toEqual(['a1']);
    expect(failed.failures[0]?.stderr).toContain('could not install: haproxy');
    expect(second.ran).toContain('install haproxy');
    expect(second.ran.some((what) => what.startsWith('put'))).toBe(false);
  });
});

describe('an apply that is cut off anywhere', () => {
  test.each([
    { heard: 'not done', breaks: false },
    { heard: 'done, but not heard of', breaks: true },
  ])('is finished by the next, whichever command was $heard', async ({ breaks }) => {
    const all = await runsOf(async () => undefined);
    expect(all.length).toBeGreaterThan(7);
    for (const at of all.keys()) {
      await using host = await sandbox();
      const one = await oneHost([host]);
      let count = 0;
      host.onRun = (what) => {
        if (count++ !== at) return false;
        if (!breaks) throw new HostError('a1', what, 255, 'Connection closed');
        return true;
      };
      await failure(apply(one));
      host.onRun = () => false;
      await apply(one);
      expect(await isApplied(one), `cut at ${all[at]}`).toBe(true);
      expect((await unitCalls(host)).length).toBeLessThanOrEqual(2);
    }
  });

  test("leaves Debian's own file in place, once it is back", async () => {
    await using host = await sandbox();
    const one = await oneHost([host]);
    await apply(one);
    await writeFile(one.at('other'), "Debian's own\n");
    one.wanted.files.push(plain(one.at('other'), 'ours\n'));
    await apply(one);
    one.wanted.files.pop();
    // What the host remembers is written twice: before anything changes, and at the end.
    await host.program(
      'sync',
      `case $1 in */relay-host/.new) echo x >> ${host.folder}/syncs; [ "$(wc -l < ${host.folder}/syncs)" -ne 2 ] ;; esac`,
    );
    await failure(apply(one));
    expect(await readFile(one.at('other'), 'utf8')).toBe("Debian's own\n");
    await host.program('sync', 'true');
    await apply(one);
    expect(await readFile(one.at('other'), 'utf8')).toBe("Debian's own\n");
    expect(await isApplied(one)).toBe(true);
  });

  test('a change that is cut off anywhere still restarts the unit', async () => {
    const change = async (one: OneHost): Promise<void> => {
      await apply(one);
      one.wanted.files[0] = plain(one.at('config'), 'two\n');
    };
    const all = await runsOf(change);
    for (const at of all.keys()) {
      await using host = await sandbox();
      const one = await oneHost([host]);
      await change(one);
      let count = 0;
      host.onRun = () => count++ === at;
      await failure(apply(one));
      host.onRun = () => false;
      await apply(one);
      expect(await isApplied(one), `cut at ${all[at]}`).toBe(true);
      expect((await unitCalls(host)).at(-1), `cut at ${all[at]}`).toBe('restart');
    }
  });

  test('a script that is killed in its middle is as good as one that never ran', async () => {
    for (const program of ['mv', 'sync', 'chown', 'cp', 'mkdir', 'tar']) {
      await using host = await sandbox();
      const one = await oneHost([host]);
      // The second call of it kills the script that called.
      await host.program(
        program,
        `echo . >> ${host.folder}/calls.${program}
if [ "$(wc -l < ${host.folder}/calls.${program})" = 2 ]; then kill -9 $PPID; exit 1; fi
PATH=\${PATH#*:} exec ${program} "$@"`,
      );
      await apply(one).catch((error: unknown) => {
        if (!(error instanceof PhaseError)) throw error;
      });
      await apply(one);
      expect(await isApplied(one), program).toBe(true);
    }
  });
});

/** What is run on the host by one apply, in order. */
async function runsOf(before: (one: OneHost) => Promise<void>): Promise<string[]> {
  await using host = await sandbox();
  const one = await oneHost([host]);
  await before(one);
  host.ran.length = 0;
  await apply(one);
  return [...host.ran];
}

async function failure(run: Promise<void>): Promise<PhaseError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof PhaseError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
