/** What a mirror is made of, and what it needs to know. */
import type { Replica } from '../common/replica.ts';

/** One half, through a port of this node. All of it fails once the port does. */
export interface Half {
  /** Reads as much as the buffer holds. */
  read(into: Buffer, offset: number): Promise<void>;
  write(data: Buffer, offset: number): Promise<void>;
  /** Resolves when all that was written is on the disk. */
  flush(): Promise<void>;
  /** Resolves when it is on the disk. */
  writeReplica(replica: Replica): Promise<void>;
  close(): Promise<void>;
}

export interface MirrorOptions {
  replica: Replica;
  /** Of the halves, replica area included. */
  halfBytes: number;
  node: string;
  /** The halves' names, as array/LUN. */
  names: readonly [string, string];
  /** Has the mediators take note. Resolves when those that can be reached have; never rejects. */
  mediate(replica: Replica): Promise<void>;
  log(text: string): void;
  /** How much a resynchronisation copies at a time. */
  chunkBytes: number;
  /** Bytes per second that a resynchronisation may copy; null: as many as it can. */
  resyncRate(): number | null;
  /** The sabotage: acknowledges what only one half has before that is noted. */
  acknowledgeEarly: boolean;
  /** The sabotage: what one half refuses fails, though the other has it. */
  failWithEither?: boolean;
  /** The sabotage: a resynchronisation gets the volume's last byte wrong. */
  flipAByte?: boolean;
}

/** No half is left: the volume fails as a disk does. */
export class NoHalfLeft extends Error {
  constructor(volume: string) {
    super(`${volume}: no half is left`);
    this.name = 'NoHalfLeft';
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
