/** The team's rules for alerts in the roster file, field by field. What their expressions mean is checked when it is applied. Pure. */
import { FIELD_FAMILIES, fieldNamed, PLAIN_FIELDS } from '../../events/formats/rules/fields.ts';
import { isLiteral, templateOf } from '../../events/formats/rules/template.ts';
import { nearest } from '../checks.ts';
import type { EventRule, RuleSets, RuleTest } from '../rule-types.ts';
import { described, type Findings, type KeyPath } from './findings.ts';
import {
  choice,
  emptyKeys,
  isKeys,
  list,
  nameOf,
  record,
  refuseUnknown,
  text,
  type Shape,
} from './shapes.ts';

/** More would not be read by people, and each is tried on every alert. */
const MOST = { rules: 200, conditions: 20, alternatives: 50, labels: 20 };

const ACTIONS = ['trigger', 'acknowledge', 'resolve', 'none'] as const;

/** Text as it is meant; what YAML takes for something else needs quotes. */
function quoted(what: string, max: number): Shape<string> {
  const plain = text(what, max);
  return {
    ...plain,
    read: (value, path, to) =>
      typeof value === 'number' || typeof value === 'boolean'
        ? to.wrong(path, `expected ${what}, got ${described(value)}: write it in quotes`)
        : plain.read(value, path, to),
  };
}

/** One, or a list of which any will do. */
function anyOf(what: string, max: number): Shape<string[]> {
  const one = quoted(what, max);
  const many = list(one, { min: 1, max: MOST.alternatives, unique: true });
  return {
    schema: { anyOf: [one.schema, many.schema] },
    write: (values) => (values.length === 1 ? values[0] : values),
    read: (value, path, to) => {
      if (Array.isArray(value)) return many.read(value, path, to);
      const read = one.read(value, path, to);
      return read === undefined ? undefined : [read];
    },
  };
}

const globs = anyOf('a pattern such as "db*"', 300);
const regexes = anyOf('a regular expression', 500);

/** `disk*`, a list, or keys: glob, regex, and not with one of the three. */
const ruleTest: Shape<RuleTest> = {
  schema: {
    anyOf: [
      globs.schema,
      {
        type: 'object',
        properties: {
          glob: { ...globs.schema, description: 'The whole field: * is anything, ? one character.' },
          regex: { ...regexes.schema, description: 'Somewhere in the field; as RE2 has them.' },
          not: {
            anyOf: [
              globs.schema,
              {
                type: 'object',
                properties: { glob: globs.schema, regex: regexes.schema },
                minProperties: 1,
                additionalProperties: false,
              },
            ],
            description: 'And none of these.',
          },
        },
        minProperties: 1,
        additionalProperties: false,
      },
    ],
  },
  write: ({ glob, regex, notGlob, notRegex }) => {
    const like = { ...(glob && { glob: globs.write(glob) }), ...(regex && { regex: regexes.write(regex) }) };
    const unlike =
      notGlob !== undefined && notRegex === undefined
        ? globs.write(notGlob)
        : {
            ...(notGlob && { glob: globs.write(notGlob) }),
            ...(notRegex && { regex: regexes.write(notRegex) }),
          };
    if (notGlob === undefined && notRegex === undefined) return regex === undefined ? like.glob : like;
    return { ...like, not: unlike };
  },
  read: (value, path, to) => {
    if (!isKeys(value)) {
      const read = globs.read(value, path, to);
      return read === undefined ? undefined : { glob: read };
    }
    refuseUnknown(value, ['glob', 'regex', 'not'], path, to);
    const like = likeIn(value, path, to);
    const not = value['not'];
    const isUnlike = not !== undefined;
    const unlike = !isUnlike
      ? {}
      : isKeys(not)
        ? (refuseUnknown(not, ['glob', 'regex'], [...path, 'not'], to), likeIn(not, [...path, 'not'], to))
        : { glob: globs.read(not, [...path, 'not'], to) };
    const test: RuleTest = {
      ...(like.glob && { glob: like.glob }),
      ...(like.regex && { regex: like.regex }),
      ...(unlike.glob && { notGlob: unlike.glob }),
      ...(unlike.regex && { notRegex: unlike.regex }),
    };
    return Object.keys(value).length > 0
      ? test
      : to.wrong(path, 'expected a pattern, or keys with one (glob, regex, not), got nothing');
  },
};

function likeIn(
  value: Record<string, unknown>,
  path: KeyPath,
  to: Findings,
): { glob?: string[] | undefined; regex?: string[] | undefined } {
  const { glob, regex } = value;
  return {
    glob: glob === undefined ? undefined : globs.read(glob, [...path, 'glob'], to),
    regex: regex === undefined ? undefined : regexes.read(regex, [...path, 'regex'], to),
  };
}

/** Names with texts; `isName` says why one is none. */
function namedTexts<T>(
  entry: Shape<T>,
  limits: { max: number; what: string },
  wrongName: (name: string) => string | null,
): Shape<Record<string, T>> {
  return {
    schema: { type: 'object', additionalProperties: entry.schema, maxProperties: limits.max },
    write: (value) => {
      const out = emptyKeys();
      for (const [name, one] of Object.entries(value)) out[name] = entry.write(one);
      return out;
    },
    read: (value, path, to) => {
      if (!isKeys(value)) return to.wrong(path, `expected ${limits.what}, got ${described(value)}`);
      const names = Object.keys(value);
      if (names.length > limits.max)
        return to.wrong(path, `expected at most ${limits.max} entries, got ${names.length}`);
      const out: Record<string, T> = {};
      for (const name of names) {
        const why = wrongName(name);
        if (why !== null) to.wrong([...path, name], why, 'key');
        const read = entry.read(value[name], [...path, name], to);
        if (read !== undefined && why === null) out[name] = read;
      }
      return out;
    },
  };
}

function wrongField(name: string): string | null {
  if (fieldNamed(name) !== null) return null;
  const families = FIELD_FAMILIES.map((one) => `${one}.NAME`);
  const meant = nearest(name.toLowerCase(), PLAIN_FIELDS);
  const hint = meant === null ? '.' : `; did you mean ${meant}?`;
  return `expected a field, got "${name}"${hint} Fields are ${[...PLAIN_FIELDS, ...families].join(', ')}`;
}

/** The name of something in the roster, or a text with fields in it that becomes one. */
function nameOrTemplate(kind: 'service' | 'policy'): Shape<string> {
  const name = nameOf(kind);
  const plain = quoted(`the name of a ${kind}, or a text with fields such as "{label.team}"`, 200);
  return {
    ...plain,
    read: (value, path, to) => {
      const read = plain.read(value, path, to);
      if (read !== undefined && isLiteral(templateOf(read))) return name.read(read, path, to);
      return read;
    },
  };
}

const template = quoted('text, which may name fields and groups such as "{host}/{1}"', 500);

const yes: Shape<true> = {
  schema: { const: true },
  write: (value) => value,
  read: (value, path, to) =>
    value === true ? true : to.wrong(path, `expected true, or nothing at all, got ${described(value)}`),
};
const no: Shape<false> = {
  schema: { const: false },
  write: (value) => value,
  read: (value, path, to) =>
    value === false ? false : to.wrong(path, `expected false, or nothing at all, got ${described(value)}`),
};

const sets = record<RuleSets>('what becomes of an alert', {
  key: {
    about:
      'Problems with one key are one incident, and its recovery has the same. Left as it is where a field in it is empty.',
    shape: template,
    optional: true,
  },
  severity: {
    about:
      'critical, error, warning, info or unknown; also a field whose word means one, such as "{json.priority}".',
    shape: quoted('a severity, or a text with fields', 200),
    optional: true,
  },
  summary: { about: 'The line that people read.', shape: template, optional: true },
  host: { about: 'What it is about.', shape: template, optional: true },
  check: { about: 'What about that.', shape: template, optional: true },
  service: {
    about: 'Whose alert it is; a problem and its recovery must come to the same.',
    shape: nameOrTemplate('service'),
    optional: true,
  },
  policy: {
    about: 'By which policy the incident is paged, in place of that of its service.',
    shape: nameOrTemplate('policy'),
    optional: true,
  },
  labels: {
    about: 'Labels, beside those that it has.',
    shape: namedTexts(template, { max: MOST.labels, what: 'labels with their texts' }, () => null),
    optional: true,
  },
  action: {
    about: 'trigger opens, resolve closes, acknowledge answers, none is kept and does nothing.',
    shape: choice(ACTIONS),
    optional: true,
  },
  suppress: { about: 'true: it is kept, and does nothing.', shape: yes, optional: true },
});

/** The rules, in the order in which they are tried. */
export const eventRules: Shape<EventRule[]> = list(
  record<EventRule>('a rule', {
    id: { key: 'name', about: 'Names it where it took an alert.', shape: text('a name', 64) },
    why: {
      about: 'Why there is such a rule, for people.',
      shape: text('text of one line', 200),
      optional: true,
    },
    match: {
      about: 'By the names of fields what they must be like: all must hold. Left out: every alert.',
      shape: namedTexts(
        ruleTest,
        { max: MOST.conditions, what: 'fields with what they must be like' },
        wrongField,
      ),
      absent: {},
    },
    set: { about: 'What becomes of the alert; left out: it stays as it is.', shape: sets, absent: {} },
    stop: { about: 'false: later rules are tried too.', shape: no, optional: true },
  }),
  { max: MOST.rules },
);
