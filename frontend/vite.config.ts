import { cpSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Lays the character maps, fonts and decoders that pdf.js loads on demand beside the built page. */
function pdfAssets() {
  return {
    name: 'sheaf-pdf-assets',
    apply: 'build' as const,
    closeBundle() {
      for (const folder of ['cmaps', 'standard_fonts', 'wasm', 'iccs']) {
        const from = here(`./node_modules/pdfjs-dist/${folder}`)
        if (existsSync(from)) cpSync(from, here(`./dist/pdfjs/${folder}`), { recursive: true })
      }
    },
  }
}

export default defineConfig({
  plugins: [react(), pdfAssets()],
  resolve: { alias: { '@': here('./src') } },
  build: {
    target: ['chrome111', 'safari16.4'],
    chunkSizeWarningLimit: 1500,
    // The server sends a content security policy without data: fonts.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: { '/api': { target: process.env.SHEAF_SERVER ?? 'http://127.0.0.1:7171' } },
  },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'] },
})
