/** Home Assistant: an entity and its state, under its own names, as automations hand them on. */
import { firstOf, objectIn, textIn } from '../fields.ts';
import type { WebhookSource } from '../source.ts';

/** Sensors of these classes are well when they are on. */
const WELL_WHEN_ON = new Set('connectivity plug power running presence light'.split(' '));

/** Only what says on or off of something that should not be, or should: a number, or a switch, tells nothing. */
export const homeAssistant: WebhookSource = {
  name: 'home-assistant',
  read(body) {
    const entity = textIn(body['entity_id']);
    if (!entity.startsWith('binary_sensor.')) return null;
    const given = body['state'] ?? body['to_state'] ?? body['new_state'];
    const state = firstOf(given, objectIn(given)['state']).toLowerCase();
    const attributes = objectIn(objectIn(given)['attributes']);
    const kind = firstOf(body['device_class'], attributes['device_class']).toLowerCase();
    const isGone = state === 'unavailable' || state === 'unknown';
    // Not charging is as it should be, or isn't.
    if (kind === '' || kind === 'battery_charging' || !(isGone || state === 'on' || state === 'off'))
      return null;
    const isWell = !isGone && (state === 'on') === WELL_WHEN_ON.has(kind);
    const name = firstOf(body['friendly_name'], attributes['friendly_name'], body['name'], entity);
    return [
      {
        action: isWell ? 'resolve' : 'trigger',
        about: [entity],
        severity: 'unknown',
        summary: `${name} (${kind}) is ${state}`,
        reason: `read by its state "${state}", of a sensor of ${kind}`,
        check: name,
      },
    ];
  },
};
