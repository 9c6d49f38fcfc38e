/** Alertmanager itself, with each of its receivers that speak to a pager, led to relay by its address and nothing else. */
import { describe, expect, inject, test } from 'vitest';
import type { IncidentJson, ServiceJson } from '../../src/relay/api/wire.ts';
import { startRelay, type Relay } from '../e2e/harness/relay.ts';
import { until } from '../e2e/harness/until.ts';
import { startAlertmanager } from './alertmanager.ts';

/**
 * Each receiver has a service of its own, so that it shows which of them opened what. PagerDuty's v1 (`service_key`) is
 * left out: its address is fixed in Alertmanager.
 */
const RECEIVERS: Readonly<Record<string, (relay: Relay, service: ServiceJson) => string[]>> = {
  pagerduty: ({ http }, { routingKey }) => [
    'pagerduty_configs:',
    `  - url: ${http}/v2/enqueue`,
    `    routing_key: ${routingKey}`,
    "    severity: '{{ .CommonLabels.severity }}'",
  ],
  opsgenie: ({ http }, { routingKey }) => [
    'opsgenie_configs:',
    `  - api_url: ${http}/`,
    `    api_key: ${routingKey}`,
    '    update_alerts: true',
    '    priority: \'{{ if eq .CommonLabels.severity "critical" }}P1{{ end }}\'',
  ],
  webhook: (_, { url }) => ['webhook_configs:', `  - url: ${url}`],
  'webhook-header': ({ http }, { routingKey }) => [
    'webhook_configs:',
    `  - url: ${http}/e`,
    '    http_config:',
    `      authorization: { type: Bearer, credentials: ${routingKey} }`,
  ],
  'webhook-password': ({ http }, { routingKey }) => [
    'webhook_configs:',
    `  - url: ${http}/e`,
    '    http_config:',
    `      basic_auth: { username: alertmanager, password: ${routingKey} }`,
  ],
  email: ({ smtp }, { email }) => [
    'email_configs:',
    `  - to: ${email}`,
    '    from: alertmanager@example.com',
    `    smarthost: ${smtp.host}:${smtp.port}`,
    '    require_tls: false',
    '    send_resolved: true',
  ],
};

/** All receivers get everything, at once. */
function configOf(relay: Relay, services: ReadonlyMap<string, ServiceJson>): string {
  const receivers = [...services].map(([name, service]) =>
    [`  - name: ${name}`, ...(RECEIVERS[name]?.(relay, service) ?? []).map((line) => `    ${line}`)].join(
      '\n',
    ),
  );
  return [
    'route:',
    `  receiver: ${[...services.keys()][0]}`,
    "  group_by: ['...']",
    '  group_wait: 10ms',
    '  group_interval: 500ms',
    '  repeat_interval: 4h',
    '  routes:',
    ...[...services.keys()].map((name) => `    - { receiver: ${name}, continue: true }`),
    'receivers:',
    ...receivers,
    '',
  ].join('\n');
}

// Without Alertmanager the run's last lines say so (test/clients/offer-clients.ts).
describe.skipIf(inject('missingClients').alertmanager !== null)('Alertmanager', () => {
  test('firing opens one incident by each receiver, and resolved closes it', async () => {
    const relay = await startRelay();
    const services = new Map<string, ServiceJson>();
    for (const name of Object.keys(RECEIVERS))
      services.set(name, await relay.service(name, [{ level: 'ana' }]));
    const alertmanager = await startAlertmanager(configOf(relay, services));

    /** What each service has had, once each of them has `status`. */
    const each = (status: string): Promise<Map<string, IncidentJson[]>> => {
      let by = new Map<string, IncidentJson[]>();
      return until(
        `each receiver's alert is ${status}`,
        async () => {
          by = Map.groupBy(await relay.incidents(), ({ service }) => service);
          const all = [...services.keys()].every((name) => by.get(name)?.[0]?.status === status);
          return all ? by : undefined;
        },
        { withinMs: 40_000, seen: () => `${JSON.stringify([...by])}\n${alertmanager.tail()}` },
      );
    };

    const alert = {
      labels: { alertname: 'HighCPU', instance: 'web1.example.com:9100', severity: 'critical' },
      annotations: { summary: 'CPU above 95 % on web1' },
    };
    await alertmanager.alert(alert);
    const opened = await each('triggered');
    expect(Object.fromEntries([...opened].map(([name, [one]]) => [name, one?.severity]))).toEqual({
      pagerduty: 'critical',
      opsgenie: 'critical',
      webhook: 'critical',
      'webhook-header': 'critical',
      'webhook-password': 'critical',
      email: 'critical',
    });
    await relay.phone('ana').receives(/HighCPU/);

    await alertmanager.alert({ ...alert, endsAt: '2026-01-01T00:00:00Z' });
    const closed = await each('resolved');
    expect(Object.fromEntries([...closed].map(([name, all]) => [name, all.length]))).toEqual(
      Object.fromEntries([...services.keys()].map((name) => [name, 1])),
    );
  }, 120_000);
});
