/** The answers about services and their addresses, described. */
import { about, listOf, maybe, nullable, object, shape, string, type FieldsOf } from '../table/schema.ts';
import type { Edited, ServiceJson, ServiceListedJson } from '../wire.ts';
import { NOT_YET_ON } from './roster.ts';

const SERVICE_FIELDS: FieldsOf<ServiceJson> = {
  name: string,
  email: about(nullable(string), 'Where its alerts are mailed to.'),
  emailWithKey: nullable(string),
  routingKey: about(nullable(string), 'Null when the key is only known hashed.'),
  url: nullable(string),
  apis: maybe(
    about(
      shape<NonNullable<ServiceJson['apis']>>({
        pagerduty: string,
        pagerdutyV1: string,
        opsgenie: about(
          string,
          'In place of https://api.opsgenie.com, with the routing key as the GenieKey.',
        ),
        webhook: about(string, 'The service URL with the key in a header: Authorization: Bearer KEY.'),
      }),
      'Where tools made for other pagers are led to; absent without HTTP.',
    ),
  ),
};
export const SERVICE_LISTED_FIELDS: FieldsOf<ServiceListedJson> = {
  ...SERVICE_FIELDS,
  policy: string,
  autoResolve: maybe(
    about(
      string,
      'An acknowledged incident resolves itself when nothing more has come for so long, such as `12h`, or `never`. Absent: what cron, smartd and their like tell does after a time that Relay knows.',
    ),
  ),
  groupBy: maybe(
    about(listOf(string), 'Names of labels: alerts that have the same values are one incident.'),
  ),
  flapping: maybe(
    about(string, 'When an incident is held open: such as `4/30m/15m`, or `off`. Absent: as written here.'),
  ),
};
export const SERVICE_LISTED = object<ServiceListedJson>('Service', SERVICE_LISTED_FIELDS);
export const SERVICE_EDITED = object<Edited<ServiceJson>>('ServiceEdited', {
  ...SERVICE_FIELDS,
  notYetOn: NOT_YET_ON,
});
