/** Services, their addresses and keys. A key leaves the daemon once, when it is made; only its hash is kept. */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { hashKey } from '../../events/keys.ts';
import { addService, replaceKey } from '../../oncall/edits.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { Fields, given } from '../fields.ts';
import type { Edited, ServiceJson } from '../wire.ts';

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
