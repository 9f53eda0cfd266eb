import { route } from '../http/call.ts';
import { referencePage } from '../docs/page.ts';

export const docs = route({
  method: 'get', path: '/docs', atRoot: true, operationId: 'getDocs', tag: 'operations',
  summary: 'This document for people',
  answers: { 200: { description: 'A page without scripts', contentType: 'text/html' } },
  problems: [],
  async handle(call) {
    const { html, styleHash } = referencePage(call.services.document());
    return {
      body: html, type: 'text/html; charset=utf-8',
      headers: { 'Content-Security-Policy': `default-src 'none'; style-src '${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`, 'Cache-Control': 'public, max-age=300' },
    };
  },
});
