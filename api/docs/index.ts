export { apiReferenceMarkdown } from './markdown.ts';
