/** The commands on sessions. */
import { isUserName, spelled, whileDown } from './access.ts';
import type { WcapContext } from './context.ts';
import { Errno, Refused } from './errno.ts';
import type { Parameters } from './parameters.ts';
import { type Reply, reply } from './reply.ts';

export type Command = (parameters: Parameters, context: WcapContext) => Promise<Reply>;

/** "Denied" is 28 and nothing else; a login that failed for what is not the user's fault is 1, and says why. */
export const login: Command = async (parameters, { directory, sessions, calendars, problem, nowMs }) => {
  const [name, password] = [parameters.needed('user'), parameters.needed('password')];
  if (!isUserName(name)) throw new Refused(Errno.denied);
  const user = spelled(name);
  const answer = await directory.authenticate(name, password).catch((error) => {
    throw whileDown(error, problem, Errno.sessionInvalid, 'whether the password is right');
  });
  if (answer !== 'ok') throw new Refused(Errno.denied);
  const id = sessions.open(user, nowMs());
  if (id === undefined)
    throw new Refused(
      Errno.sessionInvalid,
      'too-many-sessions: as many users are logged in as service.http.maxsessions lets in; try again later',
    );
  calendars.add(user);
  return reply(Errno.ok, [
    ['X-NSCP-WCAP-SESSION-ID', id],
    ['X-NSCP-WCAP-USER-ID', user],
    ['X-NSCP-WCAP-CALENDAR-ID', user],
  ]);
};

export const checkId: Command = async (parameters, { sessions, nowMs }) => {
  const lives = sessions.userOf(parameters.needed('id'), nowMs()) !== undefined;
  return reply(lives ? Errno.ok : Errno.sessionInvalid, [['X-NSCP-WCAP-CHECK-ID', lives ? '1' : '0']]);
};

export const logout: Command = async (parameters, { sessions, nowMs }) =>
  reply(sessions.close(parameters.needed('id'), nowMs()) ? Errno.loggedOut : Errno.sessionInvalid);
