import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [vue()],
  test: {
    include: ['{kernel,boards,main,renderer,scripts}/**/*.test.ts'],
    environment: 'node',
    // Some tests compile C with the real compiler, on machines that may be busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Modules are loaded once per worker, not per file: no test changes any.
    isolate: false,
  },
});
