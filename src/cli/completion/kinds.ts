/** What stands where on a command line: which names, days, files. Held against the commands themselves by a test. */

/** A kind of value; with a comma at its end several of them, with commas between. `a|b`: these words. */
export type Kind = string;

/** Of options, by their name wherever they are. */
const FLAGS: Record<string, Kind> = {
  as: 'people',
  config: 'files',
  dir: 'folders',
  heartbeat: 'heartbeats',
  incident: 'incidents',
  'mail-password-file': 'files',
  members: 'people,',
  out: 'files',
  people: 'people,',
  person: 'people',
  policy: 'policies',
  roster: 'files',
  rotation: 'rotations',
  service: 'services',
  severities: 'severities,',
  severity: 'severities',
  start: 'days',
  'twilio-token-file': 'files',
  'url-file': 'files',
  zone: 'zones',
};

/** Of options of one command. */
const FLAGS_OF: Record<string, Record<string, Kind>> = {
  'group edit': { add: 'people,', remove: 'people,' },
  init: { person: '' },
  'oncall absent': { ics: 'files' },
  'person quiet': { except: 'severities,' },
  'person rule add': { now: 'channels,', severity: 'severities,' },
  'policy add': { level: 'members,' },
  'policy edit': { level: 'members,', add: 'members,', remove: 'members,', 'add-level': 'members,' },
  'rotation edit': { add: 'people,', remove: 'people,', after: 'people' },
};

/** Of arguments, in their order; `*`: of all that follow too. */
const ARGS: Record<string, Kind[]> = {
  ack: ['incidents*'],
  'group add': ['', 'people*'],
  'oncall absent': ['people'],
  'oncall calendar': ['turns'],
  'oncall ics': ['owners'],
  'oncall next': ['people'],
  'oncall set': ['people'],
  'oncall swap': ['people', 'days', 'people', 'days'],
  'oncall unset': ['people'],
  oncall: ['services'],
  page: ['members*'],
  resolve: ['incidents*'],
  'roster apply': ['files'],
  'roster check': ['files'],
  'roster diff': ['files'],
  'roster import': ['files*'],
  'rotation add': ['', 'people*'],
  test: ['people'],
  'incident reassign': ['incidents', 'people'],
};

/** Of the first argument of what is about one thing: `person show ana`. */
const TOPICS: Record<string, Kind> = {
  group: 'groups',
  heartbeat: 'heartbeats',
  incident: 'incidents',
  maintenance: 'windows',
  person: 'people',
  policy: 'policies',
  rotation: 'rotations',
  service: 'services',
};

/** Of an option; empty: nothing is known. */
export const flagKind = (command: string, flag: string): Kind =>
  FLAGS_OF[command]?.[flag] ?? FLAGS[flag] ?? '';

/** Of the arguments of a command, as many as it takes. */
export function argKinds(command: string, count: number): Kind[] {
  const said = ARGS[command];
  if (said !== undefined) return said;
  const [topic = '', verb] = command.split(' ');
  const kind = verb === undefined || verb === 'add' ? undefined : TOPICS[topic];
  return count === 0 || kind === undefined ? [] : [kind];
}
