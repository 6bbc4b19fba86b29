import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  root: fileURLToPath(new URL('renderer', import.meta.url)),
  // Relative addresses: the page is served from 127.0.0.1 by one shell and from the app's own scheme by the other.
  base: './',
  plugins: [vue()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2023',
    // The content security policy allows no fonts from data: addresses.
    assetsInlineLimit: 0,
    // One window, loaded from the same machine: splitting would save nothing.
    chunkSizeWarningLimit: 4096,
  },
});
