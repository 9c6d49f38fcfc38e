/**
 * Keeps secrets out of log lines. Own code where pino has `redact`, because that wants each depth and each spelling as
 * a path of its own: measured, ten times the price of a line, and still blind to an error's own fields.
 */

const MASK = '[redacted]';

/** Field names that hold a secret wherever they turn up: lower case, without `_` and `-`. */
const SECRET_NAMES = new Set([
  'authtoken',
  'secondarytoken',
  'token',
  'secret',
  'password',
  'passwd',
  'pass',
  'routingkey',
  'servicekey',
  'authorization',
  'proxyauthorization',
  'cookie',
  'xtwiliosignature',
  'pingurl',
]);

/** What is nested deeper is not looked through but left out: nothing worth reading is. */
const MAX_DEPTH = 6;

/**
 * Secrets inside longer texts, which a field name can't find: a password in a URL, the token of a reply address, a
 * routing key in a service's URL or mail address, a bearer token in an error message.
 */
const SECRET_TEXTS: readonly [RegExp, string][] = [
  [/(:\/\/[^\s:/@"]+):[^\s/@"]+@/g, `$1:${MASK}@`],
  [/\back\+[^\s@"]+@/gi, `ack+${MASK}@`],
  [/([/-])[0-9a-f]{32}(?=[/?#@\s"\\]|$)/g, `$1${MASK}`],
  [/\b(Bearer|Basic) [\w.~+/=-]+/g, `$1 ${MASK}`],
];

/** The same fields with every secret masked, by name at any depth. What holds none is handed back as it is. */
export function maskFields(fields: Record<string, unknown>): Record<string, unknown> {
  return masked(fields, 0) as Record<string, unknown>;
}

/** The line without the secrets that stand inside its texts. */
export function maskTexts(line: string): string {
  let clean = line;
  for (const [pattern, replacement] of SECRET_TEXTS) clean = clean.replace(pattern, replacement);
  return clean;
}

function masked(value: unknown, depth: number): unknown {
  if (!isRecord(value)) return value;
  if (depth > MAX_DEPTH) return '[too deep]';
  let copy: Record<string, unknown> | null = null;
  for (const name of Object.keys(value)) {
    const before = value[name];
    const after = isSecret(name) ? MASK : masked(before, depth + 1);
    if (after === before) continue;
    copy ??= Array.isArray(value) ? ([...value] as unknown as Record<string, unknown>) : { ...value };
    copy[name] = after;
  }
  return copy ?? value;
}

function isSecret(name: string): boolean {
  return SECRET_NAMES.has(name) || SECRET_NAMES.has(name.toLowerCase().replaceAll(/[_-]/g, ''));
}

/** Plain data only: an error is looked through after its serializer, bytes and dates hold no names. */
function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Array.isArray(value);
}
