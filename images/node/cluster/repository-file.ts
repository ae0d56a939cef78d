/** The configuration repository on this node's own disk: read once at boot, replaced as a whole with every version. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Repository } from './core/types.ts';

export const REPOSITORY_FILE = '/etc/cluster/ccr/repository';

/** The file is there and is not what was written. A node must not go on as if it had never been configured. */
export class RepositoryDamaged extends Error {
  readonly file: string;
  constructor(file: string, what: string) {
    super(
      `the configuration repository ${file} is damaged (${what}); remove it to have the node take the configuration from the other members`,
    );
    this.name = 'RepositoryDamaged';
    this.file = file;
  }
}

/** Version and checksum stand in lines of their own, as in the product's files. Pure. */
export function renderRepository(repository: Repository): string {
  const body = JSON.stringify(repository);
  return `ccr_gennum\t${repository.version}\nccr_checksum\t${checksum(body)}\n${body}\n`;
}

/** @throws RepositoryDamaged */
export function parseRepository(text: string, file: string): Repository {
  const [, version, sum, body] = /^ccr_gennum\t(\d+)\nccr_checksum\t([0-9a-f]+)\n(.*)\n$/.exec(text) ?? [];
  if (body === undefined) throw new RepositoryDamaged(file, 'it is not whole');
  if (checksum(body) !== sum) throw new RepositoryDamaged(file, 'its checksum is wrong');
  const repository = JSON.parse(body) as Repository;
  if (repository.version !== Number(version)) throw new RepositoryDamaged(file, 'its version is wrong');
  return repository;
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

export class RepositoryFile {
  readonly #file: string;
  #saving: Promise<void> = Promise.resolve();

  constructor(file = REPOSITORY_FILE) {
    this.#file = file;
  }

  /** Undefined on a node that has never been configured. @throws RepositoryDamaged */
  load(): Repository | undefined {
    try {
      return parseRepository(readFileSync(this.#file, 'utf8'), this.#file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Resolves when it is on the disk. One after another, so that the newest stays; heartbeats do not wait for it. */
  save(repository: Repository): Promise<void> {
    this.#saving = this.#saving.then(() => this.#replace(renderRepository(repository)));
    return this.#saving;
  }

  async #replace(text: string): Promise<void> {
    const folder = dirname(this.#file);
    mkdirSync(folder, { recursive: true });
    await writeFile(`${this.#file}.new`, text, { flush: true });
    await rename(`${this.#file}.new`, this.#file);
    // Only then is the new name on the disk too.
    await using entry = await open(folder, 'r');
    await entry.sync();
  }
}
