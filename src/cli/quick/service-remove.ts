/** `relay service remove ID` */
import { removal } from './edit-call.ts';

export const quick = removal('services');
