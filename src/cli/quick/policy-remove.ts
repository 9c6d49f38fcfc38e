/** `relay policy remove ID` */
import { removal } from './edit-call.ts';

export const quick = removal('policies');
