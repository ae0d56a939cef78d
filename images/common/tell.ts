/** A container's two lines to the harness: events out on stdout, commands in on stdin, one JSON object a line. */
import { createInterface } from 'node:readline';
import { monotonicMs } from './clock.ts';
import type { AnyEvent } from './protocol.ts';

/** Prints an event with its moment; `at` overrides the moment for something that happened before it could be told. */
export function tell(event: AnyEvent, at: number = monotonicMs()): void {
  process.stdout.write(`${JSON.stringify({ at, ...event })}\n`);
}

/** All that was told so far has been taken from this process; what it ends with else would be cut off at the pipe's size. */
export function heard(): Promise<void> {
  return new Promise((resolve) => process.stdout.write('', () => resolve()));
}

/** A command of the harness: `id` comes back in the reply. */
interface Order {
  id: number;
  order: string;
  [argument: string]: unknown;
}

/** Performs one kind of order. What it returns goes back as the reply's `value`. */
export type Handler = (order: Record<string, unknown>) => unknown;

/** Answers orders from stdin, one after another, until stdin ends; then calls `onEnd`. "clock" only tells the moment. */
export async function serveOrders(handlers: Record<string, Handler>, onEnd: () => void): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const order = JSON.parse(line) as Order;
    process.stdout.write(`${JSON.stringify(await answer(order, handlers))}\n`);
  }
  onEnd();
}

async function answer(order: Order, handlers: Record<string, Handler>): Promise<object> {
  const began = monotonicMs();
  try {
    if (order.order === 'clock') return { reply: order.id, began, at: monotonicMs(), value: null };
    const handler = handlers[order.order];
    if (handler === undefined) throw new Error(`unknown order "${order.order}"`);
    const value = await handler(order);
    return { reply: order.id, began, at: monotonicMs(), value: value ?? null };
  } catch (error) {
    return {
      reply: order.id,
      began,
      at: monotonicMs(),
      error: error instanceof Error ? error.message : String(error),
    };
  }
}
