import { afterEach } from 'vitest';

const { setImmediate } = globalThis;

// Tests that wait for nothing would run one after another without a turn for the answers of the test
// runner, which gives up after a minute.
afterEach(async () => {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
});
