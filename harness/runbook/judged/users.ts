/** The services of a procedure that have users: calendar services, and those that its own clients use by commands. Pure. */
import type { ServiceFacts } from '../../timeline.ts';
import type { RunbookDrill } from './course.ts';

export interface Users {
  service: ServiceFacts;
  /** The drill's, with the load of this service. */
  facts: RunbookDrill;
}

export function usersOf(facts: RunbookDrill): Users[] {
  const { clients } = facts.runbook.runbook;
  const calendar = facts.services.map((service) => ({ service, facts }));
  const others = (facts.servicesByCommand ?? []).map((service) => {
    const { everyMs = 100, timeoutMs = 1000 } = clients.find((one) => one.service === service.name) ?? {};
    const writesPerSecond = 1000 / everyMs;
    const load = {
      ratePerSecond: writesPerSecond,
      writesPerSecond,
      readsPerSecond: writesPerSecond,
      timeoutMs,
    };
    return { service, facts: { ...facts, load } };
  });
  return [...calendar, ...others];
}
