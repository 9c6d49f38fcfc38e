/** Units: which start, restart or reload, and because of what. */
import { createHash } from 'node:crypto';
import type { DesiredUnit, Facts } from '../types.ts';
import type { HostDesired } from './desired.ts';
import { sha256Of } from './file-changes.ts';
import { CURRENT, type FileChange, type Targets, type UnitChange } from './types.ts';

const UNIT_FILE = /^\/etc\/systemd\/system\/(?<name>[^/]+\.(?:service|timer|socket|path))$/u;

/** Those that go first, then in the order in which the components name them. */
export function unitChanges(
  desired: HostDesired,
  facts: Facts,
  files: readonly FileChange[],
  targets: Targets,
): UnitChange[] {
  const changed = new Set(files.map(({ path }) => path));
  const gone = files.flatMap(({ path, action }) => {
    const name = action === 'remove' ? UNIT_FILE.exec(path)?.groups?.['name'] : undefined;
    return name === undefined ? [] : [name];
  });
  return [
    ...gone.map(
      (name): UnitChange => ({
        name,
        action: 'stop',
        because: ['it is no longer wanted'],
        startedWith: null,
      }),
    ),
    ...desired.units.flatMap((unit) => change(unit, desired, facts, changed, targets)),
  ];
}

function change(
  unit: DesiredUnit,
  desired: HostDesired,
  facts: Facts,
  changed: ReadonlySet<string>,
  targets: Targets,
): UnitChange[] {
  const { name } = unit;
  const found = facts.units[name] ?? { active: false, enabled: false, startedWith: null };
  const startedWith = startedWithOf(unit, desired, targets);
  const enable: UnitChange[] = found.enabled
    ? []
    : [{ name, action: 'enable', because: ['it is not enabled'], startedWith: null }];
  if (unit.state === 'enabled') return enable;
  const as = (action: UnitChange['action'], because: string[]): UnitChange[] => [
    { name, action, because, startedWith },
  ];
  if (!found.active) return as('start', ['it does not run']);
  if (found.startedWith === null) return as('restart', ['it runs with what was there before']);
  const [restart, reload] = startedWith.split('/');
  const [restartWas, reloadWas] = found.startedWith.split('/');
  const among = (paths: readonly string[]): string[] => {
    const named = paths.filter((path) => changed.has(path) || isNewRelease(path, facts, targets));
    return named.length > 0 ? named : ['it runs with what was there before'];
  };
  // A file that isn't as it was put may have been read since.
  const touched = (paths: readonly string[]): boolean => paths.some((path) => changed.has(path));
  if (restart !== restartWas || touched(unit.restartsOn)) return as('restart', among(unit.restartsOn));
  if (reload !== reloadWas || touched(unit.reloadsOn)) return as('reload', among(unit.reloadsOn));
  return enable;
}

function isNewRelease(path: string, facts: Facts, targets: Targets): boolean {
  const product = CURRENT[path];
  return product !== undefined && facts[product].current !== targets[product];
}

/** What the unit reads, in two digests: of what means a restart, and of what means a reload. */
export function startedWithOf(unit: DesiredUnit, desired: HostDesired, targets: Targets): string {
  const contents = new Map(desired.files.map(({ path, content }) => [path, content]));
  const digest = (paths: readonly string[]): string => {
    const hash = createHash('sha256');
    for (const path of paths.toSorted()) {
      const product = CURRENT[path];
      const content = contents.get(path);
      const now =
        product === undefined ? (content === undefined ? 'none' : sha256Of(content)) : targets[product];
      hash.update(`${path}\n${now}\n`);
    }
    return hash.digest('hex').slice(0, 16);
  };
  return `${digest(unit.restartsOn)}/${digest(unit.reloadsOn)}`;
}
