/** Escalation policies. */
import type { FastifyInstance } from 'fastify';
import { addPolicy, POLICY_LIMITS } from '../../oncall/edits.ts';
import type { Policy, PolicyLevel } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { Fields } from '../fields.ts';
import type { Edited } from '../wire.ts';

const AFTER_DEFAULT_MS = 5 * 60_000;

export function policyRoutes(app: FastifyInstance, core: Core): void {
  app.get('/v1/policies', () => core.roster.current().policies);

  app.post('/v1/policies', async (request): Promise<Edited<Policy> | undefined> => {
    const fields = new Fields(request.body, ['id', 'levels', 'repeat', 'by']);
    const id = fields.text('id', 64);
    const levels = fields.list('levels', POLICY_LIMITS.levels, (item, at) => readLevel(item, at, fields));
    const repeat = fields.integer('repeat', 0, POLICY_LIMITS.repeats) ?? 3;
    const by = fields.optionalText('by', 64) ?? 'api';
    fields.check();
    const roster = await core.roster.edit(by, (base) => addPolicy(base, { id, levels, repeat }));
    const added = roster.policies.find((policy) => policy.id === id);
    return added && edited(added, core);
  });
}

function readLevel(item: unknown, at: string, fields: Fields): PolicyLevel {
  const level = fields.inner(item, at, ['people', 'afterMs']);
  const people = level.list('people', POLICY_LIMITS.people, (one, where) => {
    if (typeof one === 'string' && one.trim() !== '') return one.trim();
    fields.problem(`${where}: must be a person's name`);
    return '';
  });
  const afterMs = level.integer('afterMs', 1, POLICY_LIMITS.afterMs);
  return { people, afterMs: afterMs ?? AFTER_DEFAULT_MS };
}
