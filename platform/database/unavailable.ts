/**
 * What a server says while it starts, stops or has no room (classes 08, 53 and 57P), and when it is too slow to answer: the
 * statement or idle timeout that a server at a standstill runs into (57014, 25P03), a conflict that outlasted every retry (40001, 40P01).
 */
const serverCodes = /^(08...|53...|57P0[123]|57014|25P03|40001|40P01)$/;
const socketCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
/** pg and tarn have no codes for these. */
const messages = /Connection terminated|Connection ended|connection timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Unable to acquire a connection|aborted/i;

/** Whether an error of a query says that the database cannot be reached now, rather than that the query is wrong. */
export function isDatabaseUnavailable(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 4) return false;
  const { code, nativeError, errors } = error as { code?: unknown; nativeError?: unknown; errors?: unknown };
  if (typeof code === 'string' && (serverCodes.test(code) || socketCodes.has(code))) return true;
  if (error.name === 'KnexTimeoutError' || error.name === 'TimeoutError') return true;
  if (code === undefined && messages.test(error.message)) return true;
  const inner = [nativeError, error.cause, ...(Array.isArray(errors) ? errors as unknown[] : [])];
  return inner.some((part) => part !== undefined && part !== error && isDatabaseUnavailable(part, depth + 1));
}
