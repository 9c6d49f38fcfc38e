/** Rotations: who takes turns, in what order, when. Each edit tells who is on call differently by it. */
import type { FastifyInstance } from 'fastify';
import { findRotation } from '../../oncall/checks.ts';
import { addRotation, removeRotation } from '../../oncall/edits.ts';
import { Findings } from '../../oncall/file/findings.ts';
import { hours, shift } from '../../oncall/file/forms.ts';
import type { Shape } from '../../oncall/file/shapes.ts';
import { rotationNamedBy } from '../../oncall/named-by.ts';
import { changeRotation } from '../../oncall/rotation-change.ts';
import { timelineOf } from '../../oncall/rotations/timeline.ts';
import type { Layer, Roster } from '../../oncall/types.ts';
import { rotationWords } from '../../oncall/words.ts';
import type { Core } from '../core.ts';
import { Fields, given } from '../fields.ts';
import { hostZone } from '../oncall-view.ts';
import type { LayerJson, RotationJson, ToldJson } from '../oncall-wire.ts';
import { told } from '../told.ts';
import { readNames } from './groups.ts';
import { readAsker } from './overrides.ts';

const LAYER_FIELDS = ['members', 'shift', 'start', 'handoff', 'during'];

interface ById {
  Params: { id: string };
}

/** Registers the calls under /v1/rotations. */
export function rotationRoutes(app: FastifyInstance, core: Core): void {
  const shown = (id: string): RotationJson => rotationJson(core.roster.current(), id, core.nowMs());

  app.get('/v1/rotations', (): RotationJson[] =>
    (core.roster.current().rotations ?? []).map(({ id }) => shown(id)),
  );

  app.get<ById>('/v1/rotations/:id', (request): RotationJson => shown(request.params.id));

  app.post('/v1/rotations', async (request): Promise<ToldJson> => {
    const fields = new Fields(request.body, ['id', 'zone', ...LAYER_FIELDS, 'showZone', 'by']);
    const id = fields.text('id', 64);
    const zone = fields.optionalText('zone', 64) ?? hostZone();
    const layer = readLayer(fields);
    for (const name of ['members', 'shift', 'start', 'handoff'] as const)
      if (layer[name] === undefined) fields.problem(`${name}: is missing`);
    const asker = readAsker(fields, 'showZone');
    fields.check();
    const whole = layer as Layer;
    return told(
      core,
      asker,
      (base) => addRotation(base, { id, zone, layers: [whole] }),
      (after) => `Added ${rotationLine(after, id)}`,
    );
  });

  app.post<ById>('/v1/rotations/:id', async (request): Promise<ToldJson> => {
    const { id } = request.params;
    const known = ['zone', 'layer', ...LAYER_FIELDS, 'always', 'removeLayer', 'add', 'after', 'remove'];
    const fields = new Fields(request.body, [...known, 'showZone', 'by']);
    const layer = readLayer(fields);
    const always = fields.flag('always');
    const change = {
      ...given({
        zone: fields.optionalText('zone', 64),
        layer: fields.integer('layer', 1, 100),
        after: fields.optionalText('after', 64),
        ...layer,
        ...(always ? { during: [] } : {}),
      }),
      removeLayer: fields.flag('removeLayer'),
      add: readNames(fields, 'add') ?? [],
      remove: readNames(fields, 'remove') ?? [],
    };
    if (always && layer.during !== undefined) fields.problem('always, during: give one of them');
    const asker = readAsker(fields, 'showZone');
    fields.check();
    const edit = { by: asker.by, nowMs: core.nowMs() };
    return told(
      core,
      asker,
      (base) => changeRotation(base, id, change, edit),
      (after) => `Changed ${rotationLine(after, id)}`,
    );
  });

  app.post<ById>('/v1/rotations/:id/remove', async (request): Promise<ToldJson> => {
    const { id } = request.params;
    const fields = new Fields(request.body ?? {}, ['zone', 'by']);
    const asker = readAsker(fields);
    fields.check();
    return told(
      core,
      asker,
      (base) => removeRotation(base, id),
      () => `Removed rotation ${id}`,
    );
  });
}

/** What is given of a layer; what is wrong goes to `fields`. */
function readLayer(fields: Fields): Partial<Layer> {
  const during = readNames(fields, 'during', 80)?.map((text) => formed(hours, text, 'during', fields));
  const shiftText = fields.optionalText('shift', 20);
  return given({
    members: readNames(fields, 'members'),
    shift: shiftText === undefined ? undefined : formed(shift, shiftText, 'shift', fields),
    start: fields.optionalText('start', 10),
    handoff: fields.optionalText('handoff', 5),
    during: during?.filter((one) => one !== undefined),
  });
}

/** A text in the form that a roster file has it in. */
function formed<T>(shape: Shape<T>, text: string, name: string, fields: Fields): T | undefined {
  const findings = new Findings();
  const read = shape.read(text, [], findings);
  for (const one of findings.problems) fields.problem(`${name}: ${one.text}`);
  return read;
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
