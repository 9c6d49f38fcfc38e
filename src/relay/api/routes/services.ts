/** Services, their addresses and keys. A key leaves the daemon once, when it is made; only its hash is kept. */
import { randomBytes } from 'node:crypto';
import { hashKey } from '../../events/keys.ts';
import { findService } from '../../oncall/checks.ts';
import { addService, editService, removeService, replaceKey } from '../../oncall/edits.ts';
import { RosterError } from '../../oncall/book.ts';
import {
  settingsFrom,
  settingTexts,
  settingWords,
  type ServiceSettings,
} from '../../oncall/service-settings.ts';
import type { Service } from '../../oncall/types.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { usage } from '../errors.ts';
import { given } from '../fields.ts';
import { leftOpen } from '../left-open.ts';
import { oncallAt } from '../oncall-view.ts';
import { SERVICE_DETAIL } from '../schemas/oncall.ts';
import { TOLD } from '../schemas/roster.ts';
import { SERVICE_EDITED, SERVICE_LISTED } from '../schemas/services.ts';
import { BY, names, needed, text, zone, ZONE } from '../table/given.ts';
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
        ...settingTexts(service),
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
        ...SETTINGS,
        by: BY,
      },
      answer: SERVICE_EDITED,
    },
    async ({ body: { id, policy, by, ...settings } }) => {
      const key = newKey();
      const wish = { id, keyHash: hashKey(key), ...given({ policy }), ...settingsFrom(settings) };
      await refuseMixed(core, wish);
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
      const service = findService(core.roster.current(), asked);
      const { id, policy } = service;
      const oncall = oncallAt(core, core.nowMs(), query.zone).find((one) => one.service === id) as OncallJson;
      return { ...core.addresses(id, null), policy, ...settingTexts(service), oncall };
    },
  ),
  post(
    '/v1/services/:id',
    {
      name: 'editService',
      summary: 'Gives a service another policy, or other settings.',
      body: { policy: text(64, 'Who is told about its incidents.'), ...SETTINGS, zone: ZONE, by: BY },
      answer: TOLD,
    },
    async ({ id, body: { policy, zone: inZone, by, ...settings } }) => {
      const edit = { ...given({ policy }), ...settingsFrom(settings) };
      if (Object.keys(edit).length === 0)
        throw usage('give what is to be changed: policy, autoResolve, groupBy, flapping');
      await refuseMixed(core, edit);
      const current = core.roster.current();
      const open = await leftOpen(core.store, current, editService(current, id, edit));
      return told(
        core,
        { zone: inZone, by },
        (base) => editService(base, id, edit),
        (after) => [serviceWords(findService(after, id)), ...open].join('; '),
      );
    },
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

/** What a service says besides its policy. */
const SETTINGS = {
  autoResolve: text(
    40,
    'Acknowledged incidents resolve themselves when nothing more has come for so long: such as `12h`, or `never`; `default`: only what cron, smartd and their like tell.',
  ),
  groupBy: names(
    'Names of labels: alerts that have the same values are one incident. Empty: each is its own.',
    64,
    0,
  ),
  flapping: text(
    40,
    'Opened so often in such a time by its monitor, an incident is held open until it is steady: such as `4/30m/15m`, or `off`; `default`: as written here.',
  ),
};

/** A host of an older version knows no groups: it would close one at the recovery of any of its members. */
async function refuseMixed(core: Pick<Core, 'cluster'>, { groupBy = [] }: ServiceSettings): Promise<void> {
  if (groupBy.length === 0) return;
  const { hosts } = await core.cluster();
  const living = hosts.filter(({ state, version }) => state !== 'dead' && version !== null);
  const versions = new Set(living.map((one) => one.version));
  if (versions.size < 2) return;
  throw new RosterError(
    'conflict',
    `Hosts run ${[...versions].join(' and ')}, and an older one may not know what a group is`,
    'Bring all hosts to one version first: relay cluster status shows which they run.',
  );
}

/** `Service db has policy night, auto-resolve 12h`. */
const serviceWords = (service: Service): string =>
  [`Service ${service.id} has policy ${service.policy}`, ...settingWords(service)].join(', ');

/** 32 hex characters: what PagerDuty's clients take for a routing key. */
const newKey = (): string => randomBytes(16).toString('hex');
