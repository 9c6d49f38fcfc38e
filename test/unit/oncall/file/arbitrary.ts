/** Any roster that the commands could have made. */
import fc from 'fast-check';
import { WEEKDAYS } from '../../../../src/relay/oncall/types.ts';
import type {
  Absence,
  ContactMethod,
  Hours,
  Layer,
  MaintenanceWindow,
  Override,
  Person,
  Policy,
  PolicyLevel,
  Roster,
  Service,
} from '../../../../src/relay/oncall/types.ts';
import { anyNotifications } from './any-notifications.ts';
import { anyRules } from './any-rules.ts';

export const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const DAY_MS = 86_400_000;
const RESERVED = ['add', 'show', 'edit', 'remove', 'list', 'key', 'set', 'relay', 'ack'];

const id = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,11}$/).filter((one) => !RESERVED.includes(one));
const ids = (maxLength: number) => fc.uniqueArray(id, { minLength: 1, maxLength });
/** Text that YAML could take for something else. */
const words = fc
  .oneof(
    fc.constantFrom(
      'no',
      'null',
      '12',
      '1e3',
      '0x10',
      '~',
      '# none',
      'a: b',
      '- x',
      "it's",
      '"',
      '*a',
      '&a',
      '<<',
    ),
    fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
  )
  .filter(
    (one) => one === one.trim() && one !== '' && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(one) && one.isWellFormed(),
  );
const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC');

/** What a service may say besides. */
const settings = fc.record(
  {
    autoResolveMs: fc.option(
      fc.integer({ min: 60, max: 366 * 86_400 }).map((seconds) => seconds * 1_000),
      { nil: null },
    ),
    flapping: fc.option(
      fc.record({
        opens: fc.integer({ min: 2, max: 20 }),
        withinMs: fc.integer({ min: 60, max: 86_400 }).map((seconds) => seconds * 1_000),
        steadyMs: fc.integer({ min: 60, max: 86_400 }).map((seconds) => seconds * 1_000),
      }),
      { nil: null },
    ),
    groupBy: fc.uniqueArray(fc.stringMatching(/^[A-Za-z_][\w./-]{0,20}$/), { minLength: 1, maxLength: 8 }),
  },
  { requiredKeys: [] },
);

function person(index: number): fc.Arbitrary<Omit<Person, 'id'>> {
  const phone: ContactMethod = { channel: 'sms', address: `+1555010${String(index).padStart(2, '0')}` };
  const voice: ContactMethod = { channel: 'voice', address: `+1555011${String(index).padStart(2, '0')}` };
  const email: ContactMethod = { channel: 'email', address: `p${index}@example.com` };
  const contacts = fc.shuffledSubarray([phone, voice, email], { minLength: 1 }).chain((some) =>
    fc
      .array(fc.option(words, { nil: undefined, freq: 3 }), {
        minLength: some.length,
        maxLength: some.length,
      })
      .map((off) =>
        some.map((one, at): ContactMethod => {
          const disabled = off[at];
          return disabled === undefined ? one : { ...one, disabled };
        }),
      ),
  );
  return fc
    .record({ name: words, contacts, zone: fc.option(zone, { nil: undefined }) })
    .map(({ zone: at, ...rest }): Omit<Person, 'id'> => (at === undefined ? rest : { ...rest, zone: at }))
    .chain((made) => anyNotifications(made.contacts, hours).map((how) => ({ ...made, ...how })));
}

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 59))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);

const hours: fc.Arbitrary<Hours> = fc
  .record({
    days: fc.option(fc.shuffledSubarray([...WEEKDAYS], { minLength: 1 }), { nil: undefined }),
    from: clock,
    until: fc.oneof(clock, fc.constant('24:00')),
  })
  .filter(({ from, until }) => from !== until)
  .map(({ days, ...rest }) => (days === undefined ? rest : { days, ...rest }));

const shift: fc.Arbitrary<Layer['shift']> = fc.oneof(
  fc.record({ every: fc.integer({ min: 1, max: 744 }), unit: fc.constant('hours' as const) }),
  fc.record({ every: fc.integer({ min: 1, max: 366 }), unit: fc.constant('days' as const) }),
  fc.record({ every: fc.integer({ min: 1, max: 52 }), unit: fc.constant('weeks' as const) }),
  fc.record({ every: fc.integer({ min: 1, max: 12 }), unit: fc.constant('months' as const) }),
);

const date = fc
  .integer({ min: 0, max: 20_000 })
  .map((day) => new Date(Date.UTC(2000, 0) + day * DAY_MS).toISOString().slice(0, 10));

const layer = (people: string[]): fc.Arbitrary<Layer> =>
  fc
    .record({
      members: fc.array(fc.constantFrom(...people), { minLength: 1, maxLength: 5 }),
      shift,
      start: date,
      handoff: clock,
      during: fc.option(fc.array(hours, { minLength: 1, maxLength: 3 }), { nil: undefined }),
    })
    .map(({ during, ...rest }): Layer => (during === undefined ? rest : { ...rest, during }));

const some = (from: string[]): fc.Arbitrary<string[]> =>
  from.length === 0 ? fc.constant([]) : fc.shuffledSubarray(from);

const level = (people: string[], rotations: string[], groups: string[]): fc.Arbitrary<PolicyLevel> =>
  fc
    .record({
      people: some(people),
      rotations: some(rotations),
      groups: some(groups),
      afterMs: fc.oneof(
        fc.constantFrom(30_000, 300_000, 604_800_000),
        fc.integer({ min: 1, max: 604_800_000 }),
      ),
    })
    .filter((one) => one.people.length + one.rotations.length + one.groups.length > 0)
    .map(
      ({ people: named, rotations: turns, groups: teams, afterMs }): PolicyLevel => ({
        people: named,
        ...(turns.length === 0 ? {} : { rotations: turns }),
        ...(teams.length === 0 ? {} : { groups: teams }),
        afterMs,
      }),
    );

const keyed = <T>(names: string[], one: fc.Arbitrary<T>): fc.Arbitrary<(T & { id: string })[]> =>
  names.length === 0
    ? fc.constant([])
    : fc
        .array(one, { minLength: names.length, maxLength: names.length })
        .map((made) => made.map((rest, at) => ({ id: names[at] ?? '', ...rest })));

const time = fc.integer({ min: NOW_MS - 30 * DAY_MS, max: NOW_MS + 400 * DAY_MS });
const stretch = fc
  .tuple(time, fc.integer({ min: 1, max: 30 * DAY_MS }))
  .map(([fromMs, lengthMs]) => ({ fromMs, untilMs: fromMs + lengthMs }));

interface Names {
  people: string[];
  rotations: string[];
  policies: Policy[];
}

function override(at: number, { people, rotations, policies }: Names): fc.Arbitrary<Override> {
  const targets: Pick<Override, 'policy' | 'level' | 'rotation'>[] = [
    ...rotations.map((rotation) => ({ policy: '', level: 0, rotation })),
    ...policies.flatMap((one) => one.levels.map((_, index) => ({ policy: one.id, level: index + 1 }))),
  ];
  return fc
    .record({
      target: fc.constantFrom(...targets),
      person: fc.constantFrom(...people),
      when: stretch,
      endless: fc.boolean(),
      why: fc.option(words, { nil: undefined }),
      by: words,
      madeAtMs: time,
    })
    .map(
      ({ target, person: who, when, endless, why, by, madeAtMs }): Override => ({
        id: `7.o${at}`,
        ...target,
        ...(why === undefined ? {} : { why }),
        person: who,
        fromMs: when.fromMs,
        untilMs: endless ? null : when.untilMs,
        by,
        madeAtMs,
      }),
    );
}

const absence = (at: number, people: string[]): fc.Arbitrary<Absence> =>
  fc
    .record({
      person: fc.constantFrom(...people),
      when: stretch,
      why: words,
      by: words,
      madeAtMs: time,
      feed: fc.option(words, { nil: undefined }),
    })
    .map(
      ({ when, feed, ...rest }): Absence => ({
        id: `7.a${at}`,
        ...rest,
        ...when,
        ...(feed === undefined ? {} : { feed }),
      }),
    );

const glob = fc.constantFrom('db1', 'web*', '*.example.com', '* down?', 'no', '12');

const maintenance = (at: number, services: string[]): fc.Arbitrary<MaintenanceWindow> =>
  fc
    .record({
      about: fc.record(
        {
          services: fc.uniqueArray(fc.constantFrom(...services), { minLength: 1 }),
          hosts: fc.uniqueArray(glob, { minLength: 1 }),
          matches: fc.uniqueArray(glob, { minLength: 1 }),
        },
        { requiredKeys: [] },
      ),
      when: fc.oneof(
        stretch,
        fc.record({
          during: fc.constant<Hours[]>([{ days: ['sun'], from: '22:00', until: '04:00' }]),
          zone,
        }),
      ),
      why: words,
      by: words,
      madeAtMs: time,
    })
    .map(({ about, when, ...rest }): MaintenanceWindow => ({ id: `w${at}`, ...about, ...when, ...rest }));

const several = <T>(one: (at: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc
    .integer({ min: 0, max: 3 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => one(at))));

/** Any roster of some people; version 7. */
export const anyRoster: fc.Arbitrary<Roster> = fc
  .record({ people: ids(4), rotations: ids(2), groups: ids(2), policies: ids(3), services: ids(3) })
  .chain((names) =>
    fc
      .record({
        people: fc.tuple(
          ...names.people.map((one, at) => person(at).map((rest): Person => ({ id: one, ...rest }))),
        ),
        rotations: keyed(
          names.rotations,
          fc.record({ zone, layers: fc.array(layer(names.people), { minLength: 1, maxLength: 3 }) }),
        ),
        groups: keyed(
          names.groups,
          fc.record({ people: fc.shuffledSubarray(names.people, { minLength: 1 }) }),
        ),
        policies: keyed(
          names.policies,
          fc.record({
            levels: fc.array(level(names.people, names.rotations, names.groups), {
              minLength: 1,
              maxLength: 3,
            }),
            repeat: fc.integer({ min: 0, max: 5 }),
          }),
        ),
        services: fc.tuple(
          ...names.services.map((one, at) =>
            fc.tuple(fc.constantFrom(...names.policies), settings).map(
              ([policy, set]): Service => ({
                id: one,
                policy,
                keyHashes: [String(at).repeat(64)],
                ...set,
              }),
            ),
          ),
        ),
        defaultService: fc.constantFrom(...names.services),
      })
      .chain((made) =>
        fc
          .record({
            overrides: several((at) => override(at, { ...made, ...names, policies: made.policies })),
            absences: several((at) => absence(at, names.people)),
            maintenance: several((at) => maintenance(at, names.services)),
            rules: anyRules(names.services, names.policies),
          })
          .map(({ rules, ...standIns }): Roster => ({ version: 7, ...made, ...rules, ...standIns })),
      ),
  );
