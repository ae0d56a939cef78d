/** Memory whose beginning is that of a page, as input and output past the kernel's cache asks for; Buffer promises none. */

interface LinearMemory {
  readonly buffer: ArrayBuffer;
}
/** Known to every Node, though not to the types of one without a browser. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => LinearMemory;
};

const PAGE_BYTES = 64 * 1024;

export function alignedBuffer(bytes: number): Buffer {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  return Buffer.from(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer, 0, bytes);
}

const spare = new Map<number, Buffer[]>();

/** Works with such memory and gives it back, since each piece costs the process a large range of addresses. */
export async function withAligned<T>(bytes: number, work: (buffer: Buffer) => Promise<T>): Promise<T> {
  const pool = spare.get(bytes) ?? [];
  spare.set(bytes, pool);
  const buffer = pool.pop() ?? alignedBuffer(bytes);
  try {
    return await work(buffer);
  } finally {
    pool.push(buffer);
  }
}
