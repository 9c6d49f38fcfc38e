/** Nagios and its kin (Naemon, Icinga, Checkmk): notification commands that post their macros, under whatever spelling. */
import type { Severity } from '../../types.ts';
import { byPlainName, type Fields, firstNames, firstOf, linksOf, plainName, textIn } from '../fields.ts';
import type { WebhookSource } from '../source.ts';

const TYPE = /^(?<word>PROBLEM|RECOVERY|ACKNOWLEDGEMENT|CUSTOM|FLAPPING\w*|DOWNTIME\w*|ALERTHANDLER)\b/iu;
const STATES: Record<string, Severity> = {
  critical: 'critical',
  crit: 'critical',
  down: 'critical',
  unreachable: 'critical',
  unreach: 'critical',
  warning: 'warning',
  warn: 'warning',
};

export const nagios: WebhookSource = {
  name: 'nagios',
  read(body) {
    const fields = named(body);
    const word = TYPE.exec(textIn(fields['notificationtype']))?.groups?.['word']?.toUpperCase();
    const host = firstOf(fields['hostname'], fields['host'], fields['hostdisplayname'], fields['hostalias']);
    if (word === undefined || host === '') return null;
    const service = isOfHost(fields)
      ? ''
      : firstOf(
          fields['servicedesc'],
          fields['servicedescription'],
          fields['servicename'],
          fields['service'],
          fields['servicedisplayname'],
        );
    const state =
      service === ''
        ? firstOf(fields['hoststate'], fields['hostshortstate'], fields['state'], fields['status'])
        : firstOf(
            fields['servicestate'],
            fields['serviceshortstate'],
            fields['state'],
            fields['status'],
            fields['severity'],
          );
    const said =
      firstOf(
        ...(service === ''
          ? ['hostoutput', 'output', 'message']
          : ['serviceoutput', 'output', 'message']
        ).map((name) => fields[name]),
      ).split('\n', 1)[0] ?? '';
    const action = word === 'PROBLEM' ? 'trigger' : word === 'RECOVERY' ? 'resolve' : 'none';
    return [
      {
        action,
        about: [host, service],
        severity: STATES[state.toLowerCase()] ?? 'unknown',
        summary: `${service === '' ? host : `${service} on ${host}`} is ${state === '' ? word : state}${said === '' ? '' : `: ${said}`}`,
        reason:
          action === 'none'
            ? `${word} neither opens nor closes anything`
            : `read by its notification type ${word}`,
        host,
        check: service,
        links: linksOf(fields['serviceactionurl'], fields['serviceurl'], fields['hosturl'], fields['url']),
      },
    ];
  },
};

/** Without the prefixes that environments give macros: `NAGIOS_`, `ICINGA_`, `NOTIFY_`. */
function named(body: Fields): Fields {
  const fields = byPlainName(body);
  for (const name of firstNames(body)) {
    const bare = /^(?:NAGIOS|ICINGA|NOTIFY|CMK)_(?<rest>.{1,100})$/iu.exec(name)?.groups?.['rest'];
    if (bare !== undefined) fields[plainName(bare)] ??= body[name];
  }
  return fields;
}

/** Checkmk says what it is about; a macro that stands for nothing comes as it is written. */
const isOfHost = (fields: Fields): boolean =>
  textIn(fields['what']).toUpperCase() === 'HOST' ||
  firstOf(fields['servicedesc'], fields['service']).startsWith('$SERVICE');
