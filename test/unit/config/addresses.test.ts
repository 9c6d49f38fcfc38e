/** Which addresses a service is told to have. */
import { expect, test } from 'vitest';
import { renderService } from '../../../src/cli/render/service.ts';
import { apiAddresses, serviceAddresses } from '../../../src/relay/config/addresses.ts';
import type { Config } from '../../../src/relay/config/types.ts';

const http = (more: Partial<NonNullable<Config['http']>> = {}): Pick<Config, 'http' | 'smtp'> => ({
  http: { listen: { host: '0.0.0.0', port: 0 }, publicUrl: null, tls: null, ...more },
  smtp: null,
});
const LISTENING = { host: '0.0.0.0', port: 8080 };

test('tools of other pagers are led to where HTTP listens, or to its public URL', () => {
  expect(apiAddresses(http(), LISTENING).apis).toEqual({
    pagerduty: 'http://127.0.0.1:8080/v2/enqueue',
    pagerdutyV1: 'http://127.0.0.1:8080/generic/2010-04-15/create_event.json',
    opsgenie: 'http://127.0.0.1:8080',
    webhook: 'http://127.0.0.1:8080/e',
  });
  const outside = apiAddresses(http({ publicUrl: 'https://alerts.example.com/relay' })).apis;
  expect(outside?.opsgenie).toBe('https://alerts.example.com/relay');
  expect(outside?.webhook).toBe('https://alerts.example.com/relay/e');
});

test('without HTTP there are none', () => {
  expect(apiAddresses({ http: null })).toEqual({});
});

test('they are shown also when the key is not: whoever has it needs no other', () => {
  const config = http();
  const shown = renderService({
    ...serviceAddresses(config, 'db', null, LISTENING),
    ...apiAddresses(config, LISTENING),
  });
  expect(shown).toContain('Opsgenie            http://127.0.0.1:8080\n');
  expect(shown).not.toContain('Try it');
});
