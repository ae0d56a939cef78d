/** Users from a file beside ics.conf, `name:password` a line; read once, for servers without a directory. */
import { timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Directory, DirectoryDown } from './directory.ts';

/** Where there is no such file, nobody can be asked: every login then says so, and the server runs. */
export function usersFile(file: string): Directory {
  let users: Map<string, string>;
  try {
    users = usersIn(readFileSync(file, 'utf8'));
  } catch (error) {
    const down = async () => {
      throw new DirectoryDown(`ics.conf sets no local.authldaphost, and ${file} cannot be read`, {
        cause: error,
      });
    };
    return { authenticate: down, knows: down };
  }
  return {
    authenticate: async (user, password) => {
      const right = users.get(user);
      return right !== undefined && same(right, password) ? 'ok' : 'denied';
    },
    knows: async (user) => users.has(user),
  };
}

/** User → password. Pure. */
export function usersIn(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
}

/** In a time that tells nothing of where the two differ. */
function same(right: string, given: string): boolean {
  const [one, other] = [Buffer.from(right), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
