/**
 * The mirror daemon beside a node: keeps the volumes whose halves are on two arrays the same. It is as a part of the
 * node's kernel: in the node's network, reached by the node alone, and gone when the node is.
 */
import '../common/only-compile.ts';
import { writeSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setPriority } from 'node:os';
import { after } from '../common/clock.ts';
import type { Replica } from '../common/replica.ts';
import { serveOrders, tell } from '../common/tell.ts';
import { AssembledVolume, type Surroundings } from './assembled.ts';
import { readConfig } from './config.ts';
import { MEDIATOR_PORT, Mediators } from './mediators.ts';

const SERVICE_PORT = 3261;
const CHUNK_BYTES = 512 * 1024;
const CHECK_EVERY_MS = 1000;
/** Disks must not wait for the programs that use them. */
const PRIORITY = -15;

const config = readConfig();
const mediators = new Mediators(config.mediators, '/var/lib/mirror/mediator.json');
const assembled = new Map<string, AssembledVolume>();
/** One change of a volume at a time. */
const changing = new Map<string, Promise<unknown>>();
let resyncRate: number | null = null;

const around: Surroundings = {
  node: config.node,
  folder: `/ha-drills/${config.run}/${config.node}`,
  place: ({ array, lun }) => ({ array, lun, host: config.arrays[array] ?? '' }),
  noted: async (volume, others) => (others ? await mediators.known(volume) : mediators.own(volume)),
  mediate: (replica) => mediators.note(replica),
  log: (text) => tell({ kind: 'log', text }),
  chunkBytes: CHUNK_BYTES,
  resyncRate: () => resyncRate,
  trustAnyHalf: config.sabotage === 'trust-any-half',
  acknowledgeEarly: config.sabotage === 'mark-after-acknowledging',
  failWithEither: config.sabotage === 'fail-with-either-half',
  flipAByte: config.sabotage === 'flip-a-byte',
};

function inTurn<T>(volume: string, work: () => Promise<T>): Promise<T> {
  const turn = (changing.get(volume) ?? Promise.resolve()).then(work, work);
  changing.set(volume, turn);
  return turn;
}

async function assemble(name: string, unreserved: (string | null)[]): Promise<{ minor: number }> {
  const volume = config.volumes.find((one) => `${one.deviceGroup}/${one.name}` === name);
  if (volume === undefined)
    throw new Error(
      `${name} is no mirrored volume of this node; there are ${config.volumes.map((one) => `${one.deviceGroup}/${one.name}`).join(', ') || 'none'}`,
    );
  const there = assembled.get(name) ?? (await AssembledVolume.assemble(volume, unreserved, around));
  assembled.set(name, there);
  return { minor: there.minor };
}

async function disassemble(name: string): Promise<object> {
  await assembled.get(name)?.disassemble();
  assembled.delete(name);
  return {};
}

async function takeBack(name: string, half: number): Promise<object> {
  await assembled.get(name)?.takeBack(half === 0 ? 0 : 1);
  return {};
}

const status = () =>
  [...assembled.values()].map((one) => ({
    deviceGroup: one.volume.deviceGroup,
    volume: one.volume.name,
    submirrors: one.status(),
  }));

/** One look after the other, however long an array takes to answer. */
function keepChecking(): void {
  after(CHECK_EVERY_MS, async () => {
    await Promise.all([...assembled.values()].map((one) => one.check().catch(() => undefined)));
    keepChecking();
  });
}

function throttle(bytesPerSecond: unknown): object {
  resyncRate = typeof bytesPerSecond === 'number' && bytesPerSecond > 0 ? bytesPerSecond : null;
  return {};
}

type Call = (body: Record<string, unknown>) => unknown;

const ofNode: Record<string, Call> = {
  '/assemble': ({ volume, unreserved }) =>
    inTurn(String(volume), () => assemble(String(volume), unreserved as (string | null)[])),
  '/take-back': ({ volume, half }) => inTurn(String(volume), () => takeBack(String(volume), Number(half))),
  '/disassemble': ({ volume }) => inTurn(String(volume), () => disassemble(String(volume))),
  '/status': () => ({ mirrors: status() }),
  '/throttle': ({ bytesPerSecond }) => throttle(bytesPerSecond),
};

const ofMediators: Record<string, Call> = {
  '/note': async (replica) => {
    await mediators.take(replica as unknown as Replica);
    return {};
  },
  '/noted': ({ volume }) => ({ noted: mediators.own(String(volume)) }),
};

async function serve(calls: Record<string, Call>, request: IncomingMessage, response: ServerResponse) {
  const answer = (code: number, body: unknown) => response.writeHead(code).end(JSON.stringify(body));
  try {
    let text = '';
    for await (const piece of request) text += piece;
    const call = calls[request.url ?? ''];
    if (call === undefined) answer(404, { error: `no call ${request.url}` });
    else answer(200, await call(JSON.parse(text || '{}')));
  } catch (error) {
    answer(500, { error: error instanceof Error ? error.message : String(error) });
  }
}

/**
 * At once, without clearing up: an orderly exit waits for the thread that waits for the kernel's next request, which may
 * not come before one that is under way is answered or this process is gone.
 */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** The node holds this one open for as long as it lives: the kernel tells of its end, whatever kind of end that is. */
function beside(response: ServerResponse): void {
  response.writeHead(200).flushHeaders();
  response.on('close', () => {
    end();
  });
}

try {
  setPriority(PRIORITY);
} catch {
  tell({ kind: 'log', text: 'no higher priority for mirrors: the container lacks SYS_NICE' });
}
process.on('uncaughtException', (error) => {
  writeSync(process.stderr.fd, `${error.stack ?? error.message}\n`);
  end();
});
createServer((request, response) =>
  request.url === '/beside' ? beside(response) : void serve(ofNode, request, response),
).listen(SERVICE_PORT, '127.0.0.1');
const peers = new Set(Object.values(config.mediators));
createServer((request, response) => {
  const calls = peers.has(request.socket.remoteAddress ?? '') ? ofMediators : {};
  void serve(calls, request, response);
}).listen(MEDIATOR_PORT, '0.0.0.0', () => tell({ kind: 'log', text: 'mirror daemon is up' }));
keepChecking();
await serveOrders({ status, throttle: ({ bytesPerSecond }) => throttle(bytesPerSecond) }, end);
