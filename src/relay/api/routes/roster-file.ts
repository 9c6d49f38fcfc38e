/** The roster as a file: its text, what another text would change, applying one, former versions. */
import { differences } from '../../oncall/file/differences.ts';
import { outsideFile } from '../../oncall/file/outside-file.ts';
import type { Core } from '../core.ts';
import type { RosterVersionJson } from '../roster-wire.ts';
import { ROSTER_APPLIED, ROSTER_PLAN, ROSTER_TEXT, ROSTER_VERSION } from '../schemas/roster-file.ts';
import { BY, needed, orElse, queryFlag, queryWhole, whole, ZONE, type Given } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';

/** What knows YAML, loaded at the first call. */
const loaded = () => import('../roster-plan.ts');

const LATEST_VERSION = 1_000_000_000;
const SHOWN_VERSIONS = 20;

/** As it is, blanks at its end included. */
const TEXT: Given<string | undefined> = {
  json: { type: 'string', description: 'The roster as YAML; what it leaves out stays as it is.' },
  read: (fields, name) => {
    const said = fields.value(name);
    if (said === undefined || said === null) return undefined;
    if (typeof said !== 'string') fields.problem(`${name}: must be text`);
    else if (!said.isWellFormed()) fields.problem(`${name}: is not valid Unicode`);
    else return said;
    return undefined;
  },
};
const VERSION = whole(1, LATEST_VERSION, 'A former version to go back to.');

const REST = {
  base: whole(
    0,
    LATEST_VERSION,
    "The version it was made from; else what the text's line `# version: N` says.",
  ),
  zone: ZONE,
  by: BY,
};

/** The calls under /v1/roster. */
export const rosterFileRoutes = (core: Core): Route[] => [
  get(
    '/v1/roster/file',
    {
      name: 'exportRoster',
      summary: 'The roster as YAML, with the comments of the text that was applied last.',
      query: { full: queryFlag('Every section, also those that the text leaves out.') },
      answer: ROSTER_TEXT,
    },
    async ({ query }) => {
      const { rosterText } = await loaded();
      return rosterText(core, query.full);
    },
  ),
  post(
    '/v1/roster/plan',
    {
      name: 'planRoster',
      summary: 'What a text, or going back to a version, would change; nothing is changed.',
      body: { text: TEXT, version: VERSION, ...REST },
      answer: ROSTER_PLAN,
    },
    async ({ body: { text, version, ...rest }, fields }) => {
      if ((text === undefined) === (version === undefined))
        fields.problem('text or version: one of the two is needed');
      fields.check();
      const { planFor } = await loaded();
      return planFor(core, { wish: text === undefined ? { version: version ?? 0 } : { text }, ...rest });
    },
  ),
  post(
    '/v1/roster/apply',
    {
      name: 'applyRoster',
      summary: 'Makes a text the roster: all of it as one version, or nothing.',
      body: { text: needed(TEXT), ...REST },
      answer: ROSTER_APPLIED,
    },
    async ({ body: { text, ...rest } }) => {
      const { carryOut } = await loaded();
      return carryOut(core, { wish: { text }, ...rest });
    },
  ),
  post(
    '/v1/roster/rollback',
    {
      name: 'rollBackRoster',
      summary: 'Goes back to a former version, as a new one.',
      body: { version: needed(VERSION), ...REST },
      answer: ROSTER_APPLIED,
    },
    async ({ body: { version, ...rest } }) => {
      const { carryOut } = await loaded();
      return carryOut(core, { wish: { version }, ...rest });
    },
  ),
  get(
    '/v1/roster/history',
    {
      name: 'listRosterVersions',
      summary: 'The newest versions: when, by whom, what changed.',
      query: { limit: orElse(queryWhole(1, 'So many, at most 500.'), () => SHOWN_VERSIONS, SHOWN_VERSIONS) },
      answer: listOf(ROSTER_VERSION),
    },
    async ({ query: { limit } }): Promise<RosterVersionJson[]> => {
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
            before === undefined
              ? isFirst
                ? ['the first roster']
                : null
              : [...differences(before, roster), ...outsideFile(before, roster)],
        };
      });
    },
  ),
];
