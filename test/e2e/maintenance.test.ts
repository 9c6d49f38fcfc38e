/** Maintenance as somebody types it, against the real daemon: what a window is for pages nobody before its end. */
import { expect, test, vi } from 'vitest';
import type { MaintenanceEdit, WindowJson } from '../../src/relay/api/routes/maintenance.ts';
import type { IncidentJson } from '../../src/relay/api/wire.ts';
import { startRelay } from './harness/relay.ts';

/** Many commands, each a process of its own: on a busy machine they take their time. */
vi.setConfig({ testTimeout: 120_000 });

test('a host in maintenance pages nobody; what is still open at the end does, and what was resolved does not', async () => {
  const relay = await startRelay();
  const typed = ['--host', 'db1', '--for', '2h', '--why', 'kernel update'];
  const added = await relay.json<MaintenanceEdit>('maintenance', 'add', ...typed);
  expect(added.window).toMatchObject({ id: 'db1', hosts: ['db1'], why: 'kernel update' });
  expect(added.text).toMatch(/^Maintenance db1 \(host db1\) until .*: nobody is paged before its end$/);
  expect((await relay.command('status')).out).toMatch(/maintenance db1 until .*kernel update/);

  await relay.sender.mails({ to: 'db', subject: 'PROBLEM: disk full on db1', body: '98%' });
  await relay.sender.mails({ to: 'db', subject: 'PROBLEM: load high on db1', body: '40' });
  await relay.shows(/disk full on db1/, 'triggered', ({ events }) => events === 1);
  await relay.sender.mails({ to: 'db', subject: 'RECOVERY: load high on db1', body: '1' });
  await relay.shows(/load high on db1/, 'resolved');
  // Another host isn't touched by it.
  await relay.sender.mails({ to: 'db', subject: 'PROBLEM: disk full on db2', body: '98%' });
  await relay.phone('ana').receives(/disk full on db2/);
  const [open] = (await relay.json<IncidentJson[]>('incidents')).filter((one) => /on db1/.test(one.summary));
  expect(open).toMatchObject({ maintenance: 'db1', waitsUntil: added.window?.until, assignedTo: [] });
  expect((await relay.command('incidents')).out).toMatch(/waiting .*until .*, maintenance db1/);
  expect(relay.phone('ana').all.filter(({ body }) => /on db1/.test(body))).toEqual([]);

  expect((await relay.command('maintenance', 'end', 'db1')).out).toMatch(/page now/);
  await relay.phone('ana').receives(/disk full on db1/);
  expect(relay.phone('ana').all.filter(({ body }) => /load high/.test(body))).toEqual([]);
  expect(await relay.json<WindowJson[]>('maintenance', 'list')).toEqual([]);
});

test('a window that comes again, one of everything, and what is refused with its cure', async () => {
  const relay = await startRelay();
  const every = ['--every', 'sun 02:00-04:00', '--zone', 'Europe/Berlin'];
  const weekly = await relay.command('maintenance', 'add', 'patches', '--host', 'web*,app*', ...every);
  expect(weekly.out).toMatch(
    /^Maintenance patches \(host web\* or app\*, sun 02:00-04:00 \(Europe\/Berlin\)\)/,
  );
  expect((await relay.command('maintenance', 'list')).out).toMatch(/patches .*web\* or app\*/);
  const nothing = await relay.command('maintenance', 'add', '--for', '1h');
  expect(nothing).toMatchObject({ exit: 2, err: expect.stringMatching(/What is it for\?.*--all/su) });
  const endless = await relay.command('maintenance', 'add', '--host', 'db1');
  expect(endless).toMatchObject({ exit: 2, err: expect.stringMatching(/A window ends.*--for 2h/su) });
  const unknown = await relay.command('maintenance', 'end', 'patchs');
  expect(unknown).toMatchObject({ exit: 4, err: expect.stringMatching(/Did you mean patches\?/) });

  await relay.command('maintenance', 'add', '--all', '--for', '30m', '--why', 'core switch');
  expect((await relay.command('status')).out).toMatch(/nobody is paged about anything \(core switch\)/);
  await relay.sender.mails({ to: 'db', subject: 'PROBLEM: disk full on db1', body: '98%' });
  await relay.shows(/disk full/, 'triggered', ({ waitsUntil }) => waitsUntil !== undefined);
  // A person who wants it told has it told.
  const [open] = await relay.json<IncidentJson[]>('incidents');
  await relay.command('incident', 'escalate', String(open?.number));
  await relay.phone('ana').receives(/disk full on db1/);
  const file = (await relay.command('roster', 'export')).out;
  expect(file).toMatch(/^maintenance:\n/m);
  await relay.command('maintenance', 'remove', 'all');
  expect((await relay.json<WindowJson[]>('maintenance', 'list')).map(({ id }) => id)).toEqual(['patches']);
});
