/** The product's error numbers, as replies carry them. */
export const Errno = {
  loggedOut: -1,
  ok: 0,
  /** Login failed, or the session is unknown or timed out. */
  sessionInvalid: 1,
  storeFailed: 14,
  denied: 28,
  noCalendar: 29,
  /** A parameter is missing, or not of its form. */
  missing: 41,
  noUid: 59,
} as const;
export type Errno = (typeof Errno)[keyof typeof Errno];

/** A command ends with an error number. The message, if any, goes out as X-ICS-PROBLEM. */
export class Refused extends Error {
  readonly errno: Errno;
  constructor(errno: Errno, message = '') {
    super(message);
    this.name = 'Refused';
    this.errno = errno;
  }
}
