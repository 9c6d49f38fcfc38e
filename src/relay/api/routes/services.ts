/** Services, their addresses and keys. A key leaves the daemon once, when it is made; only its hash is kept. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { hashKey } from '../../events/keys.ts';
import { findService } from '../../oncall/checks.ts';
import { addService, editService, removeService, replaceKey } from '../../oncall/edits.ts';
import { isZone } from '../../oncall/times.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { usage } from '../errors.ts';
import { Fields, given } from '../fields.ts';
import { oncallAt } from '../oncall-view.ts';
import type { ServiceDetailJson, ToldJson } from '../oncall-wire.ts';
import { told } from '../told.ts';
import type { Edited, OncallJson, ServiceJson } from '../wire.ts';
import { readAsker } from './overrides.ts';

export function serviceRoutes(app: FastifyInstance, core: Core): void {
  app.get('/v1/services', () =>
    core.roster.current().services.map((service): ServiceJson & { policy: string } => ({
      ...core.addresses(service.id, null),
      policy: service.policy,
    })),
  );

  app.post('/v1/services', async (request): Promise<Edited<ServiceJson>> => {
    const fields = new Fields(request.body, ['id', 'policy', 'by']);
    const id = fields.text('id', 64);
    const policy = fields.optionalText('policy', 64);
    const by = fields.optionalText('by', 64) ?? 'api';
    fields.check();
    const key = newKey();
    const wish = { id, keyHash: hashKey(key), ...given({ policy }) };
    await core.roster.edit(by, (base) => addService(base, wish));
    return edited(core.addresses(id, key), core);
  });

  app.get<{ Params: { id: string }; Querystring: { zone?: string } }>(
    '/v1/services/:id',
    (request): ServiceDetailJson => {
      const { id, policy } = findService(core.roster.current(), request.params.id);
      const { zone } = request.query;
      if (zone !== undefined && !isZone(zone)) throw usage('zone: must be a time zone such as Europe/Berlin');
      const oncall = oncallAt(core, core.nowMs(), zone).find((one) => one.service === id) as OncallJson;
      return { ...core.addresses(id, null), policy, oncall };
    },
  );

  app.post<{ Params: { id: string } }>('/v1/services/:id', async (request): Promise<ToldJson> => {
    const { id } = request.params;
    const fields = new Fields(request.body, ['policy', 'zone', 'by']);
    const policy = fields.text('policy', 64);
    const asker = readAsker(fields);
    fields.check();
    return told(
      core,
      asker,
      (base) => editService(base, id, { policy }),
      (after) => `Service ${id} has policy ${findService(after, id).policy}`,
    );
  });

  app.post<{ Params: { id: string } }>('/v1/services/:id/remove', async (request): Promise<ToldJson> => {
    const { id } = request.params;
    const fields = new Fields(request.body ?? {}, ['zone', 'by']);
    const asker = readAsker(fields);
    fields.check();
    return told(
      core,
      asker,
      (base) => removeService(base, id),
      (after) => `Removed service ${id}: what still comes for it goes to ${after.defaultService}`,
    );
  });

  app.post<{ Params: { id: string } }>(
    '/v1/services/:id/key',
    async (request): Promise<Edited<ServiceJson>> => {
      const fields = new Fields(request.body ?? {}, ['by']);
      const by = fields.optionalText('by', 64) ?? 'api';
      fields.check();
      const { id } = request.params;
      const key = newKey();
      await core.roster.edit(by, (base) => replaceKey(base, id, hashKey(key)));
      return edited(core.addresses(id, key), core);
    },
  );
}

/** 32 hex characters: what PagerDuty's clients take for a routing key. */
const newKey = (): string => randomBytes(16).toString('hex');
