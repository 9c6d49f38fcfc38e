/** Sources whose requests we know by their fields, in the order they are asked. The first that knows a body has it. */
import type { WebhookSource } from '../source.ts';
import { alertmanager, grafana } from './alertmanager.ts';
import { aws, sns } from './aws.ts';
import { azure, googleCloud } from './clouds.ts';
import { bugsnag, rollbar, sentry } from './errors.ts';
import { github, gitlab } from './forges.ts';
import { healthchecks } from './healthchecks.ts';
import { homeAssistant } from './home-assistant.ts';
import { honeybadger } from './honeybadger.ts';
import { librenms } from './librenms.ts';
import { beszel, uptimeKumaLine } from './lines.ts';
import { graylog, honeycomb, influx, kapacitor, netdataCloud, splunk } from './metrics.ts';
import { nagios } from './nagios.ts';
import { grafanaOnCall, opsgenieAlert, pagerDutyIncident, victorOps } from './pagers.ts';
import { datadog, newRelic } from './platforms.ts';
import { rundeck } from './rundeck.ts';
import { sensu } from './sensu.ts';
import { pingdom, statusCake, uptimeCom, uptimeKuma, uptimeRobot } from './uptime.ts';
import { betterStack, cronitor, freshping, hetrix, site24x7, updown } from './watchers.ts';
import { zabbix } from './zabbix.ts';

export const WEBHOOK_SOURCES: readonly WebhookSource[] = [
  // Grafana's has all of Alertmanager's fields and some of its own.
  grafana,
  alertmanager,
  uptimeKuma,
  pingdom,
  uptimeRobot,
  statusCake,
  healthchecks,
  betterStack,
  cronitor,
  site24x7,
  freshping,
  updown,
  hetrix,
  uptimeCom,
  sns,
  aws,
  googleCloud,
  azure,
  newRelic,
  sentry,
  rollbar,
  bugsnag,
  honeybadger,
  sensu,
  github,
  gitlab,
  rundeck,
  victorOps,
  grafanaOnCall,
  pagerDutyIncident,
  opsgenieAlert,
  zabbix,
  nagios,
  librenms,
  kapacitor,
  influx,
  netdataCloud,
  graylog,
  honeycomb,
  splunk,
  datadog,
  homeAssistant,
  beszel,
  uptimeKumaLine,
];
