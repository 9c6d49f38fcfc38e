/** Which call of Opsgenie's alert API a request is, by its method and address. Pure. */

/** What is done about one alert. `actions` are the team's own buttons. */
export const VERBS = [
  'close',
  'delete',
  'acknowledge',
  'unacknowledge',
  'notes',
  'snooze',
  'escalate',
  'assign',
  'message',
  'description',
  'priority',
  'tags',
  'details',
  'responders',
  'teams',
  'attachments',
  'actions',
] as const;
export type Verb = (typeof VERBS)[number];

/** Which alert is meant. */
export interface Target {
  by: 'id' | 'alias' | 'tiny';
  value: string;
}

export type Call =
  | { kind: 'create' }
  | { kind: 'act'; verb: Verb; target: Target }
  | { kind: 'get'; target: Target }
  | { kind: 'status'; requestId: string }
  | { kind: 'list' | 'count'; query: URLSearchParams }
  | { kind: 'unknown'; why: string };

const POSTED: readonly string[] = VERBS.filter(
  (verb) => !['delete', 'message', 'description', 'priority'].includes(verb),
);
const PUT: readonly string[] = ['message', 'description', 'priority'];
const DELETED: readonly string[] = ['tags', 'details', 'responders', 'teams', 'attachments'];
/** Lists of one alert that its timeline here stands for. */
const LISTED: readonly string[] = ['notes', 'logs', 'recipients', 'attachments'];

/** `url`: path and query as they came. The path is split before it is decoded: an alias may hold `%2F`. */
export function callOf(method: string, url: string): Call {
  const [path = '', search = ''] = splitOnce(url, '?');
  const query = new URLSearchParams(search);
  const at = path.indexOf('/v2/alerts');
  const parts = path
    .slice(at + '/v2/alerts'.length)
    .split('/')
    .slice(1)
    .map(decoded);
  while (parts.at(-1) === '') parts.pop();
  const by = byOf(query.get('identifierType'));
  if (by === null) return unknown('identifierType must be id, alias or tiny');
  const targetOf = (end: number): Target => ({ by, value: parts.slice(0, end).join('/') });
  const last = parts.at(-1) ?? '';
  const ends = (verbs: readonly string[]): boolean => parts.length > 1 && verbs.includes(last);
  if (method === 'POST') {
    if (parts.length === 0) return { kind: 'create' };
    if (parts.length > 2 && parts.at(-2) === 'actions')
      return { kind: 'act', verb: 'actions', target: targetOf(-2) };
    if (ends(POSTED)) return { kind: 'act', verb: last as Verb, target: targetOf(-1) };
  }
  if ((method === 'PUT' || method === 'PATCH') && ends(PUT))
    return { kind: 'act', verb: last as Verb, target: targetOf(-1) };
  if (parts[0] === 'saved-searches') return unknown('relay keeps no saved searches');
  if (method === 'DELETE' && parts.length > 0) {
    if (parts.length > 2 && parts.at(-2) === 'attachments')
      return { kind: 'act', verb: 'attachments', target: targetOf(-2) };
    if (ends(DELETED)) return { kind: 'act', verb: last as Verb, target: targetOf(-1) };
    return { kind: 'act', verb: 'delete', target: targetOf(parts.length) };
  }
  if (method === 'GET') return gotOf(parts, query, targetOf);
  return unknown(`there is no ${method} of this address`);
}

function gotOf(parts: string[], query: URLSearchParams, targetOf: (end: number) => Target): Call {
  const [first = '', second] = parts;
  const last = parts.at(-1) ?? '';
  if (parts.length === 0) return { kind: 'list', query };
  if (parts.length === 1 && first === 'count') return { kind: 'count', query };
  if (first === 'requests' && second !== undefined)
    return { kind: 'status', requestId: parts.slice(1).join('/') };
  if (parts.length > 1 && LISTED.includes(last))
    return unknown(
      `relay doesn't list the ${last} of an alert here: \`relay incident show\` has its timeline`,
    );
  return { kind: 'get', target: targetOf(parts.length) };
}

const unknown = (why: string): Call => ({ kind: 'unknown', why });

function byOf(type: string | null): Target['by'] | null {
  const said = type?.toLowerCase() ?? '';
  if (said === '') return 'id';
  return (['id', 'alias', 'tiny'] as const).find((one) => one === said) ?? null;
}

/** What can't be decoded is taken as it stands. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return part;
    throw error;
  }
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}
