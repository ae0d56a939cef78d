import { drill } from '../harness/drill.ts';
import { slowArray } from '../harness/faults/slow-array.ts';

const LATENCY_MS = 25;

drill(
  'A disk array becomes slow: users wait longer, and nothing else changes',
  { name: 'slow-disk', models: ['slow-array'], claims: [], checks: ['slow-disk-endured'] },
  async (cluster) => {
    const [service] = cluster.services;
    const [array = ''] = cluster.arraysOf(service);
    const fault = slowArray(array, LATENCY_MS);
    await cluster.steadyState(service);
    await cluster.strike(fault);
    await cluster.observe(service);
    await cluster.undo(fault);
    await cluster.observe(service);
    await cluster.readBack();
  },
);
