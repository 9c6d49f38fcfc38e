/**
 * Every change of the roster, as a pure function from one roster to the next; each refuses with a RosterError that
 * says what to do. The book gives the new roster its version.
 */
import type { Roster } from './types.ts';

export { addAbsence, removeAbsence, type AbsenceEdit } from './absences.ts';
export {
  addHeartbeat,
  editHeartbeat,
  HEARTBEAT_LIMITS,
  removeHeartbeat,
  replacePingKey,
  type HeartbeatEdit,
} from './heartbeats.ts';
export { policiesFor, setOncall, unsetOncall, withoutExpired, type OncallEdit } from './overrides.ts';
export {
  addWindow,
  endWindow,
  MAINTENANCE_LIMITS,
  removeWindow,
  type WindowEdit,
} from './maintenance-edits.ts';
export { NOTIFICATION_LIMITS } from './notification-checks.ts';
export { editNotifications, type NotificationEdit } from './notification-edits.ts';
export { addPerson, disableContact, editPerson, enableContact, removePerson } from './people.ts';
export { addPolicy, editPolicy, removePolicy, type PolicyEdit } from './policies.ts';
export { POLICY_LIMITS } from './policy-checks.ts';
export {
  addGroup,
  addMember,
  addRotation,
  editGroup,
  editRotation,
  removeGroup,
  removeMember,
  removeRotation,
  ROTATION_LIMITS,
  type MemberEdit,
} from './rotation-edits.ts';
export { addService, editService, removeService, replaceKey } from './services.ts';
export { swap, type SwapEdit } from './swaps.ts';

/** A roster with nobody in it, before `relay init`. */
export function emptyRoster(): Roster {
  return { version: 0, people: [], services: [], policies: [], overrides: [], defaultService: 'default' };
}
