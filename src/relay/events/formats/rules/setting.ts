/** What a rule makes of an alert that it is for. */
import { SEVERITIES, type AlertEvent } from '../../types.ts';
import { severityOf } from '../body.ts';
import { cleanSummary } from '../clean.ts';
import { boundKey } from '../key.ts';
import type { ReadyRule, TextSet } from './compiled.ts';
import { valueOf } from './fields.ts';
import type { AlertMessage } from './message.ts';
import type { Found } from './pattern.ts';
import { withReason } from './reason.ts';
import type { RuleSet } from './rule-set.ts';
import { expanded, isLiteral, type Template } from './template.ts';

/** Labels of one event that are kept. */
const LABELS_MAX = 32;

/** Where the change comes from. */
export interface Setting {
  ready: ReadyRule;
  found: Found;
  message: AlertMessage;
  known: RuleSet;
}

/** The changed event, its reason with what the rule did and what it couldn't do. All texts are of the event before. */
export function changedBy(setting: Setting, before: AlertEvent): AlertEvent {
  const { rule } = setting.ready;
  const said: string[] = [];
  const changes = new Changes(setting, before, said);
  let event: AlertEvent = { ...before, ...changes.texts(), ...changes.labels(), rule: rule.id };
  if (event.service !== before.service || event.policy !== before.policy)
    event = { ...event, rosterVersion: setting.known.version };
  if (rule.set.action !== undefined && rule.set.action !== event.action) {
    said.push(`action ${rule.set.action}`);
    event = { ...event, action: rule.set.action };
  }
  if (rule.set.suppress === true) {
    said.push(`suppressed${rule.why === undefined ? '' : ` (${rule.why})`}`);
    event = { ...event, action: 'none' };
  }
  const what = said.length === 0 ? 'left as it is' : said.join(', ');
  return withReason(event, `by rule ${rule.id}: ${what}`);
}

class Changes {
  readonly #setting: Setting;
  readonly #event: AlertEvent;
  readonly #said: string[];

  constructor(setting: Setting, event: AlertEvent, said: string[]) {
    this.#setting = setting;
    this.#event = event;
    this.#said = said;
  }

  texts(): Partial<AlertEvent> {
    const changed: Partial<AlertEvent> = {};
    for (const [name, template] of this.#setting.ready.texts) {
      const text = this.#expand(name, template);
      if (text !== null) Object.assign(changed, this.#set(name, text, isLiteral(template)));
    }
    return changed;
  }

  labels(): Pick<AlertEvent, 'labels'> {
    const set = this.#setting.ready.labels.flatMap(({ name, template }) => {
      const text = this.#expand(`label ${name}`, template);
      return text === null ? [] : [[name, text] as const];
    });
    if (set.length === 0) return {};
    this.#said.push(...set.map(([name, text]) => `label ${name}=${text}`));
    const others = Object.entries(this.#event.labels ?? {}).filter(([name]) =>
      set.every(([one]) => one !== name),
    );
    return { labels: Object.fromEntries([...set, ...others].slice(0, LABELS_MAX)) };
  }

  /** Null: something in it is empty. Half a name would be taken for a whole one. */
  #expand(what: string, template: Template): string | null {
    const { found, message } = this.#setting;
    const { text, empty } = expanded(template, found, (field) => valueOf(field, this.#event, message));
    const line = cleanSummary(text);
    if (empty.length === 0 && line !== '') return line;
    const why = empty.length === 0 ? 'it would be empty' : `${empty.join(' and ')} is empty`;
    this.#said.push(`${what} not set, since ${why}`);
    return null;
  }

  #set(name: TextSet, text: string, isFixed: boolean): Partial<AlertEvent> {
    switch (name) {
      case 'key':
        this.#said.push(`key ${text}`);
        return { dedupKey: boundKey(text) };
      case 'summary':
        this.#said.push('another summary');
        return { summary: text };
      case 'host':
      case 'check':
        this.#said.push(`${name} ${text}`);
        return { [name]: text };
      case 'severity':
        return this.#severity(text);
      case 'service':
        return this.#service(text, isFixed);
      case 'policy':
        return this.#policy(text);
    }
  }

  /** Only a problem has one. */
  #severity(text: string): Partial<AlertEvent> {
    const { action, severity: before } = this.#event;
    const severity = SEVERITIES.find((one) => one === text.toLowerCase()) ?? severityOf(text);
    if (severity === 'unknown' && text.toLowerCase() !== 'unknown') {
      this.#said.push(`severity not set, since "${text}" is none`);
      return {};
    }
    if ((this.#setting.ready.rule.set.action ?? action) !== 'trigger') return {};
    this.#said.push(severity === before ? `severity ${severity}` : `severity ${severity}, not ${before}`);
    return { severity };
  }

  /** One that was named in the rule and is gone is paged all the same; a text that names none changes nothing. */
  #service(text: string, isFixed: boolean): Partial<AlertEvent> {
    const { services, defaultService } = this.#setting.known;
    const service = idOf(text);
    if (services.includes(service)) {
      this.#said.push(`service ${service}`);
      return { service };
    }
    const instead = isFixed ? defaultService : this.#event.service;
    this.#said.push(`service ${instead}, since there is no service ${service}`);
    return { service: instead };
  }

  #policy(text: string): Partial<AlertEvent> {
    const policy = idOf(text);
    if (this.#setting.known.policies.includes(policy)) {
      this.#said.push(`policy ${policy}`);
      return { policy };
    }
    this.#said.push(`policy of its service, since there is no policy ${policy}`);
    return {};
  }
}

/** `Team DBA` of a label is the service team-dba. */
const idOf = (text: string): string => text.trim().toLowerCase().replace(/\s+/gu, '-');
