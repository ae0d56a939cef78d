/** SUNW.scics: the calendar server as a resource. ICS_serverroot is the server's base folder (guide §6.10). */
import { run } from '../../../common/run.ts';
import type { MethodContext, ResourceTypePlugin } from './type.ts';

function program({ resource }: MethodContext, name: string): string {
  const root = resource.properties['ICS_serverroot'];
  if (root === undefined)
    throw new Error('ICS_serverroot is not set: the agent does not know where the server is');
  return `${root}/sbin/${name}`;
}

export const scics: ResourceTypePlugin = {
  type: 'SUNW.scics',
  methods: {
    START: {
      name: 'ics_svc_start',
      run: async (context) => {
        await run(program(context, 'start-cal'), [], { timeoutMs: 300_000 });
      },
    },
    STOP: {
      name: 'ics_svc_stop',
      run: async (context) => {
        await run(program(context, 'stop-cal'), [], { timeoutMs: 300_000 });
      },
    },
  },
  probe: {
    intervalMs: 5000,
    run: async (context) => {
      await run(program(context, 'probe-cal'), [], { timeoutMs: 30_000 });
    },
  },
};
