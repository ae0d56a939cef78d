/** Who is logged in at this instance. In memory only: a server that was started anew knows nobody. Pure. */

export interface SessionLimits {
  /** service.http.maxsessions. */
  most: number;
  /** service.http.sessiontimeout: a session that nobody used for so long is over. */
  timeoutMs: number;
}

interface Session {
  user: string;
  usedAt: number;
}

export class Sessions {
  /** By id, the one that was used longest ago first. */
  readonly #sessions = new Map<string, Session>();
  readonly #newId: () => string;
  readonly #limits: () => SessionLimits;

  constructor(newId: () => string, limits: () => SessionLimits) {
    this.#newId = newId;
    this.#limits = limits;
  }

  /** A new session's id; undefined when there are as many as there may be. */
  open(user: string, nowMs: number): string | undefined {
    this.#forget(nowMs);
    if (this.#sessions.size >= this.#limits().most) return undefined;
    const id = this.#newId();
    this.#sessions.set(id, { user, usedAt: nowMs });
    return id;
  }

  /** Whose session it is, if it lives. Asking is not using it. */
  userOf(id: string, nowMs: number): string | undefined {
    this.#forget(nowMs);
    return this.#sessions.get(id)?.user;
  }

  /** As `userOf`, and its time begins anew. */
  use(id: string, nowMs: number): string | undefined {
    const user = this.userOf(id, nowMs);
    if (user === undefined) return undefined;
    this.#sessions.delete(id);
    this.#sessions.set(id, { user, usedAt: nowMs });
    return user;
  }

  /** Whether there was one to close. */
  close(id: string, nowMs: number): boolean {
    this.#forget(nowMs);
    return this.#sessions.delete(id);
  }

  get size(): number {
    return this.#sessions.size;
  }

  #forget(nowMs: number): void {
    const { timeoutMs } = this.#limits();
    for (const [id, { usedAt }] of this.#sessions) {
      if (nowMs - usedAt < timeoutMs) return;
      this.#sessions.delete(id);
    }
  }
}
