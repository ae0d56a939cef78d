/** The harness' door to the one clock module, with the wall clock that only names and headings may use. */
export { after, DeadlineError, every, moment, monotonicMs, until } from '../images/common/clock.ts';

/** The wall clock, for names and headings only; never for measuring. */
export function wallClock(): Date {
  return new Date();
}
