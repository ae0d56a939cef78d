/** A configuration of the calendar server as an operator would answer the configurator's questions. */
import { type Answers, presetAnswers } from '../../images/node/ics/configurator/fields.ts';

export const BASE = '/opt/SUNWics5/cal';

/** Everything on one shared disk, as guide §6.6.3 has it, and neither of the start-up options. */
export function answersFor(shared: string, changes: Partial<Answers> = {}): Answers {
  const presets = { hostName: 'Node1', configFolder: `${shared}/config`, varFolder: shared };
  return presetAnswers(presets, {
    DIRECTORY_MANAGER_PASSWORD: 'manager',
    ADMINISTRATOR_PASSWORD: 'drill',
    START_AFTER_CONFIGURATION: 'no',
    START_ON_BOOT: 'no',
    ...changes,
  });
}

/** What is typed for them, a line an answer, where a directory server is named. */
export function typedFor(answers: Answers): string[] {
  return Object.entries(answers).flatMap(([key, value]) => (key === 'HOST_NAME' ? [] : [value]));
}
