/** The description of all calls, for programs. */
import { openapiOf } from '../table/openapi.ts';
import { get, type Route } from '../table/route.ts';
import type { Schema } from '../table/schema.ts';

const DOCUMENT: Schema<object> = {
  json: { type: 'object', description: 'OpenAPI 3.1.' },
};

/** The call /openapi.json, about these and itself. */
export function openapiRoute(routes: readonly Route[]): Route[] {
  const all = [...routes];
  let document: object | null = null;
  const own = get(
    '/openapi.json',
    { name: 'describe', summary: 'This description.', answer: DOCUMENT },
    () => (document ??= openapiOf(all)),
  );
  all.push(own);
  return [own];
}
