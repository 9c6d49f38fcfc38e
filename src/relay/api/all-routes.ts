/** Every call of the control API: what the server serves, and what it tells others that it serves. */
import type { Core } from './core.ts';
import { calendarRoute } from './routes/calendar.ts';
import { policyRoutes } from './routes/policies.ts';
import type { Route } from './table/route.ts';

/** The table. */
export const allRoutes = (core: Core): Route[] => [...policyRoutes(core), ...calendarRoute(core)];
