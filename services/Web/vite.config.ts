import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// In development the page comes from Vite and everything else from a running Qudao.
const qudao = process.env.QUDAO ?? 'http://127.0.0.1:5080';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    manifest: true,
    // The content-security policy allows no inline script, which a polyfill for old browsers would need.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy: { '/v1': qudao, '/openapi.json': qudao, '/readyz': qudao, '/docs': qudao } },
});
