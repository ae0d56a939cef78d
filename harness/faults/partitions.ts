/**
 * Shapes of a partition as pure data: which nodes do not hear which others, over which interconnects. A shape has a
 * notation, which is a fault's target: "Node1 | Node2" do not hear each other, in "Node1 > Node2" the second does not
 * hear the first.
 */

export type Interconnect = 1 | 2;

export const BOTH: readonly Interconnect[] = [1, 2];

/** `to` hears nothing of what `from` sends over these interconnects. */
export interface Cut {
  from: string;
  to: string;
  over: readonly Interconnect[];
}

export type Partition = readonly Cut[];

/** `to` does not hear `from`, while `from` goes on hearing `to`. */
export function oneWay(from: string, to: string, over = BOTH): Partition {
  return [{ from, to, over }];
}

/** No node of one half and no node of the other hear each other. */
export function halves(some: readonly string[], others: readonly string[], over = BOTH): Partition {
  return some.flatMap((one) =>
    others.flatMap((other) => [...oneWay(one, other, over), ...oneWay(other, one, over)]),
  );
}

/** A node and all others of `nodes` do not hear each other. */
export function isolate(node: string, nodes: readonly string[], over = BOTH): Partition {
  return halves(
    [node],
    nodes.filter((other) => other !== node),
    over,
  );
}

/** In the notation; cuts in both directions come as one, and "over 1" follows where it is not over both. */
export function notationOf(partition: Partition): string {
  const isBack = (one: Cut, other: Cut) => one.from === other.to && one.to === other.from;
  const isFirst = (cut: Cut, index: number) =>
    !partition.slice(0, index).some((earlier) => isBack(earlier, cut));
  return partition
    .filter(isFirst)
    .map((cut) => {
      const both = partition.some((other) => isBack(other, cut));
      const over = cut.over.length === BOTH.length ? '' : ` over ${cut.over.join('+')}`;
      return `${cut.from} ${both ? '|' : '>'} ${cut.to}${over}`;
    })
    .join(', ');
}

/** From the notation. @throws Error naming what is none. */
export function partitionFrom(notation: string): Partition {
  return notation.split(', ').flatMap((text) => {
    const [, from, sign, to, numbers] = /^(\S+) ([|>]) (\S+)(?: over ([12])(?:\+[12])?)?$/.exec(text) ?? [];
    if (from === undefined || to === undefined)
      throw new Error(`"${text}" is no part of a partition: write it as "Node1 | Node2" or "Node1 > Node2"`);
    const over = numbers === undefined ? BOTH : [Number(numbers) as Interconnect];
    return sign === '>' ? oneWay(from, to, over) : halves([from], [to], over);
  });
}
