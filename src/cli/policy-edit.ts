/** `relay policy add` and `relay policy edit`: only oclif keeps options in order, so they have no fast path. */
import type { PolicyDetailJson, PolicyTold } from '../relay/api/oncall-wire.ts';
import { parseDuration } from '../relay/oncall/times.ts';
import { connect } from './client.ts';
import { CliError, EXIT } from './exit.ts';
import { namesIn, pairLevels, severitiesIn, type OptionToken } from './level-pairs.ts';
import type { Io, QuickValues } from './quick-command.ts';
import { hereZone } from './quick/edit-call.ts';
import { actorOf, show } from './quick/values.ts';
import { renderTold } from './render/told.ts';
import { readRule, type Rule } from './rule-words.ts';

/** What `relay policy add` was given. */
export interface PolicyFlags {
  repeat?: number | undefined;
  zone?: string | undefined;
  rule?: string[] | undefined;
  'ack-timeout'?: string | undefined;
  handover?: boolean | undefined;
}

/** What `relay policy edit` was given; the levels stand in the tokens. */
export interface PolicyEditFlags extends PolicyFlags {
  after?: string[] | undefined;
  severities?: string[] | undefined;
  'change-level'?: number | undefined;
  add?: string[] | undefined;
  remove?: string[] | undefined;
  'add-level'?: string | undefined;
  before?: number | undefined;
  'remove-level'?: number | undefined;
  'add-rule'?: string | undefined;
  'remove-rule'?: number | undefined;
  'no-rules'?: boolean | undefined;
}

/** Adds a policy and tells what it is. */
export async function addPolicy(
  id: string,
  flags: PolicyFlags,
  tokens: readonly OptionToken[],
  values: QuickValues,
  io: Io,
): Promise<number> {
  const { zone, rule, handover, repeat } = flags;
  const rules = rule?.map(readRule);
  const timeout = flags['ack-timeout'];
  const body = {
    id,
    levels: pairLevels(tokens),
    repeat,
    // Hours are meant by the clock of whoever types them.
    zone: zone ?? (rules?.some(hasHours) === true ? hereZone() : undefined),
    rules,
    ackTimeoutMs: timeout === undefined ? undefined : parseDuration(timeout),
    handover,
  };
  const hint = (told: PolicyTold): string =>
    told.oncall.length > 0 ? '' : `No service goes by it yet: relay service edit SERVICE --policy ${id}\n`;
  return tell('/v1/policies', body, values, io, hint);
}

/** Changes what is given of a policy, and tells who is on call differently. */
export async function editPolicy(
  id: string,
  flags: PolicyEditFlags,
  tokens: readonly OptionToken[],
  values: QuickValues,
  io: Io,
): Promise<number> {
  const isAll = tokens.some((one) => one.flag === 'level');
  const { zone, rule, repeat, handover } = flags;
  const timeout = flags['ack-timeout'];
  const rules = flags['no-rules'] === true ? [] : rule?.map(readRule);
  const addRule = flags['add-rule'] === undefined ? undefined : readRule(flags['add-rule']);
  const isTimed = [...(rules ?? []), ...(addRule === undefined ? [] : [addRule])].some(hasHours);
  const body = {
    levels: isAll ? pairLevels(tokens) : undefined,
    ...(isAll ? {} : oneLevel(flags)),
    removeLevel: flags['remove-level'],
    repeat,
    zone: zone === undefined && isTimed ? await zoneFor(id, values, io) : zone === 'none' ? '' : zone,
    rules,
    addRule,
    removeRule: flags['remove-rule'],
    ackTimeoutMs: timeout === undefined ? undefined : timeout === 'none' ? 0 : parseDuration(timeout),
    handover,
  };
  return tell(`/v1/policies/${encodeURIComponent(id)}`, body, values, io);
}

const hasHours = (rule: Rule): boolean => rule.during !== undefined || rule.outside !== undefined;

/** A policy that has no zone yet gets that of whoever types its first hours, as a new one does. */
async function zoneFor(id: string, values: QuickValues, io: Io): Promise<string | undefined> {
  const client = await connect(values, io);
  const policy = await client.get<PolicyDetailJson>(`/v1/policies/${encodeURIComponent(id)}`);
  return policy.zone === undefined ? hereZone() : undefined;
}

/** A level that changes, or a new one. Rejects with exit code 2 when it isn't said which. */
function oneLevel(flags: PolicyEditFlags): object {
  const { add, remove, before } = flags;
  const [number, names] = [flags['change-level'], flags['add-level']];
  const after = flags.after?.at(-1);
  const severities = flags.severities?.at(-1);
  const rest = {
    afterMs: after === undefined ? undefined : parseDuration(after),
    severities: severities === undefined ? undefined : severities === 'all' ? [] : severitiesIn(severities),
  };
  const given = { after, severities, add, remove };
  const [lone] = Object.entries(given).filter(([, value]) => value !== undefined);
  if (number === undefined && names === undefined) {
    if (lone === undefined) return {};
    throw new CliError(
      EXIT.usage,
      `--${lone[0]}: of which level?`,
      'Say it: --change-level 2. All levels anew: --level ana --after 5m --level ben.',
    );
  }
  if (names !== undefined) {
    return {
      addLevel: {
        names: namesIn(names, '--add-level'),
        ...rest,
        severities: rest.severities?.length === 0 ? undefined : rest.severities,
        before,
      },
    };
  }
  return {
    change: {
      level: number,
      add: add?.flatMap((one) => namesIn(one, '--add')),
      remove: remove?.flatMap((one) => namesIn(one, '--remove')),
      ...rest,
    },
  };
}

async function tell(
  path: string,
  body: object,
  values: QuickValues,
  io: Io,
  more: (told: PolicyTold) => string = () => '',
): Promise<number> {
  const client = await connect(values, io);
  const told = await client.post<PolicyTold>(path, {
    ...body,
    showZone: hereZone(),
    by: actorOf(values, io.env),
  });
  show(io, values, told, () => renderTold(told) + more(told));
  return 0;
}
