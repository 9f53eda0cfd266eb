// a job process whose source misses a part, as in an image that was built wrong
const missing: string = '../nowhere/part-of-the-program.ts';
await import(missing);
