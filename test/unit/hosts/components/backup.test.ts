/** Each host backs up at night: to its own disk, and to wherever the inventory says. */
import { expect, test } from 'vitest';
import { backup, BACKUP_FILES } from '../../../../src/relay/hosts/components/backup/component.ts';
import type { HostContext } from '../../../../src/relay/hosts/types.ts';
import { FIVE, inventoryOf } from './five-hosts.ts';

function dropIn(to: string | null, keep: number): string {
  const [host] = FIVE;
  if (host === undefined) throw new Error('there are five hosts');
  const context = { inventory: inventoryOf({ backup: { to, keep } }), host } as HostContext;
  return String(backup.files(context).find(({ path }) => path === BACKUP_FILES.dropIn)?.content);
}

const commands = (text: string): string[] =>
  [...text.matchAll(/^ExecStart=.*? --to (?<rest>.+)$/gmu)].map(({ groups }) => groups?.['rest'] ?? '');

test('on its own disk, as many nights as are wanted', () => {
  const text = dropIn(null, 14);
  // What the shipped unit starts is not started beside it.
  expect(text).toMatch(/^ExecStart=$/mu);
  expect(commands(text)).toEqual(['/var/backups/relay --keep 14']);
  expect(text).not.toMatch(/PrivateNetwork|ReadWritePaths/u);
});

test('in another folder too, which the unit may then write', () => {
  const text = dropIn('/srv/relay', 7);
  expect(commands(text)).toEqual(['/var/backups/relay --keep 7', '/srv/relay --keep 7']);
  expect(text).toMatch(/^ReadWritePaths=\/srv\/relay$/mu);
});

test('on another machine by ssh, for which the unit gets the network', () => {
  const text = dropIn('backup@backup.example.com:/srv/relay', 7);
  expect(commands(text)).toEqual([
    '/var/backups/relay --keep 7',
    'backup@backup.example.com:/srv/relay --keep 7',
  ]);
  expect(text).toMatch(/^PrivateNetwork=no$/mu);
});
