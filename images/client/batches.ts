/** Ids in lists of `most` at the most, each no longer than `longest` characters when joined by semicolons. Pure. */
export function batchesOf(ids: readonly string[], most: number, longest: number): string[] {
  const batches: string[] = [];
  let batch: string[] = [];
  for (const id of ids) {
    if (batch.length === most || (batch.length > 0 && [...batch, id].join(';').length > longest)) {
      batches.push(batch.join(';'));
      batch = [];
    }
    batch.push(id);
  }
  return batch.length === 0 ? batches : [...batches, batch.join(';')];
}
