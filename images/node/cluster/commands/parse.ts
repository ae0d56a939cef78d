/** The words of scswitch and scrgadm, in the guide's spelling, as changes for the core. Pure. */
export { type PrintForm, parseScrgadm, type RegisterForm, type ScrgadmForm } from './scrgadm.ts';
export { parseScswitch } from './scswitch.ts';
export { WrongForm } from './words.ts';
