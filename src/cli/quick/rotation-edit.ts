/** `relay rotation edit ops --add dan --after ben --remove ana`: what is given changes, the rest stays. */
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { QuickCommand, QuickValues } from '../quick-command.ts';
import { namesOf, tellEdit } from './edit-call.ts';
import { LAYER_FLAGS, layerValues } from './layer-values.ts';
import { meantZone } from './meant-zone.ts';
import { flagOf, textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: {
    ...LAYER_FLAGS,
    zone: { type: 'string' },
    layer: { type: 'string' },
    members: { type: 'string', multiple: true },
    always: { type: 'boolean' },
    add: { type: 'string', multiple: true },
    after: { type: 'string' },
    remove: { type: 'string', multiple: true },
    'remove-layer': { type: 'boolean' },
    as: { type: 'string' },
  },
  args: { min: 1, max: 1 },
  run: async ([id = ''], values, io) => {
    const change = {
      zone: textOf(values, 'zone'),
      layer: layerOf(values),
      members: namesOf(values, 'members'),
      always: flagOf(values, 'always') || undefined,
      removeLayer: flagOf(values, 'remove-layer') || undefined,
      add: namesOf(values, 'add'),
      after: textOf(values, 'after'),
      remove: namesOf(values, 'remove'),
    };
    const zone = await meantZone(await connect(values, io), values, id);
    const body = { ...change, ...layerValues(values, Date.now(), zone), showZone: zone };
    return tellEdit(`/v1/rotations/${encodeURIComponent(id)}`, body, values, io);
  },
};

function layerOf(values: QuickValues): number | undefined {
  const layer = textOf(values, 'layer');
  if (layer === undefined) return undefined;
  if (/^[1-9]\d?$/.test(layer)) return Number(layer);
  throw new CliError(EXIT.usage, `--layer: "${layer}" is no layer.`, 'Layers count from 1.');
}
