import { run } from '/work/main/test/helpers/core-schedules.ts';
import { Simulation } from './core-simulation.ts';
const s = JSON.parse(process.argv[2] as string); const from = Number(process.argv[3] ?? 0), to = Number(process.argv[4] ?? 1e9);
const orig: any = (Simulation.prototype as any).powerOff;
let sim: any;
for (const m of ['powerOff','powerOn','hang','wake']) { const o = (Simulation.prototype as any)[m]; (Simulation.prototype as any)[m] = function (n: any) { sim = this; log(`${this.nowMs} ${n.name} ## ${m} (on ${n.isOn} hung ${n.hung})`); return o.call(this, n); }; }
function log(t: string) { const a = Number(t.split(' ')[0]); if (a >= from && a <= to) console.log(t); }
import { step } from '../../images/node/cluster/core/step.ts';
const traced: any = (st: any, input: any, now: number) => {
  const r = step(st, input, now);
  const eff = r.effects.filter((e: any) => e.kind !== 'send').map((e: any) => e.kind + ':' + (e.kind==='run-method'? e.method+' '+e.resource.name : e.kind==='save' ? 'v'+e.repository.version: JSON.stringify({...e, kind: undefined})));
  const ch = [] as string[]; for (const k of ['proposal','accepts','view','placement','givenUp'] as const) if (JSON.stringify(st[k]) !== JSON.stringify(r.state[k])) ch.push(k + '=' + JSON.stringify(r.state[k]));
  if (eff.length || ch.length || !['tick','heartbeat'].includes(input.kind)) log(`${now} ${st.config.self} <${input.kind}${input.heartbeat ? ' ' + input.heartbeat.from : input.kind==='tick'?'':JSON.stringify({...input, kind: undefined})}> ${ch.join(' ')} | ${eff.join(' ')}`);
  return r;
};
try { run(s, { step: traced }); } catch (e: any) { console.log(e.message); }
