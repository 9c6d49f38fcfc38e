/** What services that look at web sites from outside post: Uptime Kuma, Pingdom, UptimeRobot, StatusCake, Uptime.com. */
import { severityOf } from '../body.ts';
import { firstOf, linksOf, objectIn, textIn } from '../fields.ts';
import type { WebhookSource } from '../source.ts';

const CERTIFICATE = /^\[(?<name>[^\]]{1,300})\]\[[^\]]{1,500}\] .{1,300} will be expired in \d+ days$/u;

export const uptimeKuma: WebhookSource = {
  name: 'uptime-kuma',
  read(body) {
    if (!('heartbeat' in body) || !('monitor' in body)) return null;
    const monitor = objectIn(body['monitor']);
    const beat = objectIn(body['heartbeat']);
    const said = firstOf(beat['msg'], body['msg']);
    const name = textIn(monitor['name']);
    const status = textIn(beat['status']);
    const certificate = CERTIFICATE.exec(said)?.groups?.['name'];
    if (certificate !== undefined) {
      return [
        {
          action: 'trigger',
          about: [certificate, 'certificate'],
          severity: 'warning',
          summary: said,
          reason: 'a certificate that ends soon',
          check: certificate,
        },
      ];
    }
    const test = name === '' && status === '';
    return [
      {
        action: test || status === '3' || status === '2' ? 'none' : status === '1' ? 'resolve' : 'trigger',
        about: [firstOf(monitor['id'], name, 'test')],
        severity: 'critical',
        summary: test
          ? said
          : `${name} is ${status === '1' ? 'up' : 'down'}${said === '' ? '' : `: ${said}`}`,
        reason: test
          ? 'a test of Uptime Kuma'
          : status === '2' || status === '3'
            ? `status ${status} (pending, maintenance) neither opens nor closes anything`
            : `read by its heartbeat's status ${status}`,
        host: textIn(monitor['hostname']),
        check: name,
        links: linksOf(monitor['url']),
      },
    ];
  },
};

export const pingdom: WebhookSource = {
  name: 'pingdom',
  read(body) {
    if (!('check_id' in body) || !('current_state' in body)) return null;
    const state = textIn(body['current_state']).toUpperCase();
    const name = textIn(body['check_name']);
    const said = firstOf(body['long_description'], body['description']);
    const isWell = state === 'UP' || state === 'SUCCESS';
    return [
      {
        action: isWell ? 'resolve' : 'trigger',
        about: [textIn(body['check_id'])],
        severity: 'critical',
        summary: `${name} is ${state}${said === '' ? '' : `: ${said}`}`,
        reason: `read by its state ${state}`,
        host: textIn(objectIn(body['check_params'])['hostname']),
        check: name,
        links: linksOf(objectIn(body['check_params'])['full_url']),
      },
    ];
  },
};

/**
 * alertType 1 is down, 2 up, 3 a certificate that ends soon. The names are the variables of its templates; a template of
 * one's own, such as Zulip's manual gives, writes them with underscores.
 */
export const uptimeRobot: WebhookSource = {
  name: 'uptimerobot',
  read(body) {
    const name = firstOf(body['monitorFriendlyName'], body['monitor_friendly_name']);
    const type = firstOf(body['alertType'], body['alert_type']);
    if (name === '' || type === '') return null;
    const said = firstOf(body['alertDetails'], body['alert_details']);
    const friendly = firstOf(body['alertTypeFriendlyName'], body['alert_type_friendly_name']);
    // 3 and what came after it: certificates and domains that end soon, answers that are slow.
    const topic = type === '1' || type === '2' ? '' : type === '3' ? 'certificate' : friendly.toLowerCase();
    return [
      {
        action: type === '2' ? 'resolve' : 'trigger',
        about: [firstOf(body['monitorID'], body['monitor_id'], name), topic],
        severity: topic === '' ? 'critical' : 'warning',
        summary: `${name} ${friendly === '' ? type : friendly}${said === '' ? '' : `: ${said}`}`,
        reason: `read by its alert type ${type}`,
        check: name,
        links: linksOf(firstOf(body['monitorURL'], body['monitor_url'])),
      },
    ];
  },
};

/** A form: Name, Status, URL, and a Token that we don't ask for. */
export const statusCake: WebhookSource = {
  name: 'statuscake',
  read(body) {
    if (!('Name' in body) || !('Status' in body) || !('Token' in body || 'StatusCode' in body)) return null;
    const name = textIn(body['Name']);
    const status = textIn(body['Status']);
    return [
      {
        action: status.toLowerCase() === 'up' ? 'resolve' : 'trigger',
        about: [name],
        severity: 'critical',
        summary: `${name} is ${status}`,
        reason: `read by its status ${status}`,
        check: name,
        links: linksOf(body['URL']),
      },
    ];
  },
};

/** Uptime.com: each alert that is raised or cleared has an id of its own, the service keeps its. */
export const uptimeCom: WebhookSource = {
  name: 'uptime-com',
  read(body) {
    const event = textIn(body['event']);
    const data = objectIn(body['data']);
    const service = objectIn(data['service']);
    const alert = objectIn(data['alert']);
    const id = firstOf(service['id'], service['name']);
    if (!event.startsWith('alert_') || id === '' || Object.keys(alert).length === 0) return null;
    const state = textIn(alert['state']);
    const isWell = alert['is_up'] === true || event === 'alert_cleared';
    const name = firstOf(service['display_name'], service['name'], id);
    const said = firstOf(alert['short_output'], alert['output']);
    return [
      {
        action: isWell ? 'resolve' : 'trigger',
        about: [id],
        severity: severityOf(state),
        summary: `${name} is ${state === '' ? event : state}${said === '' ? '' : `: ${said}`}`,
        reason: `read by its event "${event}"`,
        check: name,
        links: linksOf(service['msp_address'], objectIn(data['links'])['alert_details']),
      },
    ];
  },
};
