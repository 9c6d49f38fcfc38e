/** The table of calls as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html). Made of nothing else. */
import { VERSION } from '../../version.ts';
import { ERROR } from '../schemas/incidents.ts';
import { jsonOf, type Givens } from './given.ts';
import type { Route } from './route.ts';
import { named, reference, type JsonSchema } from './schema.ts';

const DESCRIPTION = `What the command \`relay\` uses, and nothing less. On the unix socket \`api.socket\` the mode of the \
file decides who may call; over TCP (\`api.listen\`) every call carries the token. Times are ISO 8601 in UTC; fields \
ending in \`Ms\` are milliseconds. Answers may get more properties in later versions.`;

/** The whole document. Rejects when two schemas have the same name. */
export function openapiOf(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  const schemas = named([...routes.map((route) => route.answer), ERROR]);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Relay',
      version: VERSION,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    // The socket needs no token.
    security: [{ token: [] }, {}],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries([...schemas].map(([name, schema]) => [name, schema.json])),
      responses: {
        Error: { description: 'It was not done, and why.', ...content(reference(ERROR)) },
      },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation(route: Route): object {
  const { name, summary, description, body, answer, media } = route;
  const parameters = [...inPath(route.path), ...inQuery(route.query)];
  const isNeeded = Object.values(body ?? {}).some((one) => one.isNeeded === true);
  return {
    operationId: name,
    tags: [tagOf(route)],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === null ? {} : { requestBody: { required: isNeeded, ...content(jsonOf(body)) } }),
    responses: {
      200: { description: 'Done.', ...content(reference(answer), media) },
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

const content = (schema: JsonSchema, media = 'application/json'): object => ({
  content: { [media]: { schema } },
});

const inPath = (path: string): object[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'number' ? { type: 'integer', minimum: 1 } : { type: 'string' },
  }));

const inQuery = (query: Givens): object[] =>
  Object.entries(query).map(([name, { json, isNeeded }]) => {
    const { description, ...schema } = json;
    return {
      name,
      in: 'query',
      ...(isNeeded === true ? { required: true } : {}),
      ...(description === undefined ? {} : { description }),
      schema,
    };
  });

/** What it is about: `policies` of /v1/policies/{id}. */
const tagOf = ({ path }: Pick<Route, 'path'>): string => path.split('/')[2] ?? 'api';
