import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

const platform = 'http://127.0.0.1:8080';

/** `vite build apps/panel` writes what the platform serves; `vite apps/panel` runs the panel against a local platform. */
const config = defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react()],
  // A library that runs in the browser too is taken from its source.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  build: {
    outDir: '../../dist/apps/panel',
    emptyOutDir: true,
    // Everything is a file of its own: a policy of `default-src 'self'` refuses data URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/api': platform,
      '/auth': platform,
      '/socket.io': { target: platform, ws: true },
    },
  },
});

// Vite reads its configuration from the default export only.
export { config as default };
