/** The parts of haproxy.cfg that are about HAProxy itself. */
import type { ProxyLayout } from './layout.ts';

/**
 * A request is kept whole, so that it can be sent to another host, as long as it fits. Alerts are small; what is larger
 * goes through as it comes and is sent elsewhere only if no connection could be made.
 */
export const BUFFER_BYTES = 65_536;

/** Limits, logs, timeouts, and HAProxy's own numbers. */
export function globalPart({ system, maxConnections, stats }: ProxyLayout): string {
  return `
# Made by relay from cluster.yaml: "relay cluster apply" writes it anew.
global
${systemLines(system)}    maxconn ${maxConnections}
    tune.bufsize ${BUFFER_BYTES}
    ssl-default-bind-options ssl-min-ver TLSv1.2
    ssl-default-server-options ssl-min-ver TLSv1.2
    # After a reload the old process lets its connections end, but not for ever.
    hard-stop-after 15m

defaults
    log global
    # Probes that say nothing, and all that went well, stay out of the log: relay logs what it accepted.
    option dontlognull
    option dontlog-normal
    timeout connect 3s
    timeout client 5m
    timeout server 5m
    timeout queue 10s
    # A connection that can't be made is tried elsewhere at once: on-error marks the server down, and the next is taken.
    retries 5
    option redispatch 1

# HAProxy's numbers, for this machine only.
frontend numbers
    mode http
    bind ${stats.address}:${stats.port}
    timeout client 10s
    http-request use-service prometheus-exporter if { path /metrics }
    stats enable
    stats uri /
    stats hide-version
    stats refresh 5s
`;
}

function systemLines(system: ProxyLayout['system']): string {
  if (system === null) return '';
  return `    log ${system.log} format rfc3164 local0 info
    chroot ${system.chroot}
    user ${system.user}
    group ${system.group}
    stats socket ${system.adminSocket} mode 600 user root group root level admin expose-fd listeners
`;
}
