/** `relay heartbeat key NAME` */
import { onHeartbeat } from '../heartbeat-edit.ts';

export const quick = onHeartbeat('/key');
