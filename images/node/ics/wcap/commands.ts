/** The commands of WCAP: a call goes in, a reply comes out. */
import { shownSettings } from '../settings.ts';
import { isAdministrator } from './access.ts';
import type { WcapContext } from './context.ts';
import { Errno, Refused } from './errno.ts';
import { deleteById, fetchById, fetchByRange, storeevents, type UserCommand } from './events.ts';
import { type Command, checkId, login, logout } from './logging-in.ts';
import type { Parameters } from './parameters.ts';
import { type Reply, reply } from './reply.ts';

const ping: UserCommand = async (_, user, context) => {
  if (!isAdministrator(user, context.settings)) throw new Refused(Errno.denied);
  const settings = Object.entries(shownSettings(context.settings));
  return reply(
    Errno.ok,
    settings.map(([name, value]) => ['X-ICS-SETTING', `${name}=${value}`]),
  );
};

/** With a session that lives. */
function logged(run: UserCommand): Command {
  return async (parameters, context) => {
    const user = context.sessions.use(parameters.optional('id') ?? '', context.nowMs());
    if (user === undefined) throw new Refused(Errno.sessionInvalid);
    return await run(parameters, user, context);
  };
}

const commands: ReadonlyMap<string, Command> = new Map([
  ['/login.wcap', login],
  ['/check_id.wcap', checkId],
  ['/logout.wcap', logout],
  ['/ping.wcap', logged(ping)],
  ['/storeevents.wcap', logged(storeevents)],
  ['/fetchevents_by_id.wcap', logged(fetchById)],
  ['/fetchcomponents_by_range.wcap', logged(fetchByRange)],
  ['/deleteevents_by_id.wcap', logged(deleteById)],
]);

export function isCommand(path: string): boolean {
  return commands.has(path);
}

/** @throws what is no fault of the call: errors of the program. */
export async function answer(path: string, parameters: Parameters, context: WcapContext): Promise<Reply> {
  const command = commands.get(path);
  if (command === undefined) throw new Error(`no command ${path}`);
  try {
    return await command(parameters, context);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return reply(error.errno, error.message === '' ? [] : [['X-ICS-PROBLEM', error.message]]);
  }
}
