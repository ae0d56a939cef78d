/** scstat: the cluster's state for a person, in the layout of the real one. Pure. */
import type { Picture, ResourceRow } from './picture.ts';
import { layOut } from './table.ts';
import { has, optional, refuseOperands, splitWords, WrongForm } from './words.ts';

const RULE = '-'.repeat(66);
const PARTS: Record<string, (picture: Picture, form: ScstatForm) => string> = {
  n: nodes,
  W: paths,
  q: quorum,
  D: deviceGroups,
  g: groups,
};

export interface ScstatForm {
  parts: string[];
  detail: number;
  /** Only rows about this node. */
  node: string | null;
}

/** @throws WrongForm */
export function parseScstat(args: string[]): ScstatForm {
  const options = { n: null, W: null, q: null, D: null, g: null, p: null, v: null, h: 'NODE' };
  const words = splitWords(args, options, {
    i: 'there are no IPMP groups in this cluster: -i has nothing to show',
  });
  refuseOperands(words, args);
  const asked = Object.keys(PARTS).filter((letter) => has(words, letter));
  if (optional(words, 'h') === '') throw new WrongForm('-h has an empty name');
  return {
    parts: asked.length === 0 || has(words, 'p') ? Object.keys(PARTS) : asked,
    detail: words.letters.filter((letter) => letter === 'v').length,
    node: optional(words, 'h') ?? null,
  };
}

/** @throws WrongForm when the node is none of the cluster. */
export function scstat(picture: Picture, form: ScstatForm): string {
  const known = picture.nodes.map(({ node }) => node);
  if (form.node !== null && !known.includes(form.node))
    throw new WrongForm(`-h ${form.node}: there is no such node; nodes are ${known.join(', ')}`);
  const parts = form.parts.flatMap((letter) => PARTS[letter]?.(picture, form) ?? []);
  const warning = picture.waits === null ? [] : [`** ${picture.waits} **`];
  return [...warning, ...parts].map((part) => `${RULE}\n\n${part}\n\n`).join('');
}

const about = (form: ScstatForm, ...names: string[]) => form.node === null || names.includes(form.node);

function nodes(picture: Picture, form: ScstatForm): string {
  const rows = picture.nodes
    .filter(({ node }) => about(form, node))
    .map(({ node, online }) => [node, online ? 'Online' : 'Offline']);
  const table = layOut({
    heading: 'Cluster Nodes',
    label: 'Cluster node:',
    titles: ['Node name', 'Status'],
    rows,
  });
  return form.detail === 0 ? table : `${table}\n\n  Heard by ${picture.self}: ${picture.heard.join(', ')}`;
}

function paths(picture: Picture, form: ScstatForm): string {
  const table = layOut({
    heading: 'Cluster Transport Paths',
    label: 'Transport path:',
    titles: ['Endpoint', 'Endpoint', 'Status'],
    rows: picture.paths
      .filter(({ from, to }) => about(form, from, to))
      .map(({ from, to, interconnect, online }) => [
        `${from}:${interconnect}`,
        `${to}:${interconnect}`,
        online ? 'Path online' : 'faulted',
      ]),
  });
  // A node hears its own paths only.
  const others =
    picture.nodes.length > 2
      ? `\n\n  As ${picture.self} hears them; scstat -W on another node shows that one's.`
      : '';
  return `${table}${others}`;
}

function quorum(picture: Picture, form: ScstatForm): string {
  const { possible, needed, present } = picture.votes;
  const status = (votes: { present: number }) => (votes.present > 0 ? 'Online' : 'Offline');
  const row = (one: { name: string; present: number; possible: number }) => [
    one.name,
    String(one.present),
    String(one.possible),
    status(one),
  ];
  const titles = (name: string) => [name, 'Present', 'Possible', 'Status'];
  return [
    '-- Quorum Summary --\n',
    `  Quorum votes possible:      ${possible}`,
    `  Quorum votes needed:        ${needed}`,
    `  Quorum votes present:       ${present}`,
    '\n',
    layOut({
      heading: 'Quorum Votes by Node',
      label: 'Node votes:',
      titles: titles('Node Name'),
      rows: picture.nodeVotes.filter(({ name }) => about(form, name)).map(row),
    }),
    '\n',
    layOut({
      heading: 'Quorum Votes by Device',
      label: 'Device votes:',
      titles: titles('Device Name'),
      rows: picture.deviceVotes.filter(({ nodes: wired }) => about(form, ...wired)).map(row),
    }),
  ].join('\n');
}

function deviceGroups(picture: Picture, form: ScstatForm): string {
  const shown = picture.deviceGroups.filter(({ primary, secondaries }) =>
    about(form, ...(primary === null ? [] : [primary]), ...secondaries),
  );
  const servers = layOut({
    heading: 'Device Group Servers',
    label: 'Device group servers:',
    titles: ['Device Group', 'Primary', 'Secondary'],
    rows: shown.map(({ name, primary, secondaries }) => [
      name,
      primary ?? '-',
      secondaries.length > 0 ? secondaries.join(',') : '-',
    ]),
  });
  const status = layOut({
    heading: 'Device Group Status',
    label: 'Device group status:',
    titles: ['Device Group', 'Status'],
    rows: shown.map((group) => [group.name, group.status]),
  });
  return `${servers}\n\n\n${status}`;
}

function groups(picture: Picture, form: ScstatForm): string {
  const shown = picture.groups.filter(({ rows }) => about(form, ...rows.map(({ node }) => node)));
  const tables = [
    layOut({
      heading: 'Resource Groups and Resources',
      label: 'Resources:',
      titles: ['Group Name', 'Resources'],
      rows: shown.map(({ name, resources }) => [name, resources.join(' ') || '-']),
    }),
    layOut({
      heading: 'Resource Groups',
      label: 'Group:',
      titles: ['Group Name', 'Node Name', 'State'],
      rows: shown.flatMap(({ name, rows }) =>
        rows.filter(({ node }) => about(form, node)).map(({ node, state }) => [name, node, state]),
      ),
    }),
    layOut({
      heading: 'Resources',
      label: 'Resource:',
      titles: ['Resource Name', 'Node Name', 'State', 'Status Message'],
      rows: picture.resources
        .filter(({ node }) => about(form, node))
        .map((row) => [row.resource, row.node, row.state, statusMessage(row)]),
    }),
  ];
  return tables.join('\n\n\n');
}

function statusMessage({ status, message }: ResourceRow): string {
  return message === '' ? status : `${status} - ${message.replaceAll(/\s*\n\s*/g, ' ')}`;
}
