/** Headers of the form `value; name=value`: Content-Type and Content-Disposition. Pure, linear, never throws. */

export interface Structured {
  /** Lower-cased, without comments; empty when there is none. */
  value: string;
  /** By lower-cased names; the first of each. Those that come in pieces (RFC 2231) are put together. */
  params: ReadonlyMap<string, string>;
}

const PARAMS_MAX = 50;

export function parseStructured(header: string): Structured {
  const [first = '', ...rest] = partsOf(header);
  const params = new Map<string, string>();
  for (const part of rest) {
    const equals = part.indexOf('=');
    if (equals < 1) continue;
    const [name = '', index] = part.slice(0, equals).trim().toLowerCase().split('*', 2);
    const value = unquote(part.slice(equals + 1).trim(), index !== undefined);
    if (index === undefined || index === '' || index === '0') {
      if (!params.has(name)) params.set(name, value);
    } else params.set(name, (params.get(name) ?? '') + value);
  }
  const open = first.indexOf('(');
  return { value: (open === -1 ? first : first.slice(0, open)).trim().toLowerCase(), params };
}

/** Between semicolons, of which some may stand in quotes. */
function partsOf(header: string): string[] {
  if (!header.includes(';')) return [header];
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  for (let at = 0; at < header.length && parts.length < PARAMS_MAX; at += 1) {
    const code = header.charCodeAt(at);
    if (code === 0x5c) at += 1;
    else if (code === 0x22) quoted = !quoted;
    else if (code === 0x3b && !quoted) {
      parts.push(header.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(header.slice(from));
  return parts;
}

/** `extended`: it may begin with `charset'language'`. */
function unquote(value: string, extended: boolean): string {
  if (value.startsWith('"')) {
    const end = value.lastIndexOf('"');
    return value.slice(1, end > 0 ? end : undefined).replaceAll(/\\(.)/gu, '$1');
  }
  const named = extended ? /^[\w.:-]{0,40}'[\w-]{0,40}'/u.exec(value)?.[0] : undefined;
  return value.slice(named?.length ?? 0).split(/[ \t(]/u, 1)[0] ?? '';
}
