import { expect, test } from 'vitest';
import { base } from '../../../../src/relay/hosts/components/base/component.ts';
import { chronyConfig, time } from '../../../../src/relay/hosts/components/time/component.ts';
import { contextOf } from './network-hosts.ts';

test('the given time servers are asked: an address as a server, a name as a pool, which may have several', () => {
  const config = chronyConfig(['ntp.example.com', '192.0.2.123', '2001:db8::123']);
  expect(config.match(/^(?:server|pool).*$/gm)).toEqual([
    'pool ntp.example.com iburst',
    'server 192.0.2.123 iburst',
    'server 2001:db8::123 iburst',
  ]);
  expect(chronyConfig([])).not.toMatch(/^(?:server|pool)/m);
});

test('a clock jumps at the start only', () => {
  expect(chronyConfig([]).match(/^makestep.*$/gm)).toEqual(['makestep 1 3']);
});

test('each unit is started anew by the file that it reads', () => {
  const context = contextOf('a1');
  for (const component of [base, time]) {
    const files = component.files(context).map(({ path }) => path);
    expect(component.units(context).flatMap(({ restartsOn }) => restartsOn)).toEqual(files);
  }
});
