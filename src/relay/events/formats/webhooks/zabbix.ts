/** Zabbix' webhook media types: what scripts of its makers post, and those written after them. */
import type { Severity } from '../../types.ts';
import { severityOf } from '../body.ts';
import { byPlainName, type Fields, firstOf, linksOf, tagsIn, textIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

/** {EVENT.NSEVERITY}: from "not classified" to disaster. */
const BY_NUMBER: Record<string, Severity> = {
  '1': 'info',
  '2': 'warning',
  '3': 'warning',
  '4': 'error',
  '5': 'critical',
};

/** A macro that stands for nothing comes as it is written. */
const valued = (value: unknown): string => {
  const text = textIn(value);
  return /^(?:\{[A-Z][A-Z0-9_.]*\}|\*UNKNOWN\*|\*UNRESOLVED\*)$/u.test(text) ? '' : text;
};

export const zabbix: WebhookSource = {
  name: 'zabbix',
  read(body) {
    const fields = byPlainName(body);
    const value = valued(fields['eventvalue']);
    const trigger = valued(fields['triggerid']);
    const isTheirs =
      (value === '0' || value === '1') &&
      ['eventid', 'eventname', 'triggerid', 'eventnseverity', 'eventsource'].some((name) => name in fields);
    if (!isTheirs) return null;
    const host = firstOf(
      ...['hostname', 'host', 'hosthost', 'hostname1'].map((name) => valued(fields[name])),
    );
    const name = firstOf(...NAMES.map((one) => valued(fields[one])), 'Zabbix event');
    const id = firstOf(valued(fields['problemid']), valued(fields['eventid']));
    const [action, reason] = actionOf(fields, value);
    const source = valued(fields['eventsource']);
    return [
      {
        action,
        // Discovery and autoregistration have no problem, and events of the first no end.
        about:
          id === ''
            ? [host, trigger === '' ? name : trigger]
            : [source === '0' || source === '' ? '' : `source ${source}`, id].filter((part) => part !== ''),
        severity:
          BY_NUMBER[valued(fields['eventnseverity'])] ??
          severityOf(
            firstOf(
              valued(fields['eventseverity']),
              valued(fields['triggerseverity']),
              valued(fields['severity']),
            ),
          ),
        summary: `${name}${host === '' || name.includes(host) ? '' : ` on ${host}`}`,
        reason,
        host,
        check: name,
        links: linksOf(fields['eventurl'], fields['triggerurl'], fields['url']),
        labels: tagsIn(fields['eventtags']),
      },
    ];
  },
};

const NAMES = ['eventname', 'problemname', 'triggername', 'alertsubject', 'subject', 'name'];

function actionOf(fields: Fields, value: string): [Reading['action'], string] {
  if (valued(fields['eventupdatestatus']) === '1')
    return [
      'none',
      'an update of a problem (an acknowledgement, a comment) neither opens nor closes anything',
    ];
  return [value === '0' ? 'resolve' : 'trigger', `read by its event value ${value}`];
}
