/** What a runbook is once its document has been read: plain data, so that it travels to the process that types it. */

import type { CommandClient } from '../own-parts.ts';

/** Where in the document, both counted from 1. */
export interface Place {
  line: number;
  column: number;
}

/** Something that is not in order, for a person. */
export interface Problem extends Place {
  message: string;
}

/** A text that an output must or must not have in it, or a regular expression. */
export interface Pattern {
  text: string;
  /** Flags of a regular expression; null for a plain text. */
  flags: string | null;
}

/** What is typed when a program asks; without a prompt, at the next wait for input. */
export interface Answer {
  prompt: string;
  text: string;
}

export type OnFailure = 'stop' | 'continue';

/** A fenced block that is typed. */
export interface Block {
  name: string;
  place: Place;
  nodes: string[];
  /** The block's own text. */
  text: string;
  /** Where a block of text goes; null for a block of commands. */
  file: { path: string; append: boolean } | null;
  /** Expected exit statuses; null for any. */
  exit: number[] | null;
  expect: Pattern[];
  notExpect: Pattern[];
  /** How long users may be cut off by it, in ms; null where nothing is said. */
  outageMs: number | null;
  timeoutMs: number;
  dir: string;
  user: string;
  /** Where the source has it; empty where nothing is said. */
  guide: string;
  rollback: string | null;
  repair: string | null;
  onFailure: OnFailure;
  answers: Answer[];
}

/** A line of `at-end`. */
export type AtEnd = { text: string } & (
  | { kind: 'on'; group: string; node: string }
  | { kind: 'serves'; group: string }
  | { kind: 'nowhere'; group: string }
  | { kind: 'version'; version: string; node: string }
  | { kind: 'patch'; patch: string; node: string; absent: boolean }
  | { kind: 'survives'; fault: AtEndFault; group: string }
  | { kind: 'no-drift' }
  | { kind: 'as-at-start' }
  | { kind: 'contains'; pattern: Pattern; path: string; node: string; absent: boolean }
);

export const AT_END_FAULTS = ['node-kill', 'node-hang', 'node-panic', 'node-reboot'] as const;
export type AtEndFault = (typeof AT_END_FAULTS)[number];

/** `all`: every node of the topology. */
export const ALL = 'all';

export type Start = 'serving' | 'bare';

export interface Runbook {
  /** Path of the document, as it was given. */
  file: string;
  /** The file's name without its ending: the name of its run. */
  name: string;
  title: string;
  model: string;
  start: Start;
  ratePerSecond: number;
  /** Allowed in total, in ms; null where nothing is said. */
  outageMs: number | null;
  /** After a fault of `--fault-at-every-step`. */
  outageAtFaultMs: number | null;
  onFailure: OnFailure;
  env: Record<string, string>;
  atEnd: AtEnd[];
  claims: string[];
  needs: string[];
  /** Packages that are on the nodes, and not installed there. */
  offers: string[];
  /** Services that clients use by commands of their own. */
  clients: CommandClient[];
  /** In the order of the document. */
  steps: Block[];
  /** Blocks that others name as their rollback or repair. */
  asides: Block[];
}

export function asideOf({ asides }: Pick<Runbook, 'asides'>, name: string | null): Block | undefined {
  return asides.find((block) => block.name === name);
}

export function matches({ text, flags }: Pattern, output: string): boolean {
  return flags === null ? output.includes(text) : new RegExp(text, flags).test(output);
}

export function patternInWords({ text, flags }: Pattern): string {
  return flags === null ? `"${text}"` : `/${text}/${flags.replace('m', '')}`;
}

export const BOUNDARY_FAULTS = ['power-loss', 'hang', 'panic', 'reboot'] as const;
export type BoundaryFault = (typeof BOUNDARY_FAULTS)[number];

/** A procedure done otherwise than from its beginning to its end; counted in steps that were done before. */
export type Variation =
  | { kind: 'fault'; fault: BoundaryFault; after: number }
  | { kind: 'rollback'; from: number };

/** What a run needs to be judged by, beside its timeline. */
export interface RunbookFacts {
  runbook: Runbook;
  variation: Variation | null;
  /** Logical hostnames that are no calendar service's, with their addresses. */
  hosts: Record<string, string>;
}
