/** A rotation goes from one person to the next: both are told once, with what is open, whatever happens to the daemon. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { HandedOverJson } from '../../src/relay/api/handoff-wire.ts';
import { headerOf } from './harness/people.ts';
import { startRelay, type Relay } from './harness/relay.ts';

// Many commands, each a process of its own.
vi.setConfig({ testTimeout: 120_000 });

/** The service `db` is told to whoever is on call in `ops`, and open incidents go over at its handoffs. */
async function rotated(): Promise<Relay> {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  const made = ['--every', '1w', '--at', '00:00', '--zone', 'UTC'];
  expect((await relay.command('rotation', 'add', 'ops', 'ana', 'ben', ...made)).exit).toBe(0);
  const { out } = await relay.command('roster', 'export');
  const text = out.replace(
    /( db:\n)( {4}levels:\n {6}- \{)people: \[ana\]/,
    '$1    handover: true\n$2rotations: [ops]',
  );
  expect(text).not.toBe(out);
  await writeFile(join(relay.dir, 'roster.yaml'), text);
  expect(await relay.command('roster', 'apply', 'roster.yaml', '--yes')).toMatchObject({ exit: 0, err: '' });
  return relay;
}

const look = (relay: Relay): Promise<HandedOverJson> => relay.json<HandedOverJson>('oncall', 'handoff');

/** How many mails like this reached somebody. */
const count = (relay: Relay, person: string, subject: RegExp): number =>
  relay.mailOf(person).all.filter((mail) => subject.test(headerOf(mail, 'subject'))).length;

test('who comes and who goes are told once, with what is open, which goes over too', async () => {
  const relay = await rotated();
  const [first] = (await look(relay)).holders;
  expect(first).toMatchObject({ rotation: 'ops', person: 'ana' });
  expect((await relay.command('oncall', 'handoff')).out).toMatch(
    /^Nothing is to be handed over\.\nops: ana since /,
  );
  expect(await relay.command('oncall', 'handoff', '-q')).toEqual({ exit: 0, out: '', err: '' });

  await relay.sender.posts('disk full');
  await relay.phone('ana').receives(/disk full/);
  const set = await relay.command('oncall', 'set', 'ben', '--rotation', 'ops', '--for', '2h');
  expect(set.out).toMatch(/\nTold of it: ben, ana\n$/);
  expect((await relay.mailOf('ana').receives(/^On call: a change$/)).text).toMatch(
    /^Ben is on call in rotation ops in your place/,
  );
  // Unless the daemon has been quicker: the minute may just have begun.
  await look(relay);
  const incoming = await relay.mailOf('ben').receives(/^On call: ops until /);
  expect(incoming.text).toMatch(/\| #\d+ .*db: disk full \(opened .*, triggered, with Ana\)/);
  expect((await relay.mailOf('ana').receives(/^Off call: ops$/)).text).toMatch(/Ben is on call now/);
  await relay.phone('ben').receives(/disk full/);

  await relay.kill();
  await relay.start();
  expect(await look(relay)).toMatchObject({ handed: [], skipped: [], holders: [{ person: 'ben' }] });
  expect(count(relay, 'ben', /^On call: ops/)).toBe(1);
  expect(count(relay, 'ana', /^Off call: ops/)).toBe(1);
});
