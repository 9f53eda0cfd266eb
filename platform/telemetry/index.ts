export { openTracing, readTraceparent, untraced, type MeasuredSpan, type OpenSpan, type SpanAttributes, type Tracing } from './tracing.ts';
