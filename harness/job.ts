/** One drill to be done, as the scheduler hands it to the process that does it. */
import type { Verdict } from '../reports/model.ts';
import type { Engine } from './engine/engine.ts';
import type { ImageTags } from './engine/images.ts';
import type { ProfileName } from './profiles.ts';
import type { RunbookFacts } from './runbook/document.ts';
import type { Sabotage } from './sabotages.ts';
import type { Topology } from './topology-model.ts';

/** The part of a job that travels between processes, as JSON. */
export interface JobOrder {
  run: string;
  runFolder: string;
  /** The run's beginning on this host's monotonic clock, in ms. */
  originMs: number;
  engineHost: string;
  images: ImageTags;
  /** Folder of the drill in the run's folder, and its label. */
  id: string;
  name: string;
  file: string;
  model: string;
  /** One that a user has written; null for a model of ours. */
  topology: Topology | null;
  /** The procedure of a document, and how it is done; not there in drills that are scripts. */
  runbook?: Pick<RunbookFacts, 'runbook' | 'variation'>;
  profile: ProfileName;
  seed: number;
  repetition: number;
  sabotage: Sabotage | null;
  timeoutMs: number;
  keepOnFailure: boolean;
  stackedPorts: boolean;
}

export interface Job extends JobOrder {
  engine: Engine;
  progress: (text: string) => void;
  /** Ends the drill's process because the machine cannot do any drill. */
  giveUp: (error: unknown) => Promise<never>;
}

/** What a drill's process tells the scheduler. */
export type JobMessage = { progress: string } | { setUpFailed: string };

export function outcomeOf(
  verdict: Verdict,
  expected: Verdict = 'upheld',
): 'as expected' | 'inconclusive' | 'differs' {
  if (verdict === expected) return 'as expected';
  return verdict === 'inconclusive' ? 'inconclusive' : 'differs';
}
