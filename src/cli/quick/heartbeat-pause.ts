/** `relay heartbeat pause NAME` */
import { onHeartbeat } from '../heartbeat-edit.ts';

export const quick = onHeartbeat('', { paused: true });
