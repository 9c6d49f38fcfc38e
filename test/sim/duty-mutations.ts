/** Who is on call, and when an incident comes back, made wrong on purpose: the simulation must notice each of these. */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { AlertEvent } from '../../src/relay/events/types.ts';
import type { LineageState } from '../../src/relay/incidents/types.ts';
import type { Duty, DutyQuestion, Roster } from '../../src/relay/oncall/types.ts';
import { duty as dutyOf } from '../../src/relay/oncall/who.ts';
import type { Change } from '../../src/relay/store/port.ts';
import type { Mutation } from './hosts.ts';
import { replaced, type NamedMutation } from './mutations.ts';

/** Answers by a roster that is not quite the one that is there. */
const byRoster = (change: (roster: Roster) => Roster): Mutation => ({
  duty: (_duty, roster) => (service, atMs, asked) =>
    dutyOf(change(roster()), service, atMs, [], 'UTC', asked),
});

/** Answers that are changed a little. */
const byAnswer = (change: (duty: Duty, asked: DutyQuestion) => Duty): Mutation => ({
  duty: (duty) => (service, atMs, asked) => change(duty(service, atMs, asked), asked),
});

/** The roster as it was one version ago, under the number of the present one. */
const lagging: Mutation = {
  duty: (_duty, roster) => {
    let present: Roster | null = null;
    let before: Roster | null = null;
    return (service, atMs, asked) => {
      const now = roster();
      if (present?.version !== now.version) [before, present] = [present ?? now, now];
      return dutyOf({ ...(before ?? now), version: now.version }, service, atMs, [], 'UTC', asked);
    };
  },
};

/** A timer of this name is never in what is committed of an incident of which `about` says so. */
const withoutTimer = (name: string, about: (state: LineageState) => boolean): Mutation => ({
  store: (store) =>
    replaced(store, {
      commit: (change: Change) => {
        if (!change.key.startsWith('i:')) return store.commit(change);
        const envelope = change.state as Envelope<LineageState>;
        if (!about(envelope.domain)) return store.commit(change);
        const timers = envelope.timers.filter((one) => one.name !== name);
        return store.commit({ ...change, state: { ...envelope, timers } });
      },
    }),
});

/** The clocks of a zone never change: everything is as it is in winter, or in summer. */
const withoutSummer = (roster: Roster): Roster => ({
  ...roster,
  rotations: (roster.rotations ?? []).map((one) => ({ ...one, zone: fixed(one.zone) })),
});

const FIXED: Readonly<Record<string, string>> = {
  'Europe/Berlin': 'Etc/GMT-1',
  'America/New_York': 'Etc/GMT+5',
  'Australia/Sydney': 'Etc/GMT-10',
  'Australia/Lord_Howe': 'Etc/GMT-11',
};
const fixed = (zone: string): string => FIXED[zone] ?? zone;

/** A member of a group under another name, or none. */
const renamed = ({ member, ...event }: AlertEvent, name: { member?: string }): AlertEvent =>
  member === undefined ? event : { ...event, ...name };

const always = (): boolean => true;

export const DUTY_MUTATIONS: NamedMutation[] = [
  {
    what: 'overrides that nobody heeds',
    breaks: ['S4'],
    mutation: byRoster((roster) => ({ ...roster, overrides: [] })),
  },
  {
    what: 'absences that nobody heeds',
    breaks: ['S4', 'L3'],
    mutation: byRoster((roster) => ({ ...roster, absences: [] })),
  },
  {
    what: 'rotations that keep to winter time',
    breaks: ['S4', 'L3'],
    mutation: byRoster(withoutSummer),
  },
  {
    what: 'pages by the roster of one edit ago, recorded as of the present one',
    breaks: ['S4', 'L1', 'L3', 'S6'],
    mutation: lagging,
  },
  {
    what: 'levels for some severities that are told of all',
    breaks: ['S4'],
    mutation: byRoster((roster) => ({
      ...roster,
      policies: roster.policies.map((policy) => ({
        ...policy,
        levels: policy.levels.map(({ severities: _all, ...level }) => level),
      })),
    })),
  },
  {
    what: 'rules by which nobody ever waits',
    breaks: ['S4'],
    mutation: byAnswer(({ wait: _wait, ...duty }) => duty),
  },
  {
    what: 'waits that end an hour late',
    breaks: ['L1'],
    mutation: byAnswer((duty) =>
      duty.wait === undefined
        ? duty
        : { ...duty, wait: { ...duty.wait, untilMs: duty.wait.untilMs + 3_600_000 } },
    ),
  },
  {
    what: 'maintenance that nobody heeds',
    breaks: ['S4', 'L1'],
    mutation: byRoster((roster) => ({ ...roster, maintenance: [] })),
  },
  {
    what: 'maintenance of one service that holds for all',
    breaks: ['L1'],
    mutation: byRoster((roster) => ({
      ...roster,
      maintenance: (roster.maintenance ?? []).map(({ services: _all, ...window }) => window),
    })),
  },
  {
    what: 'a catch-all of one person when nobody is on call',
    breaks: ['L3'],
    mutation: byAnswer((duty) =>
      duty.levels.some((level) => level.people.length > 0)
        ? duty
        : { ...duty, catchAll: duty.catchAll.slice(0, 1) },
    ),
  },
  {
    what: 'delays of which a tenth is kept',
    breaks: ['S6'],
    mutation: byAnswer((duty) => ({
      ...duty,
      levels: duty.levels.map((level) => ({ ...level, afterMs: level.afterMs / 10 })),
    })),
  },
  {
    what: 'a wait without a timer',
    breaks: ['S13'],
    mutation: withoutTimer('escalate', ({ incident }) => incident?.waits !== undefined),
  },
  {
    what: 'a snooze that forgets its end',
    breaks: ['S13'],
    mutation: withoutTimer('snooze', always),
  },
  {
    what: 'an acknowledgement that nobody looks at again',
    breaks: ['S13'],
    mutation: withoutTimer('ack-timeout', always),
  },
  {
    what: 'groups whose members all have one name',
    breaks: ['S20'],
    mutation: { grouped: (grouped) => (event) => renamed(grouped(event), { member: 'x' }) },
  },
  {
    what: 'groups whose members have no names, as an older version takes them',
    breaks: ['S20'],
    mutation: { grouped: (grouped) => (event) => renamed(grouped(event), {}) },
  },
  {
    what: 'what flaps, told every time',
    breaks: ['S21'],
    mutation: byAnswer((duty) => ({ ...duty, flapping: null })),
  },
  {
    what: 'what flaps, held open for ever',
    breaks: ['S13'],
    mutation: withoutTimer('steady', always),
  },
  {
    what: 'what is to resolve itself, forgotten',
    breaks: ['S13'],
    mutation: withoutTimer('auto-resolve', always),
  },
];
