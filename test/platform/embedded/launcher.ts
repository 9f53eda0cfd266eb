/** A launcher in a process of its own, to be killed. */
import { startEmbedded } from '../../../platform/embedded/index.ts';

const embedded = await startEmbedded({ directory: process.argv[2] as string });
process.send?.(embedded.environment);
