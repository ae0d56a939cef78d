/** Moments as WCAP has them: UTC, `YYYYMMDDTHHMMSSZ`. Pure. */
import ICAL from 'ical.js';

const FORM = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
/** RFC 5545 §3.3.6, with numbers small enough that the sum is a moment. */
const DURATION = /^[+-]?P(?:\d{1,4}W|(?=.)(?:\d{1,5}D)?(?:T(?=\d)(?:\d{1,5}H)?(?:\d{1,5}M)?(?:\d{1,5}S)?)?)$/;

export function isMoment(text: string): boolean {
  const ms = msOf(text);
  return !Number.isNaN(ms) && momentOf(ms) === text;
}

/** Milliseconds since 1970 to the second that they are in. */
export function momentOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** As iCalendar in JSON and XML has it: `2026-11-21T09:00:00Z`. */
export function extended(moment: string): string {
  return moment.replace(FORM, '$1-$2-$3T$4:$5:$6Z');
}

/** The moment of an alarm: one itself, or a duration from the event's beginning; undefined when it is neither. */
export function alarmMoment(text: string, beginning: string): string | undefined {
  if (isMoment(text)) return text;
  if (!DURATION.test(text)) return undefined;
  const moment = momentOf(msOf(beginning) + ICAL.Duration.fromString(text).toSeconds() * 1000);
  return isMoment(moment) ? moment : undefined;
}

function msOf(moment: string): number {
  return FORM.test(moment) ? Date.parse(extended(moment)) : Number.NaN;
}
