/** The roster as a file: its text, what another text would change, applying one, former versions. */
import type { FastifyInstance } from 'fastify';
import { differences } from '../../oncall/file/differences.ts';
import { isZone } from '../../oncall/times.ts';
import type { Core } from '../core.ts';
import { Fields, wholeNumber } from '../fields.ts';
import { hostZone } from '../oncall-view.ts';
import type { Wanted } from '../roster-plan.ts';
import type { RosterAppliedJson, RosterPlanJson, RosterTextJson, RosterVersionJson } from '../roster-wire.ts';

/** What knows YAML, loaded at the first call. */
const loaded = () => import('../roster-plan.ts');

const LATEST_VERSION = 1_000_000_000;
const SHOWN_VERSIONS = 20;

export function rosterFileRoutes(app: FastifyInstance, core: Core): void {
  app.get<{ Querystring: { full?: string } }>('/v1/roster/file', async (request): Promise<RosterTextJson> => {
    const { rosterText } = await loaded();
    return rosterText(core, request.query.full === '1');
  });

  app.post('/v1/roster/plan', async (request): Promise<RosterPlanJson> => {
    const wanted = readWanted(request.body, null);
    const { planFor } = await loaded();
    return planFor(core, wanted);
  });

  app.post('/v1/roster/apply', async (request): Promise<RosterAppliedJson> => {
    const wanted = readWanted(request.body, 'text');
    const { carryOut } = await loaded();
    return carryOut(core, wanted);
  });

  app.post('/v1/roster/rollback', async (request): Promise<RosterAppliedJson> => {
    const wanted = readWanted(request.body, 'version');
    const { carryOut } = await loaded();
    return carryOut(core, wanted);
  });

  app.get<{ Querystring: { limit?: string } }>(
    '/v1/roster/history',
    async (request): Promise<RosterVersionJson[]> => {
      const limit = wholeNumber(request.query.limit ?? String(SHOWN_VERSIONS), 'limit', 1);
      // One more: what changed shows against the one before.
      const rows = await core.rosterHistory.versions(Math.min(limit, 500) + 1);
      return rows.slice(0, limit).map(({ roster, by, atMs }, index) => {
        const before = rows[index + 1]?.roster;
        const isFirst = roster.version === 1;
        return {
          version: roster.version,
          at: new Date(atMs).toISOString(),
          by,
          changes:
            before === undefined ? (isFirst ? ['the first roster'] : null) : differences(before, roster),
        };
      });
    },
  );
}

/** `only`: which of the two may be wished for; null: either. */
function readWanted(body: unknown, only: 'text' | 'version' | null): Wanted {
  const wishes = only === null ? ['text', 'version'] : [only];
  const fields = new Fields(body, [...wishes, 'base', 'zone', 'by']);
  const said: unknown = typeof body === 'object' && body !== null && 'text' in body ? body.text : undefined;
  // As it is, blanks at its end included.
  const text = typeof said === 'string' ? said : undefined;
  if (said !== undefined && text === undefined) fields.problem('text: must be text');
  if (text?.isWellFormed() === false) fields.problem('text: is not valid Unicode');
  const version = fields.integer('version', 1, LATEST_VERSION);
  const base = fields.integer('base', 0, LATEST_VERSION);
  const zone = fields.optionalText('zone', 64) ?? hostZone();
  if (!isZone(zone)) fields.problem('zone: must be a time zone such as Europe/Berlin');
  const by = fields.optionalText('by', 64) ?? 'api';
  if ((text === undefined) === (version === undefined))
    fields.problem(
      `${wishes.join(' or ')}: ${wishes.length > 1 ? 'one of the two is needed' : 'is missing'}`,
    );
  fields.check();
  return { wish: text === undefined ? { version: version ?? 0 } : { text }, base, zone, by };
}
