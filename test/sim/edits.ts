/** The admins: they edit the roster while incidents are open, on whichever host is there, as the commands do. */
import {
  addAbsence,
  addGroup,
  addMember,
  addPerson,
  addWindow,
  editGroup,
  editPolicy,
  editRotation,
  editService,
  endWindow,
  removeAbsence,
  removeMember,
  removePerson,
  removeWindow,
  setOncall,
  swap,
  unsetOncall,
} from '../../src/relay/oncall/edits.ts';
import { timelineOf } from '../../src/relay/oncall/rotations/timeline.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { Prng } from './prng.ts';
import type { Profile } from './profile.ts';
import { drawLayer, drawLevels, drawPolicy, drawWindow, orSame, someone } from './roster-draw.ts';
import type { VirtualTime } from './virtual-time.ts';

export type RosterChange = (roster: Roster) => Roster;

export interface EditsParts {
  time: VirtualTime;
  draw: Prng;
  profile: Profile;
  trueWallMs(): number;
  /** One try on one host; nobody hears what becomes of it. */
  edit(what: string, change: RosterChange): void;
}

const MINUTE_MS = 60_000;
const KINDS = [
  'override',
  'override',
  'override a rotation',
  'override a rotation',
  'unset',
  'join',
  'leave',
  'absence',
  'absence',
  'back',
  'swap',
  'policy',
  'policy',
  'levels',
  'rules',
  'layers',
  'group',
  'service',
  'maintenance',
  'maintenance',
  'maintenance over',
  'auto-resolve',
  'group-by',
  'newcomer',
  'farewell',
] as const;

type Kind = (typeof KINDS)[number];

export class Edits {
  readonly #parts: EditsParts;

  constructor(parts: EditsParts) {
    this.#parts = parts;
  }

  /** Plans every edit of the active time. */
  plan(): void {
    const { time, draw, profile, edit } = this.#parts;
    for (let index = 0; index < profile.edits; index += 1) {
      const own = draw.fork(`edit ${index}`);
      const kind = own.pick(KINDS);
      time.schedule(own.int(0, profile.activeMs), () => edit(kind, this.#change(kind, own)));
    }
  }

  /** Draws the same again when the edit is made again on another version. */
  #change(kind: Kind, draw: Prng): RosterChange {
    const nowMs = this.#parts.trueWallMs();
    return (roster) => changed(kind, draw.fork('again'), { roster, nowMs, zone: this.#parts.profile.zone });
  }
}

interface Present {
  roster: Roster;
  nowMs: number;
  zone: string;
}

/** The roster after an edit of this kind; the same when there is nothing to edit, or the edit is refused. */
function changed(kind: Kind, draw: Prng, { roster, nowMs, zone }: Present): Roster {
  const person = draw.pick(roster.people).id;
  const policy = draw.pick(roster.policies);
  const [rotation] = roster.rotations === undefined ? [] : [draw.pick(roster.rotations)];
  const edit = { by: 'root', nowMs };
  const untilMs = nowMs + draw.int(1, 12) * MINUTE_MS;
  switch (kind) {
    case 'override': {
      const level = draw.int(1, policy.levels.length);
      const service = draw.pick(roster.services).id;
      const end = draw.chance(0.8) ? { untilMs } : {};
      return orSame(roster, (base) => setOncall(base, { ...edit, ...end, person, level, service }));
    }
    case 'override a rotation':
      if (rotation === undefined) return roster;
      return orSame(roster, (base) => setOncall(base, { ...edit, untilMs, person, rotation: rotation.id }));
    case 'unset':
      if (roster.overrides.length === 0) return roster;
      return orSame(roster, (base) => unsetOncall(base, { id: draw.pick(base.overrides).id, nowMs }));
    case 'join':
      if (rotation === undefined) return roster;
      return orSame(roster, (base) =>
        addMember(base, {
          rotation: rotation.id,
          layer: 1,
          person,
          nowMs,
          ...(draw.chance(0.5) ? { place: 1 } : {}),
        }),
      );
    case 'leave':
      if (rotation === undefined) return roster;
      return orSame(roster, (base) =>
        removeMember(base, {
          ...edit,
          rotation: rotation.id,
          person: draw.pick(rotation.layers).members[0] ?? person,
        }),
      );
    case 'absence': {
      const fromMs = draw.chance(0.5) ? {} : { fromMs: nowMs + draw.int(0, 3) * MINUTE_MS };
      return orSame(roster, (base) =>
        addAbsence(base, { ...edit, ...fromMs, person, untilMs: untilMs + 5 * MINUTE_MS }),
      );
    }
    case 'back':
      return orSame(roster, (base) => removeAbsence(base, { person, nowMs }));
    case 'swap':
      return rotation === undefined ? roster : swapped(draw, roster, rotation.id, nowMs);
    case 'policy': {
      const others = roster.policies.map((one) => one.id);
      const { id, repeat } = policy;
      const { levels, rules, ackTimeoutMs, handover } = drawPolicy(
        draw,
        roster,
        { startMs: nowMs, zone },
        { id, repeat, others },
      );
      return orSame(roster, (base) =>
        editPolicy(base, id, {
          levels,
          rules: rules ?? [],
          zone,
          ackTimeoutMs: ackTimeoutMs ?? null,
          handover: handover ?? false,
        }),
      );
    }
    case 'levels':
      return orSame(roster, (base) => editPolicy(base, policy.id, { levels: drawLevels(draw, base) }));
    case 'rules':
      return orSame(roster, (base) => editPolicy(base, policy.id, { rules: [] }));
    case 'layers':
      if (rotation === undefined) return roster;
      return orSame(roster, (base) =>
        editRotation(base, rotation.id, { layers: [drawLayer(draw, base, nowMs, zone)] }),
      );
    case 'group': {
      const [group] = roster.groups ?? [];
      const people = someone(draw, roster, 2);
      return orSame(roster, (base) =>
        group === undefined ? addGroup(base, { id: 'late', people }) : editGroup(base, group.id, { people }),
      );
    }
    case 'service':
      return orSame(roster, (base) => editService(base, draw.pick(base.services).id, { policy: policy.id }));
    case 'maintenance':
      return orSame(roster, (base) => addWindow(base, { ...edit, ...drawWindow(draw, base, nowMs, zone) }));
    case 'maintenance over': {
      const [window] = roster.maintenance ?? [];
      if (window === undefined) return roster;
      return orSame(roster, (base) =>
        draw.chance(0.5) ? endWindow(base, window.id, nowMs) : removeWindow(base, window.id),
      );
    }
    case 'auto-resolve': {
      const service = draw.pick(roster.services).id;
      const autoResolveMs = draw.pick([null, 60_000, 'default'] as const);
      return orSame(roster, (base) => editService(base, service, { autoResolveMs }));
    }
    case 'group-by': {
      const { id, groupBy } = draw.pick(roster.services);
      return orSame(roster, (base) =>
        editService(base, id, { groupBy: groupBy === undefined ? ['rack'] : [] }),
      );
    }
    case 'newcomer':
      return orSame(roster, (base) =>
        addPerson(base, { id: 'eva', email: 'eva@example.com', phone: '+15550109' }),
      );
    case 'farewell':
      return orSame(roster, (base) => removePerson(base, person, nowMs));
  }
}

/** The shift under way for one that follows, of somebody else. */
function swapped(draw: Prng, roster: Roster, rotation: string, nowMs: number): Roster {
  const spans = timelineOf(roster, rotation)?.spans(nowMs, nowMs + 12 * 60 * MINUTE_MS) ?? [];
  const [now, ...later] = spans.flatMap(({ person, fromMs }) =>
    person === null ? [] : [{ person, fromMs }],
  );
  const others = later.filter((one) => one.person !== now?.person);
  if (now === undefined || others.length === 0) return roster;
  const { person: b, fromMs: bShiftAt } = draw.pick(others);
  return orSame(roster, (base) =>
    swap(base, { rotation, a: now.person, aShiftAt: nowMs, b, bShiftAt, by: 'root', nowMs }),
  );
}
