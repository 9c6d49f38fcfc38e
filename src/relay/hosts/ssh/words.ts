/** What ssh and sudo say when they fail, in words that say what to do. */
import type { HostSpec } from '../types.ts';
import { CONNECT_S, typed } from './target.ts';

/** `exitCode` 255 is ssh's own. Null: nothing known to say; the script's own words stand. */
export function cureOf(host: HostSpec, exitCode: number | null, stderr: string): string | null {
  if (exitCode === 255) return connecting(host, stderr);
  return refusedByHost(host, stderr);
}

const CHANGED = /REMOTE HOST IDENTIFICATION HAS CHANGED/u;
const UNKNOWN_KEY = /host key is known for|Host key verification failed/u;
const DENIED = /Permission denied|Too many authentication failures/u;
const REFUSED = /Connection refused/u;
const SILENT = /timed out|Timeout, server|No route to host|Network is unreachable/u;
const NO_NAME = /Could not resolve hostname/u;
const CLOSED = /Connection closed|Connection reset|Broken pipe|kex_exchange_identification/u;

function connecting(host: HostSpec, stderr: string): string {
  const login = typed(host.ssh);
  if (CHANGED.test(stderr)) {
    return `the host key is not the one in known_hosts: if the machine was set up anew, forget the old key (ssh-keygen -R ${host.ssh.host}), then look at the new one once: ${login}`;
  }
  if (UNKNOWN_KEY.test(stderr)) return `the host key is not known here yet: look at it once: ${login}`;
  if (DENIED.test(stderr)) {
    return `the login was refused: try ${login}; its key must be in the agent or named by ssh.identityFile, and be in authorized_keys there`;
  }
  if (REFUSED.test(stderr))
    return `nothing listens for ssh there: check address and port, and sshd on the host`;
  if (NO_NAME.test(stderr)) return `no such name: check ssh.host of ${host.name} in cluster.yaml`;
  if (SILENT.test(stderr)) {
    return `no answer within ${CONNECT_S} s: is the host up, the address right, and does a firewall let ssh in from here?`;
  }
  if (CLOSED.test(stderr)) return `the connection broke: run it again; sshd's log on the host says why`;
  return `ssh could not connect: try ${login}`;
}

const SUDO_ASKS = /^sudo: (?:a password is required|a terminal is required|no tty present)/mu;
const SUDO_NOT = /is not in the sudoers file|^Sorry, user .* is not allowed/mu;
const NO_SUDO = /sudo: (?:command )?not found|sudo: not found/u;

function refusedByHost(host: HostSpec, stderr: string): string | null {
  const user = host.ssh.user ?? 'USER';
  const line = `${user} ALL=(root) NOPASSWD: ALL`;
  if (SUDO_ASKS.test(stderr)) {
    return `sudo asks for a password: put the line "${line}" into /etc/sudoers.d/relay-admin on the host (visudo -f /etc/sudoers.d/relay-admin)`;
  }
  if (SUDO_NOT.test(stderr)) {
    return `this login may not become root: put the line "${line}" into /etc/sudoers.d/relay-admin on the host`;
  }
  if (NO_SUDO.test(stderr))
    return `there is no sudo on the host: install it there, or log in as root (ssh.user: root)`;
  return null;
}
