/** What all components together want of one host. */
import type {
  Component,
  DesiredFile,
  DesiredFolder,
  DesiredUnit,
  DesiredUser,
  HostContext,
} from '../types.ts';

export interface HostDesired {
  packages: string[];
  users: DesiredUser[];
  groups: string[];
  folders: DesiredFolder[];
  files: DesiredFile[];
  units: DesiredUnit[];
}

/** Throws when two components want different things of the same file: that is a mistake of ours. */
export function desiredOf(components: readonly Component[], context: HostContext): HostDesired {
  const users = new Map<string, DesiredUser>();
  const folders = new Map<string, DesiredFolder>();
  const files = new Map<string, DesiredFile>();
  const units = new Map<string, DesiredUnit>();
  for (const component of components) {
    for (const user of component.users(context)) {
      const groups = [...(users.get(user.name)?.groups ?? []), ...user.groups];
      users.set(user.name, { ...user, groups: [...new Set(groups)] });
    }
    for (const folder of component.folders(context)) folders.set(folder.path, folder);
    for (const file of component.files(context)) {
      if (files.has(file.path)) throw new Error(`two components want ${file.path}`);
      files.set(file.path, file);
    }
    for (const unit of component.units(context)) {
      const known = units.get(unit.name);
      units.set(unit.name, known === undefined ? unit : together(known, unit));
    }
  }
  return {
    packages: [...new Set(components.flatMap(({ packages }) => packages))].toSorted(),
    users: [...users.values()],
    groups: [...new Set(components.flatMap(({ groups }) => groups ?? []))],
    // A folder before what lies in it.
    folders: [...folders.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    files: [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    units: [...units.values()],
  };
}

const together = (a: DesiredUnit, b: DesiredUnit): DesiredUnit => ({
  name: a.name,
  state: a.state === 'started' || b.state === 'started' ? 'started' : 'enabled',
  restartsOn: [...new Set([...a.restartsOn, ...b.restartsOn])],
  reloadsOn: [...new Set([...a.reloadsOn, ...b.reloadsOn])],
});
