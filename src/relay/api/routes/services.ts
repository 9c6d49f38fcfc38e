/** Services, their addresses and keys. A key leaves the daemon once, when it is made; only its hash is kept. */
import { randomBytes } from 'node:crypto';
import { hashKey } from '../../events/keys.ts';
import { findService } from '../../oncall/checks.ts';
import { addService, editService, removeService, replaceKey } from '../../oncall/edits.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { given } from '../fields.ts';
import { leftOpen } from '../left-open.ts';
import { oncallAt } from '../oncall-view.ts';
import { SERVICE_DETAIL } from '../schemas/oncall.ts';
import { SERVICE_EDITED, SERVICE_LISTED, TOLD } from '../schemas/roster.ts';
import { BY, needed, text, zone, ZONE } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';
import { told } from '../told.ts';
import type { OncallJson } from '../wire.ts';

/** The calls under /v1/services. */
export const serviceRoutes = (core: Core): Route[] => [
  get(
    '/v1/services',
    { name: 'listServices', summary: 'The services, with their addresses.', answer: listOf(SERVICE_LISTED) },
    () =>
      core.roster.current().services.map((service) => ({
        ...core.addresses(service.id, null),
        policy: service.policy,
      })),
  ),
  post(
    '/v1/services',
    {
      name: 'addService',
      summary: 'Adds a service. Its key is shown this once.',
      body: {
        id: needed(text(64, 'Its name.')),
        policy: text(64, 'Who is told about its incidents; else the policy of the default service.'),
        by: BY,
      },
      answer: SERVICE_EDITED,
    },
    async ({ body: { id, policy, by } }) => {
      const key = newKey();
      const wish = { id, keyHash: hashKey(key), ...given({ policy }) };
      await core.roster.edit(by, (base) => addService(base, wish));
      return edited(core.addresses(id, key), core);
    },
  ),
  get(
    '/v1/services/:id',
    {
      name: 'showService',
      summary: 'One service, and who is on call for it.',
      query: { zone: zone('In which times in texts are told; else that of the host.') },
      answer: SERVICE_DETAIL,
    },
    ({ id: asked, query }) => {
      const { id, policy } = findService(core.roster.current(), asked);
      const oncall = oncallAt(core, core.nowMs(), query.zone).find((one) => one.service === id) as OncallJson;
      return { ...core.addresses(id, null), policy, oncall };
    },
  ),
  post(
    '/v1/services/:id',
    {
      name: 'editService',
      summary: 'Gives a service another policy.',
      body: { policy: needed(text(64, 'Who is told about its incidents.')), zone: ZONE, by: BY },
      answer: TOLD,
    },
    ({ id, body: { policy, ...asker } }) =>
      told(
        core,
        asker,
        (base) => editService(base, id, { policy }),
        (after) => `Service ${id} has policy ${findService(after, id).policy}`,
      ),
  ),
  post(
    '/v1/services/:id/remove',
    {
      name: 'removeService',
      summary: 'Removes a service.',
      body: { zone: ZONE, by: BY },
      answer: TOLD,
    },
    async ({ id, body }) => {
      const current = core.roster.current();
      const open = await leftOpen(core.store, current, removeService(current, id));
      return told(
        core,
        body,
        (base) => removeService(base, id),
        ({ defaultService }) =>
          [`Removed service ${id}: what still comes for it goes to ${defaultService}`, ...open].join('; '),
      );
    },
  ),
  post(
    '/v1/services/:id/key',
    {
      name: 'replaceServiceKey',
      summary: 'Another key, shown this once; the one before stays valid until the next.',
      body: { by: BY },
      answer: SERVICE_EDITED,
    },
    async ({ id, body }) => {
      const key = newKey();
      await core.roster.edit(body.by, (base) => replaceKey(base, id, hashKey(key)));
      return edited(core.addresses(id, key), core);
    },
  ),
];

/** 32 hex characters: what PagerDuty's clients take for a routing key. */
const newKey = (): string => randomBytes(16).toString('hex');
