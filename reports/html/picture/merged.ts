/** Things of one kind that a screen shows in one place: drawn once, with the first one's name and their number. */

interface Placed {
  label: string;
  style: string;
  from: number;
  until: number;
}

export type Merged<T> = T & {
  /** Every name, for the tooltip. */
  whole: string;
};

/** Nearer than this many pixels, two edges cannot be told apart. */
const SAME_PLACE = 6;
/** Names that are longer together are counted instead. */
const LONGEST_LABEL = 60;

export function merged<T extends Placed>(items: readonly T[]): Merged<T>[] {
  const heaps: [T, ...T[]][] = [];
  for (const item of items.toSorted((a, b) => a.from - b.from)) {
    const heap = heaps.find(([first]) => isSamePlace(first, item));
    if (heap) heap.push(item);
    else heaps.push([item]);
  }
  return heaps.map(asOne);
}

function isSamePlace(a: Placed, b: Placed): boolean {
  const near = (one: number, other: number) => Math.abs(one - other) <= SAME_PLACE;
  return a.style === b.style && near(a.from, b.from) && near(a.until, b.until);
}

function asOne<T extends Placed>(heap: readonly [T, ...T[]]): Merged<T> {
  const [first] = heap;
  const names = [...new Set(heap.map(({ label }) => label))].join(', ');
  return {
    ...first,
    until: Math.max(...heap.map(({ until }) => until)),
    label: names.length <= LONGEST_LABEL ? names : `${first.label} and ${heap.length - 1} more`,
    whole: names,
  };
}
