import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEventStream } from '../../client/event-stream.ts';
import { collect } from './fake-server.ts';

async function read(text: string, cut: number) {
  const bytes = new TextEncoder().encode(text);
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += cut) controller.enqueue(bytes.subarray(at, at + cut));
      controller.close();
    },
  });
  return collect(readEventStream(stream));
}

const text = ': heartbeat\n\nid: 1\nevent: state\ndata: {"a":"中"}\n\nid:2\r\ndata: x\r\ndata: y\r\n\r\ndata: z\r\rid: 9\ndata: never finished';

test('events are the same however the bytes are cut, with LF, CR and CRLF', async () => {
  const expected = [
    { id: '1', event: 'state', data: '{"a":"中"}' },
    { id: '2', event: 'message', data: 'x\ny' },
    { id: '2', event: 'message', data: 'z' },
  ];
  for (const cut of [1, 2, 3, 7, 1000]) assert.deepEqual(await read(text, cut), expected, `cut ${cut}`);
});
