import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `SANDBOX_API` points the development server at a running sandbox. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  build: {
    outDir: '../../../dist/sandbox/page',
    emptyOutDir: true,
    sourcemap: false,
    // `light-dark()` as it is written.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
  },
  server: { host: '127.0.0.1', proxy: { '/api': process.env.SANDBOX_API ?? 'http://127.0.0.1:8080' } },
});
