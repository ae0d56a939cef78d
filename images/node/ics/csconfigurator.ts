/** csconfigurator: configures an installed calendar server. Usage: csconfigurator.ts BASE [OPTION…], see -help. */
import { configure } from './configurator/run.ts';
import { ONLY_LOAD } from './only-load.ts';

const [base = '/opt/SUNWics5/cal', ...words] = process.argv.slice(2);
// The variable is for trying it beside the node's own folders.
if (base !== ONLY_LOAD)
  process.exitCode = await configure(base, words, { prefix: process.env['ICS_NODE_FOLDERS'] ?? '' });
