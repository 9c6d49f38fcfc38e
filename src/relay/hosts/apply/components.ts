/** What a host of a cluster consists of. */
import { backup } from '../components/backup/component.ts';
import { base } from '../components/base/component.ts';
import { cassandra } from '../components/cassandra/component.ts';
import { firewall } from '../components/firewall/component.ts';
import { metrics } from '../components/metrics/component.ts';
import { proxy } from '../components/proxy/component.ts';
import { relay } from '../components/relay/component.ts';
import { time } from '../components/time/component.ts';
import type { Component } from '../types.ts';

export const COMPONENTS: readonly Component[] = [
  base,
  time,
  firewall,
  cassandra,
  relay,
  proxy,
  metrics,
  backup,
];
