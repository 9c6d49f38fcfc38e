/** `relay heartbeat remove NAME` */
import { onHeartbeat } from '../heartbeat-edit.ts';

export const quick = onHeartbeat('/remove');
