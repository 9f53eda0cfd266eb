import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelError, KernelMemory } from '../../kernels/index.ts';

const code = (expected: string) => (error: unknown) => error instanceof KernelError && error.code === expected;

test('release gives back everything since the mark, and growing keeps the data', () => {
  const memory = KernelMemory.create({ maximumBytes: 2 ** 24 });
  const first = memory.allocFloat64(100).fill(7);
  const mark = memory.mark();
  const used = memory.used;
  memory.allocFloat64(200_000);
  memory.release(mark);
  assert.equal(memory.used, used);
  assert.deepEqual(memory.float64(first.byteOffset, 100), first);
});

test('allocations are aligned and never touch the low region', () => {
  const memory = KernelMemory.create();
  for (const bytes of [1, 63, 64, 100]) {
    const pointer = memory.alloc(bytes);
    assert.equal(pointer % 64, 0);
    assert.ok(pointer >= 1024);
  }
});

test('a budget overrun is refused with the numbers, and leaves the arena usable', () => {
  const memory = KernelMemory.create({ maximumBytes: 65_536 * 2 });
  assert.throws(() => memory.alloc(10 ** 6), (error) => code('kernel_memory_exhausted')(error) && (error as KernelError).values['bytes'] === 10 ** 6);
  assert.ok(memory.alloc(1000) > 0);
});

test('more than 4 GiB is refused, at creation and at allocation', () => {
  assert.throws(() => KernelMemory.create({ maximumBytes: 2 ** 32 + 1 }), code('kernel_memory_limit'));
  assert.throws(() => KernelMemory.create().alloc(2 ** 33), code('kernel_memory_limit'));
  assert.throws(() => KernelMemory.create().alloc(-1), code('kernel_shape'));
});

test('pointers above 2 GiB stay positive and address what they say', () => {
  const memory = KernelMemory.create();
  memory.alloc(2 ** 31);
  const view = memory.allocFloat64(4);
  assert.ok(view.byteOffset >= 2 ** 31);
  view[3] = 5;
  assert.equal(memory.float64(view.byteOffset, 4)[3], 5);
});

test('a slab confines its thread', () => {
  const memory = KernelMemory.create();
  const thread = KernelMemory.attach(memory.slab(4096));
  const after = memory.alloc(8);
  const pointer = thread.alloc(2048);
  assert.ok(pointer + 2048 <= after);
  assert.throws(() => thread.alloc(4096), code('kernel_memory_exhausted'));
});
