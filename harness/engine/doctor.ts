import * as z from 'zod';
import { messageOf } from '../errors.ts';
import { isLocal } from './docker-at.ts';
import { type Finding, finding, machine, nodeVersion, platform } from './doctor-machine.ts';
import type { Engine, Progress } from './engine.ts';
import { findOrStartEngine } from './find.ts';
import { canInstall, hasProgram, isRoot } from './install.ts';
import { liveRuns } from './live-runs.ts';
import { engineStatus } from './private-engine.ts';

export type { Finding } from './doctor-machine.ts';

/** A check that needs an engine, such as a real port cut on a scratch LUN. */
export type EngineCheck = (engine: Engine, progress: Progress) => Promise<Finding>;

const Info = z.looseObject({
  ServerVersion: z.string().default('?'),
  OperatingSystem: z.string().default('?'),
  Architecture: z.string().default('?'),
  CgroupVersion: z.string().default('1'),
  Driver: z.string().default('?'),
  DockerRootDir: z.string().default('?'),
  SecurityOptions: z.array(z.string()).nullish(),
});

/**
 * Looks at all that a drill needs. Starts nothing and changes nothing, but for what `checks` do in the engine.
 * @param failure why an engine that should have been started here was not
 */
export async function examine(
  progress: Progress,
  checks: readonly EngineCheck[] = [],
  failure?: string,
): Promise<Finding[]> {
  const findings = [platform(process.platform, process.arch), nodeVersion(process.versions.node)];
  progress('looking for an engine');
  const engine = await findOrStartEngine(progress, { start: false }).catch((error: unknown) => error);
  findings.push(await privateEngine());
  // Without an engine, drills would start one here: then this machine is the one to look at.
  if (!isEngine(engine)) return [...findings, noEngine(engine, failure), ...machine('/')];
  const info = Info.parse(await engine.docker.info());
  findings.push(engineFound(engine, info), cgroup(info.CgroupVersion));
  if (isLocal(engine.host)) findings.push(...machine(info.DockerRootDir));
  else
    findings.push(
      finding('machine', true, `the engine is at ${engine.host}: its kernel is not looked at from here`),
    );
  for (const check of checks) findings.push(await checked(check, engine, progress));
  return findings;
}

function isEngine(found: unknown): found is Engine {
  return typeof found === 'object' && found !== null && 'docker' in found;
}

async function checked(check: EngineCheck, engine: Engine, progress: Progress): Promise<Finding> {
  try {
    return await check(engine, progress);
  } catch (error) {
    return finding(check.name, false, messageOf(error), 'put right what it names, then run doctor again');
  }
}

export function noEngine(error: unknown, failure?: string): Finding {
  // An engine that was asked for by name is not replaced by another.
  const named = process.env['DOCKER_HOST'] || process.env['DOCKER_CONTEXT'];
  if (named) return finding('engine', false, messageOf(error), 'put the variable right, or unset it');
  if (failure !== undefined)
    return finding('engine', false, failure, 'put right what it names, then run doctor again');
  const possible = (isRoot() && hasProgram('dockerd')) || canInstall();
  const wayOut = possible
    ? 'nothing to do: npm run drill starts one'
    : 'start Docker, or run once as root on Debian or Ubuntu';
  return finding('engine', possible, messageOf(error), wayOut);
}

export function engineFound(
  engine: Pick<Engine, 'kind' | 'host' | 'version'>,
  info: z.infer<typeof Info>,
): Finding {
  const options = (info.SecurityOptions ?? []).join(' ');
  const traits = [
    options.includes('name=rootless') ? 'rootless' : '',
    options.includes('name=userns') ? 'user namespaces' : '',
    info.OperatingSystem.includes('Docker Desktop') ? 'Docker Desktop' : '',
  ].filter(Boolean);
  const found = [
    `${engine.version}, ${engine.kind}, ${engine.host}`,
    info.Driver,
    info.Architecture,
    ...traits,
  ].join(', ');
  const closed = traits.filter((trait) => trait !== 'Docker Desktop');
  if (closed.length > 0)
    return finding(
      'engine',
      false,
      found,
      `loop devices cannot be had with ${closed.join(' and ')}: use an engine without`,
    );
  return finding('engine', true, found, traits.length > 0 ? 'Docker Desktop is untested' : '');
}

function cgroup(version: string): Finding {
  return finding('cgroup', ['1', '2'].includes(version), `version ${version}`, '');
}

async function privateEngine(): Promise<Finding> {
  const status = await engineStatus();
  const found = status.running
    ? `running, pid ${status.pid}, ${status.host}`
    : `not running (${status.root})`;
  const answers = !status.running || status.version !== undefined;
  const runs = liveRuns().map((live) => live.run);
  const inUse = runs.length === 0 ? '' : `; runs under way on this machine: ${runs.join(', ')}`;
  return finding(
    'private engine',
    answers,
    `${found}${inUse}`,
    answers ? '' : `it does not answer; see ${status.log}, then: npm run drill -- engine stop`,
  );
}
