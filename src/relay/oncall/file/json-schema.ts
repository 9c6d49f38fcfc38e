/** The JSON Schema of a roster file, for editors; made of the same table that reads it. Pure. */
import { rosterFile } from './fields.ts';
import type { JsonSchema } from './shapes.ts';

/** Draft 2020-12; docs/roster.schema.json holds it. */
export function rosterSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A roster of Relay',
    description:
      'Who is on call. A section that is left out stays as it is; one that is there says all of it.',
    ...rosterFile.schema,
  };
}
