/** Names that would be taken for commands: `relay oncall next` asks for shifts, not for the service `next`. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { checkId } from '../../../src/relay/oncall/checks.ts';
import { addService } from '../../../src/relay/oncall/edits.ts';
import { writeParts } from '../../../src/relay/oncall/file/parts.ts';
import { buildRoster } from '../../../src/relay/oncall/file/build.ts';
import { refusal } from './refusal.ts';
import { team } from './rosters.ts';

const COMMANDS = join(import.meta.dirname, '../../../src/commands');
const commandsOf = (topic: string): string[] =>
  readdirSync(join(COMMANDS, topic))
    .map((file) => file.replace(/\.ts$/u, ''))
    .filter((name) => name !== 'index');

test.each(commandsOf('oncall'))('no new service can be named %s, and why is said', (name) => {
  expect(refusal(() => addService(team(), { id: name, keyHash: 'f'.repeat(64) }))).toMatchObject({
    code: 'usage',
    message: `"${name}" has a meaning of its own and can't name a service`,
    cure: `Choose another name: \`relay oncall ${name}\` is a command.`,
  });
});

test.each(['person', 'service', 'policy', 'rotation', 'group'] as const)(
  'no new %s can be named like a command about them',
  (kind) => {
    const commands = commandsOf(kind);
    expect(commands).toContain('add');
    for (const name of commands) expect(() => checkId(kind, name)).toThrow(/meaning of its own/);
  },
);

it('keeps a person who has had such a name from before', () => {
  const before = team();
  const people = before.people.map((one) => (one.id === 'cy' ? { ...one, id: 'quiet' } : one));
  const policies = before.policies.map((one) => ({
    ...one,
    levels: one.levels.map((level) => ({
      ...level,
      people: level.people.map((id) => (id === 'cy' ? 'quiet' : id)),
    })),
  }));
  const old = { ...before, people, policies };
  const applied = { by: 'ana', nowMs: 0 };
  const said = Object.fromEntries(people.map(({ id, name }, at) => [id, { name, phone: `+1555010${at}` }]));
  expect(buildRoster(old, { people: said }, applied)).toMatchObject({ problems: [] });
  expect(buildRoster(before, { ...writeParts(old), people: said }, applied).problems).toMatchObject([
    { path: ['people', 'quiet'] },
  ]);
});

it('keeps a service that has had such a name from before', () => {
  const before = team();
  const old = {
    ...before,
    services: [...before.services, { id: 'next', policy: 'default', keyHashes: ['3'.repeat(64)] }],
  };
  const services = Object.fromEntries(old.services.map((one) => [one.id, { policy: 'front' }]));
  const applied = { by: 'ana', nowMs: 0 };
  expect(buildRoster(old, { services }, applied)).toMatchObject({ problems: [] });
  expect(buildRoster(before, { services }, applied).problems).toMatchObject([{ path: ['services', 'next'] }]);
});
