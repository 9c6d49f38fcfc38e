/** The answers about maintenance windows, described. */
import type { MaintenanceEdit, WindowJson } from '../routes/maintenance.ts';
import { about, instant, listOf, nullable, object, string, type FieldsOf } from '../table/schema.ts';
import { NOT_YET_ON } from './roster.ts';

const WINDOW_FIELDS: FieldsOf<WindowJson> = {
  id: string,
  services: about(nullable(listOf(string)), 'null: any.'),
  hosts: about(nullable(listOf(string)), 'Patterns for names of hosts; null: any.'),
  matches: about(nullable(listOf(string)), 'Patterns for dedup keys and summaries; null: any.'),
  from: nullable(instant),
  until: about(nullable(instant), 'null: it comes again and again.'),
  during: about(nullable(string), 'In which hours it comes again; null: it lasts all the time.'),
  why: string,
  by: string,
  inForceUntil: about(nullable(instant), 'It is in force now, until then; null: it is not.'),
  next: about(nullable(instant), 'When it begins next, where that is within some weeks.'),
  words: string,
};
export const WINDOW = object<WindowJson>('MaintenanceWindow', WINDOW_FIELDS);

export const MAINTENANCE_EDIT = object<MaintenanceEdit>('MaintenanceEdit', {
  text: string,
  window: nullable(WINDOW),
  notYetOn: NOT_YET_ON,
});
