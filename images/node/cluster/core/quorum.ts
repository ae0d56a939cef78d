/**
 * Votes: one a node, and for each quorum device one fewer than the nodes connected to it. A device's votes go to the
 * proposal that a member wired to it has claimed it for, by taking the keys of all wired nodes that are no members.
 * Members try one after another, since one that has just booted may have no key. Source: SEMANTICS, "Membership".
 */
import type { Draft } from './draft.ts';
import type { Claim, Claims, CoreConfig, Proposal, QuorumDevice, State } from './types.ts';

export const votesOf = (device: QuorumDevice) => device.nodes.length - 1;

export function majorityOf({ nodes, quorumDevices }: Pick<CoreConfig, 'nodes' | 'quorumDevices'>): number {
  return Math.floor((nodes.length + sum(quorumDevices.map(votesOf))) / 2) + 1;
}

/** Votes of a proposal if it won all the devices that its members are wired to. */
export function mostVotes({ quorumDevices }: CoreConfig, { members }: Proposal): number {
  const isMember = new Set(members);
  const reachable = quorumDevices.filter(({ nodes }) => nodes.some((node) => isMember.has(node)));
  return members.length + sum(reachable.map(votesOf));
}

/** The claims of `node` for this very proposal. */
export function claimsFor(state: State, { generation, proposer }: Proposal, node: string): Claims | null {
  const claims = node === state.config.self ? state.quorum : (state.peers[node]?.heartbeat.claims ?? null);
  return claims?.generation === generation && claims.proposer === proposer ? claims : null;
}

/** True while an array has not answered a claim that this node made for its own proposal. */
export function asksQuorumDevice({ config, proposal, quorum }: State): boolean {
  return (
    proposal !== null &&
    quorum?.generation === proposal.generation &&
    quorum.proposer === config.self &&
    Object.values(quorum.devices).includes('asked')
  );
}

/** Members in the order in which they claim a device: the proposer first. */
function claimersOf(device: QuorumDevice, proposer: string, isMember: ReadonlySet<string>): string[] {
  const wired = device.nodes.filter((node) => isMember.has(node));
  return wired.includes(proposer) ? [proposer, ...wired.filter((node) => node !== proposer)] : wired;
}

/** What has come of a device: asked while a member that is heard may still win it. */
function claimOn(
  state: State,
  proposal: Proposal,
  device: QuorumDevice,
  claimers: string[],
  isHeard: ReadonlySet<string>,
): Claim | 'gone' {
  const claims = claimers.map((node): Claim | 'gone' => {
    const claim = claimsFor(state, proposal, node)?.devices[device.name];
    if (claim !== undefined && claim !== 'asked') return claim;
    return isHeard.has(node) ? 'asked' : 'gone';
  });
  const best = (['granted', 'asked', 'gone', 'refused'] as const).find((one) => claims.includes(one));
  return best ?? 'unavailable';
}

export interface Tally {
  votes: number;
  /** Devices that may still be won. */
  open: string[];
  /** Devices whose claimer is no longer heard: what it won, if anything, is unknown. */
  gone: string[];
  refused: string[];
  unavailable: string[];
}

export function tally(state: State, proposal: Proposal, isHeard: ReadonlySet<string>): Tally {
  const isMember = new Set(proposal.members);
  const found: Tally = { votes: proposal.members.length, open: [], gone: [], refused: [], unavailable: [] };
  for (const device of state.config.quorumDevices) {
    const claimers = claimersOf(device, proposal.proposer, isMember);
    if (claimers.length === 0) continue;
    const claim = claimOn(state, proposal, device, claimers, isHeard);
    if (claim === 'granted') found.votes += votesOf(device);
    else found[claim === 'asked' ? 'open' : claim].push(device.name);
  }
  return found;
}

/** Makes this node's claims for `proposal`: on each device that it is wired to, once those before it have failed. */
export function claimDevices(draft: Draft, proposal: Proposal, isHeard: ReadonlySet<string>): void {
  const { state, effects } = draft;
  const { self, quorumDevices } = state.config;
  const { generation, proposer } = proposal;
  const isMember = new Set(proposal.members);
  const known = claimsFor(state, proposal, self);
  const devices = { ...known?.devices };
  for (const device of quorumDevices) {
    if (!device.nodes.includes(self) || devices[device.name] !== undefined) continue;
    const claimers = claimersOf(device, proposer, isMember);
    const before = claimers.slice(0, claimers.indexOf(self));
    const failed = (node: string) => {
      const claim = claimsFor(state, proposal, node)?.devices[device.name];
      return claim === 'refused' || claim === 'unavailable' || (claim !== 'granted' && !isHeard.has(node));
    };
    if (!before.every(failed)) continue;
    devices[device.name] = 'asked';
    const victims = device.nodes.filter((node) => !isMember.has(node));
    effects.push({ kind: 'ask-quorum-device', generation, device: device.name, victims });
  }
  if (known === null || Object.keys(devices).length > Object.keys(known.devices).length)
    state.quorum = { generation, proposer, devices };
}

export function noteClaim(
  state: State,
  generation: number,
  device: string,
  result: Exclude<Claim, 'asked'>,
): void {
  if (state.quorum?.generation !== generation || state.quorum.devices[device] === undefined) return;
  state.quorum = { ...state.quorum, devices: { ...state.quorum.devices, [device]: result } };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
