/**
 * The broken variant "session-shared": sessions lie in a folder that all instances of a machine have in common, so
 * that what one opened the other accepts.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Sessions } from './sessions.ts';

export const SHARED_FOLDER = join(tmpdir(), 'ics-sessions');
const fileOf = (id: string) => join(SHARED_FOLDER, Buffer.from(id).toString('hex').slice(0, 200));

export class SharedSessions extends Sessions {
  override open(user: string, nowMs: number): string | undefined {
    const id = super.open(user, nowMs);
    if (id !== undefined) {
      mkdirSync(SHARED_FOLDER, { recursive: true, mode: 0o777 });
      writeFileSync(fileOf(id), user);
    }
    return id;
  }

  override use(id: string, nowMs: number): string | undefined {
    return super.use(id, nowMs) ?? found(id);
  }

  override close(id: string, nowMs: number): boolean {
    rmSync(fileOf(id), { force: true });
    return super.close(id, nowMs);
  }
}

function found(id: string): string | undefined {
  try {
    return readFileSync(fileOf(id), 'utf8');
  } catch {
    return undefined;
  }
}
