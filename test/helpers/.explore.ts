import fc from 'fast-check';
import { run, schedules } from '/work/main/test/helpers/core-schedules.ts';
const n = Number(process.argv[2] ?? 300), seed = Number(process.argv[3] ?? 1);
const t = performance.now(); let steps = 0;
const kinds = new Map<string, [number, unknown, string]>();
for (const s of fc.sample(schedules, { numRuns: n, seed })) {
  try { steps += run(s).steps; } catch (e: any) {
    const k = e.invariant ?? 'ERR'; const c = kinds.get(k);
    if (!c || s.events.length < (c[1] as any).events.length) kinds.set(k, [(c?.[0] ?? 0) + 1, s, e.invariant? e.message : e.stack]); else c[0]++;
  }
}
for (const [k, [c, s, m]] of kinds) console.log(k, c, m, JSON.stringify(s));
console.log(n, 'runs', Math.round(performance.now() - t), 'ms', steps, 'steps');
