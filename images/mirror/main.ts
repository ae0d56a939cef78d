/** The mirror daemon beside a node. Not there yet: it only ends with its harness. */
import { serveOrders } from '../common/tell.ts';

await serveOrders({}, () => process.exit(0));
