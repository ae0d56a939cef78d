/** What a run says of itself: machine, engine, versions, the state of the working copy. */
import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { resolve } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import type { RunFacts } from '../reports/build.ts';
import type { Report } from '../reports/model.ts';
import { claimsModel, type Selection } from './catalog.ts';
import type { Engine } from './engine/engine.ts';
import type { ImageTags } from './engine/images.ts';
import { claims, claimsOn } from './guide/claims.ts';

/** Of each row of the table of down time: seconds of work, and intervals far narrower than what the rows differ by. */
export const SIMULATED_YEARS = 100_000;

export interface RunState {
  id: string;
  seed: number;
  started: string;
  durationMs: number;
  command: string;
  stages: Report['run']['stages'];
  engine: Engine | undefined;
  images: ImageTags | undefined;
  interrupted: boolean;
  jobs: number;
  selection: readonly Selection[];
  /** Every claim of the guide is compared, and not those of the selected drills alone; by a shard only once it is merged. */
  allClaims: boolean;
  shard: { index: number; count: number } | undefined;
}

export function runFacts({ engine, images, selection, allClaims, shard, ...state }: RunState): RunFacts {
  const version = engine?.version ?? '';
  return {
    ...state,
    versions: { 'ha-drills': packageJson.version, node: process.version, engine: version, ...images },
    engine: { kind: engine?.kind ?? '', host: engine?.host ?? '', version },
    machine: machineFacts(),
    git: gitState(),
    allClaims,
    ...(shard === undefined ? {} : { shard }),
    simulatedYears: SIMULATED_YEARS,
    expectedClaims: [
      ...(allClaims && shard === undefined ? claims.map(({ id }) => id) : []),
      ...new Set(selection.flatMap((one) => claimsOn(claimsModel(one), one.drill.options.claims))),
    ],
  };
}

function machineFacts(): Report['run']['machine'] {
  return {
    platform: `${process.platform} ${process.arch}`,
    kernel: release(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
  };
}

/** What runs leave in reports/ is no change of the drills. */
const CODE = ['--', '.', ':!reports/runs', ':!reports/history'];

/** Null where this is no working copy, or there is no git. */
export function gitState(folder = resolve(import.meta.dirname, '..')): Report['run']['git'] {
  const git = (...words: string[]) => spawnSync('git', ['-C', folder, ...words], { encoding: 'utf8' });
  const [commit, status] = [git('rev-parse', 'HEAD'), git('status', '--porcelain', ...CODE)];
  if (commit.status !== 0 || status.status !== 0) return null;
  return { commit: commit.stdout.trim(), dirty: status.stdout.trim() !== '' };
}
