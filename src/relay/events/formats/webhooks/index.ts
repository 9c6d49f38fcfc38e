/** Sources whose requests we know by their fields, in the order they are asked. The first that knows a body has it. */
import type { WebhookSource } from '../source.ts';
import { alertmanager, grafana } from './alertmanager.ts';
import { azure, googleCloud, sns } from './clouds.ts';
import { datadog, newRelic, sensu, sentry } from './platforms.ts';
import { pingdom, statusCake, uptimeKuma, uptimeRobot } from './uptime.ts';

export const WEBHOOK_SOURCES: readonly WebhookSource[] = [
  // Grafana's has all of Alertmanager's fields and some of its own.
  grafana,
  alertmanager,
  uptimeKuma,
  pingdom,
  uptimeRobot,
  statusCake,
  sns,
  googleCloud,
  azure,
  newRelic,
  sentry,
  sensu,
  datadog,
];
