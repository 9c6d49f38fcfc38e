/** LibreNMS' API transport, with its own variables: a state by number, a device, a rule. */
import { severityOf } from '../body.ts';
import { byPlainName, firstOf, textIn } from '../fields.ts';
import type { Reading, WebhookSource } from '../source.ts';

/** Ok, alert, acknowledged, worse, better, changed. */
const STATES: readonly Reading['action'][] = ['resolve', 'trigger', 'none', 'trigger', 'trigger', 'trigger'];

export const librenms: WebhookSource = {
  name: 'librenms',
  read(body) {
    const fields = byPlainName(body);
    const state = textIn(fields['state']);
    const action = /^[0-5]$/u.test(state) ? STATES[Number(state)] : undefined;
    const host = firstOf(fields['hostname'], fields['sysname'], fields['display'], fields['deviceid']);
    const rule = firstOf(fields['rulename'], fields['name'], fields['rule'], fields['ruleid']);
    const isTheirs =
      ['uid', 'alertid', 'ruleid', 'sysname', 'faults', 'deviceid'].filter((name) => name in fields).length >=
      2;
    if (action === undefined || host === '' || rule === '' || !isTheirs) return null;
    const title = firstOf(fields['title'], `${rule} on ${host}`);
    return [
      {
        action,
        about: [host, rule],
        severity: severityOf(textIn(fields['severity'])),
        summary: title,
        reason:
          action === 'none'
            ? 'an acknowledgement there neither opens nor closes anything'
            : `read by its state ${state}`,
        host,
        check: rule,
      },
    ];
  },
};
