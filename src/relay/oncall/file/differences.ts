/** What differs between two rosters, in words: `policy default, level 1: after 5m -> 10m`. Pure. */
import type { Roster } from '../types.ts';
import { writeParts } from './parts.ts';
import { isKeys } from './shapes.ts';

/** One name for one entry of each section. */
const ONE: Record<string, string> = {
  people: 'person',
  groups: 'group',
  rotations: 'rotation',
  policies: 'policy',
  services: 'service',
  heartbeats: 'heartbeat',
  overrides: 'override',
  absences: 'absence',
  maintenance: 'maintenance window',
};

/** What can't be told in one line is told by its length. */
const SHOWN_MAX = 160;

/** Each change on a line of its own; none: the two say the same. */
export function differences(before: Roster, after: Roster): string[] {
  const [was, is] = [writeParts(before), writeParts(after)];
  return Object.keys({ ...was, ...is }).flatMap((section) => {
    if (section === 'rules') return ordered(asList(was[section]), asList(is[section]));
    const one = ONE[section];
    if (one === undefined) return changed([section], was[section], is[section]);
    return Array.isArray(was[section] ?? is[section])
      ? listed(one, asList(was[section]), asList(is[section]))
      : keyed(one, asKeys(was[section]), asKeys(is[section]));
  });
}

function keyed(one: string, was: Record<string, unknown>, is: Record<string, unknown>): string[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((id) => {
    if (!Object.hasOwn(was, id)) return [`+ ${one} ${id}: ${shown(is[id])}`];
    if (!Object.hasOwn(is, id)) return [`- ${one} ${id}`];
    return changed([`${one} ${id}`], was[id], is[id]);
  });
}

/** Overrides and absences: an entry that differs is another one. */
function listed(one: string, was: unknown[], is: unknown[]): string[] {
  const text = (value: unknown): string => JSON.stringify(value);
  const [old, now] = [new Set(was.map(text)), new Set(is.map(text))];
  return [
    ...was.filter((value) => !now.has(text(value))).map((value) => `- ${one}: ${shown(value)}`),
    ...is.filter((value) => !old.has(text(value))).map((value) => `+ ${one}: ${shown(value)}`),
  ];
}

/** Rules are tried in their order, so a place is a part of one. */
function ordered(was: unknown[], is: unknown[]): string[] {
  const [old, now] = [was, is].map((all) => new Map(all.map((one) => [ruleName(one), one])));
  const kept = (all: Iterable<string>, others: ReadonlyMap<string, unknown> | undefined): string =>
    [...all].filter((name) => others?.has(name) === true).join(', ');
  const [before, after] = [kept(old?.keys() ?? [], now), kept(now?.keys() ?? [], old)];
  return [
    ...keyed('rule', Object.fromEntries(old ?? []), Object.fromEntries(now ?? [])),
    ...(before === after ? [] : [`~ rules: tried in the order ${[...(now?.keys() ?? [])].join(', ')}`]),
  ];
}

const ruleName = (rule: unknown): string => (isKeys(rule) ? String(rule['name']) : '');

function changed(path: string[], was: unknown, is: unknown): string[] {
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  if (isKeys(was) && isKeys(is)) {
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
      changed([...path, key], was[key], is[key]),
    );
  }
  const numbered = isRecords(was) && isRecords(is);
  if (numbered && was.length === is.length)
    return was.flatMap((value, index) => changed([...path, String(index + 1)], value, is[index]));
  return [`~ ${named(path)}: ${shown(was)} -> ${shown(is)}`];
}

const isRecords = (value: unknown): value is unknown[] => Array.isArray(value) && value.every(isKeys);

/** `policy default, levels 1, after`. */
function named(path: string[]): string {
  const words: string[] = [];
  for (const part of path) {
    const last = words.at(-1);
    if (/^\d+$/.test(part) && last !== undefined) words[words.length - 1] = `${last} ${part}`;
    else words.push(part);
  }
  return words.join(', ');
}

function shown(value: unknown): string {
  const text = inline(value);
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX - 1)}…`;
}

function inline(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (isKeys(value))
    return Object.entries(value)
      .map(([key, one]) => `${key} ${inline(one)}`)
      .join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const asKeys = (value: unknown): Record<string, unknown> => (isKeys(value) ? value : {});
const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
