/** A roster as the plain object that a file holds, and back: no text, no positions. Pure. */
import type { Heartbeat } from '../heartbeat.ts';
import type { Override, Roster, Service } from '../types.ts';
import type { HeartbeatSaid } from './heartbeat-fields.ts';
import { rosterFile, type OverrideSaid, type RosterParts, type ServiceSaid } from './fields.ts';
import { Findings } from './findings.ts';

/** What a file says, and everything that is wrong with it by itself: no look at what it names. */
export function readParts(plain: unknown): { parts: RosterParts; findings: Findings } {
  const findings = new Findings();
  return { parts: rosterFile.read(plain, [], findings) ?? {}, findings };
}

/** The whole roster as a file holds it; empty sections that a file needn't have are left out. */
export function writeParts(roster: Roster): Record<string, unknown> {
  const {
    people,
    groups = [],
    rotations = [],
    policies,
    services,
    heartbeats = [],
    defaultService,
    eventRules = [],
    absences = [],
    maintenance = [],
  } = roster;
  const parts: RosterParts = {
    people,
    ...(groups.length === 0 ? {} : { groups }),
    ...(rotations.length === 0 ? {} : { rotations }),
    policies,
    services: services.map(serviceSaid),
    ...(heartbeats.length === 0 ? {} : { heartbeats: heartbeats.map(heartbeatSaid) }),
    defaultService,
    ...(eventRules.length === 0 ? {} : { eventRules }),
    ...(roster.overrides.length === 0 ? {} : { overrides: roster.overrides.map(overrideSaid) }),
    ...(absences.length === 0 ? {} : { absences }),
    ...(maintenance.length === 0 ? {} : { maintenance }),
  };
  return rosterFile.write(parts) as Record<string, unknown>;
}

/** No key says nothing about keys. */
const serviceSaid = ({ keyHashes, ...rest }: Service): ServiceSaid =>
  keyHashes.length === 0 ? rest : { ...rest, keyHashes };

const heartbeatSaid = ({ keyHashes, ...rest }: Heartbeat): HeartbeatSaid =>
  keyHashes.length === 0 ? rest : { ...rest, keyHashes };

/** An override of a rotation names no level of a policy. */
function overrideSaid({ policy, level, untilMs, ...rest }: Override): OverrideSaid {
  return {
    ...rest,
    ...(rest.rotation === undefined ? { policy, level } : {}),
    ...(untilMs === null ? {} : { untilMs }),
  };
}
