/**
 * The president's questions to members, which they answer by running a method: in its heartbeat the inquiry, in theirs
 * the reply. VALIDATE sees a resource before a change of it, MONITOR_CHECK a node before a giveover to it.
 */
import { type Draft, isMember, isPresident, president, without } from './draft.ts';
import { callMethod } from './groups/methods.ts';
import { hasLease } from './lease.ts';
import { findType } from './lookup.ts';
import { shownBy } from './shown.ts';
import type { Inquiry, MethodResult, Reply, Running, State } from './types.ts';

/** Begins what is asked of this node, and drops what nobody asks any more. */
export function answerInquiries(draft: Draft): void {
  const { state, nowMs } = draft;
  if (state.view === null || state.panicked) return;
  const asked = inquiriesToHere(state);
  const isAsked = (id: string | null) => asked.some((one) => one.id === id);
  for (const { callId, inquiry } of Object.values(state.running) as Running[]) {
    if (inquiry === null || isAsked(inquiry)) continue;
    state.running = without(state.running, String(callId));
    draft.effects.push({ kind: 'kill-method', callId });
  }
  if (state.replies.some(({ id }) => !isAsked(id)))
    state.replies = state.replies.filter(({ id }) => isAsked(id));
  const fresh = asked.filter(({ id }) => !state.replies.some((reply) => reply.id === id));
  if (fresh.length === 0 || !hasLease(state, nowMs)) return;
  for (const inquiry of fresh) begin(draft, inquiry);
}

function inquiriesToHere(state: State): Inquiry[] {
  const leader = president(state);
  const all = isPresident(state)
    ? state.inquiries
    : (leader && state.peers[leader]?.heartbeat.inquiries) || [];
  return all.filter(({ nodes }) => nodes.includes(state.config.self));
}

function begin(draft: Draft, { id, method, resources }: Inquiry): void {
  const { state } = draft;
  // A type that was registered just now comes with the repository.
  if (resources.some(({ type }) => findType(state.repository, type) === undefined)) return;
  const open = resources.filter((resource) => callMethod(draft, resource, method, id)).length;
  state.replies = [...state.replies, { id, open, ok: true, message: '', agree: {} }];
}

export function methodOfInquiryEnded(
  state: State,
  { resource, method }: Running,
  id: string,
  { ok, message, agree }: MethodResult,
): void {
  state.replies = state.replies.map((reply) => {
    if (reply.id !== id) return reply;
    const said = `${method} of ${resource}: ${message || 'failed'}`;
    return {
      ...reply,
      open: reply.open - 1,
      ok: reply.ok && ok,
      message: reply.message || (ok ? '' : said),
      agree: { ...reply.agree, ...agree },
    };
  });
}

/** What came out: undefined while a member has not answered yet; a member that left needs not. */
export function findings(state: State, inquiry: Inquiry): { problem: string | null } | undefined {
  const { nodes, id } = inquiry;
  const replies = new Map<string, Reply>();
  for (const node of nodes.filter((one) => isMember(state, one))) {
    const reply = shownBy(state, node, 'replies')?.find((one) => one.id === id);
    if (reply === undefined || reply.open > 0) return undefined;
    replies.set(node, reply);
  }
  const bad = [...replies].filter(([, { ok }]) => !ok).map(([node, { message }]) => `${node}: ${message}`);
  if (bad.length > 0) return { problem: bad.join('; ') };
  return { problem: disagreement(replies) };
}

/** Two nodes of which the one has something else than the other. */
function disagreement(replies: Map<string, Reply>): string | null {
  const first = new Map<string, { node: string; value: string }>();
  for (const [node, { agree }] of replies) {
    for (const [what, value] of Object.entries(agree)) {
      const known = first.get(what);
      if (known === undefined) first.set(what, { node, value });
      else if (known.value !== value)
        return `${what} differs: "${known.value}" on ${known.node}, "${value}" on ${node}; make it the same on all nodes`;
    }
  }
  return null;
}
