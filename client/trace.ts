/** Begins a trace: the W3C `traceparent` of one action of a user, which every request of that action carries. */
export function beginTrace(): string {
  const hex = (bytes: number): string => [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `00-${hex(16)}-${hex(8)}-01`;
}
