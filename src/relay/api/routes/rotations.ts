/** Rotations: who takes turns, in what order, when. Each edit tells who is on call differently by it. */
import { findRotation } from '../../oncall/checks.ts';
import { addRotation, removeRotation } from '../../oncall/edits.ts';
import { hours, shift } from '../../oncall/file/forms.ts';
import { rotationNamedBy } from '../../oncall/named-by.ts';
import { changeRotation } from '../../oncall/rotation-change.ts';
import { timelineOf } from '../../oncall/rotations/timeline.ts';
import type { Layer, Roster } from '../../oncall/types.ts';
import { rotationWords } from '../../oncall/words.ts';
import type { Core } from '../core.ts';
import { given } from '../fields.ts';
import { formed, hoursFrom } from '../hours-from.ts';
import { hostZone } from '../oncall-view.ts';
import type { LayerJson, RotationJson } from '../oncall-wire.ts';
import { ROTATION, TOLD } from '../schemas/roster.ts';
import { BY, flag, names, needed, orElse, text, whole, ZONE, type Given } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';
import { told } from '../told.ts';

/** A text in the form that a roster file has it in. */
const SHIFT: Given<Layer['shift'] | undefined> = {
  json: {
    type: 'string',
    maxLength: 20,
    description: 'Length of a shift.',
    examples: ['1 week', '12 hours'],
  },
  read: (fields, name) => {
    const said = fields.optionalText(name, 20);
    return said === undefined ? undefined : formed(shift, said, name, fields);
  },
};

const DURING = 'Only within these hours, such as `mon-fri 09:00-17:00`.';

const LAYER = {
  members: names('All members, in their order.'),
  shift: SHIFT,
  start: text(10, 'Local date of the first shift, such as `2026-11-16`.'),
  handoff: text(5, 'Local time of each handoff, such as `09:00`.'),
  during: names(DURING, 80),
};

const SHOW_ZONE = { showZone: ZONE, by: BY };

/** The calls under /v1/rotations. */
export function rotationRoutes(core: Core): Route[] {
  const shown = (id: string): RotationJson => rotationJson(core.roster.current(), id, core.nowMs());

  return [
    get('/v1/rotations', { name: 'listRotations', summary: 'The rotations.', answer: listOf(ROTATION) }, () =>
      (core.roster.current().rotations ?? []).map(({ id }) => shown(id)),
    ),
    get(
      '/v1/rotations/:id',
      {
        name: 'showRotation',
        summary: 'One rotation: its layers, who has it now, what names it.',
        answer: ROTATION,
      },
      ({ id }) => shown(id),
    ),
    post(
      '/v1/rotations',
      {
        name: 'addRotation',
        summary: 'Adds a rotation of one layer.',
        body: {
          id: needed(text(64, 'Its name.')),
          zone: orElse(text(64, 'Of all its local times; else that of the host.'), hostZone),
          members: needed(LAYER.members),
          shift: needed(LAYER.shift),
          start: needed(LAYER.start),
          handoff: needed(LAYER.handoff),
          during: LAYER.during,
          ...SHOW_ZONE,
        },
        answer: TOLD,
      },
      ({ body: { id, zone, during, showZone, by, ...rest }, fields }) => {
        const layer: Layer = { ...rest, ...given({ during: hoursFrom(during, 'during', fields) }) };
        fields.check();
        return told(
          core,
          { by, zone: showZone },
          (base) => addRotation(base, { id, zone, layers: [layer] }),
          (after) => `Added ${rotationLine(after, id)}`,
        );
      },
    ),
    post(
      '/v1/rotations/:id',
      {
        name: 'editRotation',
        summary: 'Changes what is given of a rotation; those in `add` and `remove` move nobody else.',
        body: {
          zone: text(64, 'Of all its local times.'),
          layer: whole(1, 100, 'Which layer; one more than there are makes a new one. Absent: the only one.'),
          ...LAYER,
          always: flag('The layer answers at all hours again.'),
          removeLayer: flag('Takes the layer away.'),
          add: names('Who joins.'),
          after: text(64, 'After whose next turn they join.'),
          remove: names('Who leaves.'),
          ...SHOW_ZONE,
        },
        answer: TOLD,
      },
      ({ id, body, fields }) => {
        const { always, removeLayer, add = [], remove = [], during, showZone, by, ...rest } = body;
        if (always && during !== undefined) fields.problem('always, during: give one of them');
        const open = always ? [] : hoursFrom(during, 'during', fields);
        fields.check();
        const change = { ...given({ ...rest, during: open }), removeLayer, add, remove };
        const edit = { by, nowMs: core.nowMs() };
        return told(
          core,
          { by, zone: showZone },
          (base) => changeRotation(base, id, change, edit),
          (after) => `Changed ${rotationLine(after, id)}`,
        );
      },
    ),
    post(
      '/v1/rotations/:id/remove',
      {
        name: 'removeRotation',
        summary: 'Removes a rotation that nothing names.',
        body: { zone: ZONE, by: BY },
        answer: TOLD,
      },
      ({ id, body }) =>
        told(
          core,
          body,
          (base) => removeRotation(base, id),
          () => `Removed rotation ${id}`,
        ),
    ),
  ];
}

function rotationJson(roster: Roster, id: string, nowMs: number): RotationJson {
  const { zone, layers } = findRotation(roster, id);
  const timeline = timelineOf(roster, id);
  const span = timeline?.at(nowMs);
  const untilMs = timeline?.untilMs(nowMs) ?? null;
  return {
    id,
    zone,
    layers: layers.map(layerJson),
    namedBy: rotationNamedBy(roster, id),
    now: {
      person: span?.person ?? null,
      until: untilMs === null ? null : new Date(untilMs).toISOString(),
      because: span === undefined ? '' : rotationWords(id, span, untilMs, { atMs: nowMs, zone }),
    },
  };
}

const layerJson = ({ during, ...layer }: Layer): LayerJson => ({
  ...layer,
  shift: String(shift.write(layer.shift)),
  ...(during === undefined ? {} : { during: during.map((one) => String(hours.write(one))) }),
});

/** `rotation ops (Europe/Berlin): ana, ben, 1 week each, from 09:00`, layer by layer. */
function rotationLine(roster: Roster, id: string): string {
  const { zone, layers } = findRotation(roster, id);
  const said = layers.map((layer, index) => {
    const { members, handoff, start, during, shift: length } = layerJson(layer);
    const when = during === undefined ? '' : `, only ${during.join(' and ')}`;
    const name = layers.length === 1 ? '' : `layer ${index + 1}: `;
    return `${name}${members.join(', ')}, ${length} each, handoff ${handoff}, since ${start}${when}`;
  });
  return `rotation ${id} (${zone}): ${said.join('; ')}`;
}
