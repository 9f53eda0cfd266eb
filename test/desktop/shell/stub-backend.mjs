// Stands in for `zerosec start --json`: the started line, a page whose policy names the storage, /health, /api that tells what arrived.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  if (request.url === '/die') process.exit(3);
  if (request.url === '/') return response.setHeader('content-security-policy', "default-src 'none'; connect-src 'self' http://127.0.0.1:9 https://*.evil.example http://far.example").end('<!doctype html>');
  if (request.url === '/health') return response.setHeader('content-type', 'application/json').end(JSON.stringify({ status: 'healthy', version: 'stub' }));
  if (request.url === '/api/v1/away') return response.writeHead(302, { location: 'https://far.example/' }).end();
  let body = '';
  request.on('data', (chunk) => { body += chunk; }).on('end', () => response.setHeader('content-type', 'application/json').end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body })));
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ type: 'started', url: `http://127.0.0.1:${server.address().port}`, directory: process.argv.at(-1) })));
process.on('SIGTERM', () => process.exit(0));
