/** `relay rotation remove ID` */
import { removal } from './edit-call.ts';

export const quick = removal('rotations');
