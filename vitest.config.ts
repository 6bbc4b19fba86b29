import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

/** What is on the other side goes by the wall's clock, and judges boards by when they answer. */
const withReal = ['main/testing/net/{linux,user}.test.ts', 'main/testing/ptp/real.test.ts'];

export default defineConfig({
  plugins: [vue()],
  test: {
    environment: 'node',
    // Some tests compile C with the real compiler, on machines that may be busy.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    // Modules are loaded once per worker, not per file: no test changes any.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{kernel,boards,main,renderer,scripts}/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...withReal],
          maxWorkers: 2,
        },
      },
      // After all others, one at a time.
      {
        extends: true,
        test: { name: 'real', include: withReal, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
