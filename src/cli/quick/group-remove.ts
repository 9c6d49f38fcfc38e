/** `relay group remove ID` */
import { removal } from './edit-call.ts';

export const quick = removal('groups');
