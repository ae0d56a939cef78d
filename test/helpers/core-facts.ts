/** What the cluster has answered as done, and must never forget: found out whether a repository still has it. */
import type { Change, Repository, Request } from '../../images/node/cluster/core/types.ts';

/** What a change makes true: by its name, whether it holds in a repository; null: it no longer matters. */
type Facts = Record<string, ((repository: Repository) => boolean) | null>;

function factsOf(change: Change): Facts {
  switch (change.do) {
    case 'register-type':
      return {
        [`type ${change.type.name}`]: ({ types }) => types.some(({ name }) => name === change.type.name),
      };
    case 'unregister-type':
      return { [`type ${change.type}`]: null };
    case 'add-group':
      return { [`group ${change.group}`]: ({ groups }) => groups.some(({ name }) => name === change.group) };
    case 'remove-group':
      return { [`group ${change.group}`]: null };
    case 'add-resource':
      return {
        [`resource ${change.resource}`]: ({ resources }) =>
          resources.some(({ name }) => name === change.resource),
      };
    case 'remove-resource':
      return { [`resource ${change.resource}`]: null, [`${change.resource} enabled`]: null };
    case 'set-enabled':
      return Object.fromEntries(
        change.resources.map((resource) => [
          `${resource} enabled`,
          ({ resources }: Repository) =>
            resources.some(({ name, enabled }) => name === resource && enabled === change.enabled),
        ]),
      );
    default:
      return {};
  }
}

export class AnsweredFacts {
  readonly #known = new Map<string, (repository: Repository) => boolean>();
  /** How often something was asked that touches a fact: what was asked before and is answered later proves nothing. */
  readonly #touched = new Map<string, number>();
  readonly #asked = new Map<string, { facts: Facts; touched: Map<string, number> }>();

  asked({ id, change }: Request): void {
    const facts = factsOf(change);
    const names = Object.keys(facts);
    // It may enable whatever there is.
    if (change.do === 'bring-online')
      names.push(
        ...[...this.#known.keys(), ...this.#touched.keys()].filter((name) => name.endsWith(' enabled')),
      );
    for (const name of names) {
      this.#touched.set(name, (this.#touched.get(name) ?? 0) + 1);
      this.#known.delete(name);
    }
    this.#asked.set(id, { facts, touched: new Map(this.#touched) });
  }

  answered(id: string, exit: number): void {
    const asked = this.#asked.get(id);
    if (asked === undefined || exit !== 0) return;
    for (const [name, holds] of Object.entries(asked.facts)) {
      if (holds !== null && asked.touched.get(name) === this.#touched.get(name)) this.#known.set(name, holds);
    }
  }

  /** What the repository has forgotten. */
  missingIn(repository: Repository): string[] {
    return [...this.#known].filter(([, holds]) => !holds(repository)).map(([name]) => name);
  }
}
