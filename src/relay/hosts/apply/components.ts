/** What a host of a cluster consists of. */
import { cassandra } from '../components/cassandra/component.ts';
import { firewall } from '../components/firewall/component.ts';
import { proxy } from '../components/proxy/component.ts';
import { relay } from '../components/relay/component.ts';
import type { Component } from '../types.ts';

export const COMPONENTS: readonly Component[] = [firewall, cassandra, relay, proxy];
