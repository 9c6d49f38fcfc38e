/** Requests that were changed: the fields of the fixtures blown up, and bodies of nothing but depth, width or length. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { fixtures } from '../fixtures.ts';
import { somewhere, tokens } from './mutants.ts';

export interface RequestMutant {
  name: string;
  raw: Buffer;
  contentType: string;
}

type Build = (body: string, token: string, pick: number, sizeBytes: number) => string;

const times = (text: string, sizeBytes: number): string =>
  text.repeat(Math.max(1, Math.floor(sizeBytes / Math.max(1, Buffer.byteLength(text)))));

/** Every text of a JSON value. */
function withTexts(value: unknown, becomes: (text: string) => string): unknown {
  if (typeof value === 'string') return becomes(value);
  if (Array.isArray(value)) return value.map((one) => withTexts(one, becomes));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withTexts(one, becomes)]));
}

/** Every object of a JSON value, those in it first. */
function withObjects(value: unknown, becomes: (fields: object) => object): unknown {
  if (Array.isArray(value)) return value.map((one) => withObjects(one, becomes));
  if (typeof value !== 'object' || value === null) return value;
  return becomes(
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withObjects(one, becomes)])),
  );
}

function objectsIn(value: unknown): number {
  let count = 0;
  withObjects(value, (fields) => {
    count += 1;
    return fields;
  });
  return count;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const BUILDS: Record<string, Build> = {
  'a text pumped': (body, token, pick, sizeBytes) => {
    const value = parsed(body);
    if (value === null) return body + times(token, sizeBytes);
    let count = 0;
    withTexts(value, (text) => ((count += 1), text));
    const chosen = Math.floor(pick * count);
    let at = -1;
    return JSON.stringify(
      withTexts(value, (text) => ((at += 1) === chosen ? text + times(token, sizeBytes / 2) + text : text)),
    );
  },
  'every text pumped': (body, token, _, sizeBytes) =>
    JSON.stringify(withTexts(parsed(body), (text) => text + times(token, sizeBytes / 64))),
  'a list blown up': (body, _, __, sizeBytes) => {
    const value = parsed(body);
    if (typeof value !== 'object' || value === null) return times(body, sizeBytes);
    const entries = Object.entries(value).map(([name, one]: [string, unknown]): [string, unknown] => {
      if (!Array.isArray(one) || one.length === 0) return [name, one];
      const size = JSON.stringify(one[0]).length + 1;
      return [
        name,
        Array.from({ length: Math.max(1, Math.floor(sizeBytes / size)) }, () => one[0] as unknown),
      ];
    });
    return JSON.stringify(Object.fromEntries(entries));
  },
  'many fields': (body, token, pick, sizeBytes) => {
    const name = token.slice(0, 8);
    const more = Object.fromEntries(
      Array.from({ length: Math.floor(sizeBytes / (name.length + 16)) }, (_, at) => [
        `${name}${at}`,
        `${at}`,
      ]),
    );
    // Into one of the objects of the body, itself or one of those in it.
    let left = Math.floor(pick * objectsIn(parsed(body)));
    return JSON.stringify(
      withObjects(parsed(body) ?? {}, (fields) => ((left -= 1) === -1 ? { ...fields, ...more } : fields)),
    );
  },
  deep: (_, __, pick, sizeBytes) =>
    pick < 0.5
      ? `{"summary":"x","details":${'['.repeat(sizeBytes / 2 - 30)}${']'.repeat(sizeBytes / 2 - 30)}}`
      : `{"alerts":${'[{"labels":'.repeat(sizeBytes / 16)}1${'}]'.repeat(sizeBytes / 16)}}`,
  'nothing but depth': (_, __, pick, sizeBytes) =>
    pick < 0.5 ? '['.repeat(sizeBytes / 2) + ']'.repeat(sizeBytes / 2) : '{"a":'.repeat(sizeBytes / 5),
  'a list of it': (body, _, __, sizeBytes) => `[${times(`${body},`, sizeBytes - body.length - 2)}${body}]`,
  'lists in lists of it': (body, _, __, sizeBytes) => {
    const some = `[${times(`${body},`, Math.min(20_000, sizeBytes / 4))}${body}]`;
    return `[${times(`${some},`, sizeBytes - some.length - 2)}${some}]`;
  },
  'lists of next to nothing': (_, token, pick, sizeBytes) => {
    const one = pick < 0.5 ? '{}' : JSON.stringify({ [token.slice(0, 4)]: token.slice(0, 4) });
    const some = JSON.stringify(Array.from({ length: 400 }, () => JSON.parse(one) as unknown));
    const inner = pick < 0.25 || pick > 0.75 ? JSON.stringify(some) : some;
    return `[${times(`${inner},`, sizeBytes - inner.length - 2)}${inner}]`;
  },
  'a line each': (body, _, __, sizeBytes) => times(`${body.replaceAll('\n', ' ')}\n`, sizeBytes),
  'with bare line feeds': (body, token, pick, sizeBytes) =>
    body.replace('"', `"${pick < 0.5 ? '\n' : '"'}${times(token, sizeBytes - body.length)}`),
  'plain text': (_, token, __, sizeBytes) => times(token, sizeBytes),
  'cut off': (body, _, pick) => body.slice(0, Math.floor(body.length * pick)),
  'a form': (_, token, pick, sizeBytes) =>
    pick < 0.5
      ? `summary=${times(encodeURIComponent(token.toWellFormed()), sizeBytes)}`
      : times(`a${encodeURIComponent(token.toWellFormed())}=1&`, sizeBytes),
  'many parts': (_, token, __, sizeBytes) =>
    `--b\r\n${times(`Content-Disposition: form-data; name="summary"\r\n\r\n${token}\r\n--b\r\n`, sizeBytes)}`,
};

const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data; boundary=b',
];

/** `sizeBytes`: the most that one grows to. */
export function requestMutants(sizeBytes: number): fc.Arbitrary<RequestMutant> {
  const requests = fixtures().filter(({ http }) => http !== null);
  return fc
    .tuple(
      fc.constantFrom(...requests),
      fc.constantFrom(...Object.keys(BUILDS)),
      fc.constantFrom(...tokens()),
      somewhere,
      fc.constantFrom(...TYPES),
    )
    .map(([{ source, file, path, http }, build, token, pick, type]) => {
      const body = BUILDS[build]?.(readFileSync(path, 'utf8'), token, pick, sizeBytes) ?? '';
      const isOwn = build.includes('text') || build.includes('list') || build.includes('field');
      const contentType =
        build === 'many parts' ? 'multipart/form-data; boundary=b' : isOwn ? (http ?? type) : type;
      return {
        name: `${source}/${file}: ${build} (${pick.toFixed(3)}, ${JSON.stringify(token)}) as ${contentType}`,
        raw: Buffer.from(body).subarray(0, sizeBytes),
        contentType,
      };
    });
}
