/** The user that the daemon runs as, and the group of those who may command it. */
import { ACCOUNT } from './places.ts';
import { must, type System } from './system.ts';

/** Makes what is missing; says whether anything was. */
export async function makeAccounts(system: System): Promise<boolean> {
  const has = async (kind: 'group' | 'passwd'): Promise<boolean> =>
    (await system.run('getent', kind, ACCOUNT)).code === 0;
  const group = await has('group');
  if (!group) await must(system, 'groupadd', '--system', ACCOUNT);
  const user = await has('passwd');
  if (!user) {
    await must(
      system,
      'useradd',
      '--system',
      '--gid',
      ACCOUNT,
      '--home-dir',
      '/var/lib/relay',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      '--comment',
      'Relay, the pager',
      ACCOUNT,
    );
  }
  return !group || !user;
}

/** Takes user and group away; says whether there were any. */
export async function removeAccounts(system: System): Promise<boolean> {
  const user = (await system.run('getent', 'passwd', ACCOUNT)).code === 0;
  if (user) await must(system, 'userdel', ACCOUNT);
  const group = (await system.run('getent', 'group', ACCOUNT)).code === 0;
  // userdel takes a group of the same name along, unless somebody else is in it.
  if (group) await must(system, 'groupdel', ACCOUNT);
  return user || group;
}
