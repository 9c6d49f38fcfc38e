/** What `relay init` says when it is done: where alerts go, a line that sends one, and what to do next. */
import { dirname, resolve } from 'node:path';
import { SYSTEM_CONFIG } from '../config/search.ts';
import type { DnsFinding } from '../mail-dns/types.ts';
import type { Installation } from './installation.ts';

export interface Next {
  cwd: string;
  /** How the command is called; absent: relay. */
  relay?: string;
  /** It is about to run as a service, and needn't be started. */
  runs?: boolean;
}

/** Text for a terminal; the last line is `relay test PERSON` after a first run. */
export function toldText(done: Installation, next: Next): string {
  const lines = done.changed ? firstRun(done, next) : secondRun(done, next);
  return `${lines.join('\n')}\n`;
}

function firstRun(done: Installation, next: Next): string[] {
  const [service] = done.services;
  const { relay = 'relay' } = next;
  const found = [SYSTEM_CONFIG, resolve(next.cwd, 'relay.yaml')].includes(done.config);
  return [
    `Written: ${done.config}`,
    ...done.notes.map((note) => `Note: ${note}.`),
    ...dnsLines(done.dns ?? []),
    '',
    'Mail alerts to',
    `  ${service?.email}   from private networks`,
    `  ${service?.emailWithKey}   from anywhere`,
    'or post them',
    `  curl -d 'disk full on db1' ${service?.url}`,
    '',
    `The key in them is shown only now; another one: ${relay} service key default`,
    '',
    next.runs === true ? 'Page somebody for real:' : 'Start it, then page somebody for real:',
    ...(found ? [] : [`  export RELAY_CONFIG=${done.config}`]),
    ...(next.runs === true ? [] : [`  ${relay} start`]),
    `  ${relay} test ${done.firstPerson ?? 'PERSON'}`,
  ];
}

/** What the zone lacks, to be copied. */
function dnsLines(findings: DnsFinding[]): string[] {
  const lacking = findings.filter(({ state, record }) => state === 'wrong' || record !== undefined);
  if (lacking.length === 0) return [];
  return [
    '',
    'What DNS lacks for mail (`relay status` looks again):',
    ...lacking.flatMap(({ about, text, record }) => [
      `  ${about.toUpperCase()}: ${text}`,
      ...(record?.split('\n') ?? []).map((line) => `    ${line}`),
    ]),
  ];
}

function secondRun(done: Installation, { relay = 'relay' }: Next): string[] {
  const [service] = done.services;
  return [
    `Nothing changed: ${done.config} is there already, with its keys and database in place.`,
    ...(service?.email === null || service?.email === undefined
      ? []
      : [`Alerts are mailed to ${service.email}`]),
    `Keys are not shown again; another one: ${relay} service key default`,
    `To change something, edit ${done.config}. To begin anew, move ${dirname(done.config)} away.`,
  ];
}
