/** How fast it is known who is on call: single questions over years, and the calendar of a year. */
import type { Layer, Roster } from '../../src/relay/oncall/types.ts';
import { timelineOf } from '../../src/relay/oncall/rotations/timeline.ts';
import { median, rounded, type Measurement } from '../measurement.ts';

const QUESTIONS = 1_000_000;
const ROTATIONS = 20;
const ROUNDS = 7;
const PER_S = 1_000_000;
const CALENDAR_MS = 100;
const YEARS = [Date.UTC(2021, 0), Date.UTC(2031, 0)] as const;
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Sydney', 'Asia/Kolkata'];
const MEMBERS = ['ana', 'ben', 'cleo', 'dora'];

/** Weeks for everybody, above them nights on workdays, above these weekends. */
const LAYERS: Layer[] = [
  { members: MEMBERS, shift: { every: 1, unit: 'weeks' }, start: '2020-01-06', handoff: '09:00' },
  {
    members: ['dora', 'cleo', 'ben'],
    shift: { every: 1, unit: 'days' },
    start: '2020-01-06',
    handoff: '08:00',
    during: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '22:00', until: '06:00' }],
  },
  {
    members: ['ben', 'ana'],
    shift: { every: 1, unit: 'weeks' },
    start: '2020-01-06',
    handoff: '08:00',
    during: [{ days: ['sat', 'sun'], from: '00:00', until: '24:00' }],
  },
];

/** A new one each time: what was worked out for another is not known of it. */
function rosterOf(rotations: number): Roster {
  return {
    version: 1,
    people: MEMBERS.map((id) => ({ id, name: id, contacts: [] })),
    services: [],
    policies: [],
    overrides: [],
    rotations: Array.from({ length: rotations }, (_, index) => ({
      id: `r${index}`,
      zone: ZONES[index % ZONES.length] ?? 'UTC',
      layers: LAYERS,
    })),
    defaultService: 'default',
  };
}

/** Processor time of this process, so that others on the machine count as little as they can. */
function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1_000;
}

function questionsPerS(): number {
  const roster = rosterOf(1);
  const line = timelineOf(roster, 'r0');
  if (line === null) throw new Error('there is no rotation to ask about');
  const times = Float64Array.from(
    { length: QUESTIONS },
    () => YEARS[0] + Math.floor(Math.random() * (YEARS[1] - YEARS[0])),
  );
  let nobody = 0;
  // The first times of ten years included, for which it has to be worked out.
  const ms = cpuMs(() => {
    for (const atMs of times) if (line.at(atMs).person === null) nobody += 1;
  });
  if (nobody > 0) throw new Error(`${nobody} questions were answered with nobody`);
  return (QUESTIONS / ms) * 1_000;
}

function calendarMs(): number {
  const roster = rosterOf(ROTATIONS);
  const year = [Date.UTC(2027, 0), Date.UTC(2028, 0)] as const;
  let spans = 0;
  const ms = cpuMs(() => {
    for (const { id } of roster.rotations ?? []) spans += timelineOf(roster, id)?.spans(...year).length ?? 0;
  });
  if (spans < ROTATIONS * 500) throw new Error(`a year had only ${spans} spans`);
  return ms;
}

export const oncall: Measurement = {
  name: 'oncall',
  goal: `who is on call in a three-layer rotation, at random times of ten years: >= ${PER_S} questions/s of one processor; a year's calendar of ${ROTATIONS} such rotations: < ${CALENDAR_MS} ms`,
  run(say) {
    const calendars: number[] = [];
    const speeds: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      calendars.push(calendarMs());
      speeds.push(questionsPerS());
      say(
        `${rounded(speeds.at(-1) ?? 0)} questions/s, the calendar in ${rounded(calendars.at(-1) ?? 0, 1)} ms`,
      );
    }
    const values = {
      questionsPerS: rounded(median(speeds)),
      slowestQuestionsPerS: rounded(Math.min(...speeds)),
      // The first calendar of a process pays for compiling the code.
      firstCalendarMs: rounded(calendars[0] ?? 0, 1),
      calendarMs: rounded(median(calendars), 1),
    };
    const met =
      values.questionsPerS >= PER_S &&
      values.calendarMs < CALENDAR_MS &&
      values.firstCalendarMs < CALENDAR_MS;
    return Promise.resolve({ values, met });
  },
};
