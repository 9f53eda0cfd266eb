export { randomStream } from './stream.ts';
