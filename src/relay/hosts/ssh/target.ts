/** What ssh is called with for one host. Whatever isn't said here is left to the admin's own configuration. */
import type { SshTarget } from '../types.ts';

/** How long a connection may take to be made. */
export const CONNECT_S = 10;

/** A dead connection is noticed after three of these without an answer. */
const ALIVE_S = 5;

/** An idle shared connection closes by itself, should we have died without closing it. */
const IDLE_S = 90;

/** Options, then the destination. `shared`: the socket of a connection that is up; null: one of its own. */
export function sshArguments(target: SshTarget, shared: string | null): string[] {
  return [
    ...common(target),
    ...option('ControlMaster', 'no'),
    ...option('ControlPath', shared ?? 'none'),
    '-T',
    '--',
    target.host,
  ];
}

/** Makes the connection that the others share, and goes into the background once it is up. */
export function sharedArguments(target: SshTarget, socket: string): string[] {
  return [
    ...common(target),
    ...option('ControlMaster', 'yes'),
    ...option('ControlPath', socket),
    ...option('ControlPersist', String(IDLE_S)),
    '-f',
    '-N',
    '--',
    target.host,
  ];
}

/** Closes it. */
export function closingArguments(target: SshTarget, socket: string): string[] {
  return [...common(target), ...option('ControlPath', socket), '-O', 'exit', '--', target.host];
}

function common(target: SshTarget): string[] {
  return [
    ...(target.configFile === null ? [] : ['-F', target.configFile]),
    ...(target.user === null ? [] : ['-l', target.user]),
    ...(target.port === null ? [] : ['-p', String(target.port)]),
    ...(target.identityFile === null ? [] : ['-i', target.identityFile]),
    // Nobody sits there to answer: an unknown host key or a password is an error that says so.
    ...option('BatchMode', 'yes'),
    ...option('ConnectTimeout', String(CONNECT_S)),
    ...option('ServerAliveInterval', String(ALIVE_S)),
    ...option('ServerAliveCountMax', '3'),
    // Banners stay out of what a failure shows.
    ...option('LogLevel', 'ERROR'),
    // What the admin's configuration gives a person's login would be in our way.
    ...option('ClearAllForwardings', 'yes'),
    ...option('ForwardAgent', 'no'),
    ...option('ForwardX11', 'no'),
    ...option('PermitLocalCommand', 'no'),
    ...option('RemoteCommand', 'none'),
    ...option('RequestTTY', 'no'),
  ];
}

const option = (name: string, value: string): string[] => ['-o', `${name}=${value}`];

/** As one would type it, for words to the admin: `ssh -p 2222 ops@192.0.2.1`. */
export function typed(target: SshTarget): string {
  return [
    'ssh',
    ...(target.configFile === null ? [] : ['-F', target.configFile]),
    ...(target.port === null ? [] : ['-p', String(target.port)]),
    ...(target.identityFile === null ? [] : ['-i', target.identityFile]),
    target.user === null ? target.host : `${target.user}@${target.host}`,
  ].join(' ');
}
