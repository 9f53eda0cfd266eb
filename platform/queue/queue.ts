import { DeleteMessageCommand, GetQueueAttributesCommand, PurgeQueueCommand, ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { JobMessage } from '../../schemas/index.ts';

export interface QueueDepth {
  visible: number;
  inFlight: number;
  delayed: number;
}

/** Largest batch of SQS. */
const batchSize = 10;

/** The only code, beside sqs-consumer in the worker, that speaks SQS. */
export class Queue {
  readonly url: string;
  readonly #sqs: SQSClient;

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.url = url;
  }

  get client(): SQSClient {
    return this.#sqs;
  }

  /** @returns message ids in order; null where the queue refused that message */
  async send(messages: readonly JobMessage[]): Promise<(string | null)[]> {
    const ids: (string | null)[] = [];
    for (let start = 0; start < messages.length; start += batchSize) {
      const part = messages.slice(start, start + batchSize);
      if (part.length === 1) {
        const sent = await this.#sqs.send(new SendMessageCommand({ QueueUrl: this.url, ...entry(part[0] as JobMessage) }));
        ids.push(sent.MessageId ?? null);
        continue;
      }
      const sent = await this.#sqs.send(new SendMessageBatchCommand({ QueueUrl: this.url, Entries: part.map((message, index) => ({ Id: String(index), ...entry(message) })) }));
      const byIndex = new Map((sent.Successful ?? []).map((success) => [success.Id, success.MessageId ?? null]));
      part.forEach((_, index) => ids.push(byIndex.get(String(index)) ?? null));
    }
    return ids;
  }

  /** Sends a body as it is (tests of poison messages). */
  async sendRaw(body: string): Promise<void> {
    await this.#sqs.send(new SendMessageCommand({ QueueUrl: this.url, MessageBody: body }));
  }

  async receive(options: { max: number; waitSeconds: number }): Promise<{ messageId: string; body: string; receipt: string }[]> {
    const received = await this.#sqs.send(new ReceiveMessageCommand({ QueueUrl: this.url, MaxNumberOfMessages: options.max, WaitTimeSeconds: options.waitSeconds }));
    return (received.Messages ?? []).map((message) => ({ messageId: message.MessageId ?? '', body: message.Body ?? '', receipt: message.ReceiptHandle ?? '' }));
  }

  async delete(receipt: string): Promise<void> {
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle: receipt }));
  }

  async purge(): Promise<void> {
    await this.#sqs.send(new PurgeQueueCommand({ QueueUrl: this.url }));
  }

  async depth(): Promise<QueueDepth> {
    const { Attributes: found = {} } = await this.#sqs.send(new GetQueueAttributesCommand({
      QueueUrl: this.url, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'],
    }));
    return {
      visible: Number(found['ApproximateNumberOfMessages'] ?? 0),
      inFlight: Number(found['ApproximateNumberOfMessagesNotVisible'] ?? 0),
      delayed: Number(found['ApproximateNumberOfMessagesDelayed'] ?? 0),
    };
  }
}

function entry(message: JobMessage) {
  return {
    MessageBody: JSON.stringify(message),
    ...(message.traceparent === null ? {} : { MessageAttributes: { traceparent: { DataType: 'String', StringValue: message.traceparent } } }),
  };
}
