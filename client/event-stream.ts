/** One event of a text/event-stream. */
export interface StreamEvent {
  id: string | null;
  event: string;
  data: string;
}

/**
 * Reads a text/event-stream (HTML standard, "server-sent events"): CR, LF or CRLF lines in chunks cut anywhere. Comments
 * (heartbeats) are passed over; `onBytes` hears of every chunk, also of those.
 */
export async function* readEventStream(body: ReadableStream<Uint8Array>, onBytes: () => void = () => undefined): AsyncGenerator<StreamEvent, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let buffer = '';
  let event: StreamEvent = { id: null, event: 'message', data: '' };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return; // an event without its empty line is not complete and does not count
      onBytes();
      buffer += decoder.decode(value, { stream: true });
      // a CR at the very end may be the first half of CRLF: it waits for the next chunk
      const lines = buffer.split(/\r\n|\n|\r(?!$)/);
      buffer = lines.pop() ?? '';
      for (const line of lines) {
        if (line !== '') {
          take(event, line);
          continue;
        }
        if (event.data !== '') yield event;
        event = { id: event.id, event: 'message', data: '' };
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function take(event: StreamEvent, line: string): void {
  const colon = line.indexOf(':');
  if (colon === 0) return;
  const field = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (field === 'data') event.data = event.data === '' ? value : `${event.data}\n${value}`;
  else if (field === 'id' && !value.includes('\0')) event.id = value;
  else if (field === 'event') event.event = value;
}
