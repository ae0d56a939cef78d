/** csconfigurator: configures an installed calendar server. Usage: csconfigurator.ts BASE [OPTION…], see -help. */
import { configure } from './configurator/run.ts';

const [base = '/opt/SUNWics5/cal', ...words] = process.argv.slice(2);
// For trying it beside the node's own folders.
process.exitCode = await configure(base, words, { prefix: process.env['ICS_NODE_FOLDERS'] ?? '' });
