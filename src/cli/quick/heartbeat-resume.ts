/** `relay heartbeat resume NAME` */
import { onHeartbeat } from '../heartbeat-edit.ts';

export const quick = onHeartbeat('', { paused: false });
