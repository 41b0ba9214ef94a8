import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The server that `npm run dev` works with. */
const server = process.env["FOYER_SERVER"] ?? "http://localhost:8080";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    assetsDir: "assets",
    // What is inlined would need a hole in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: { "/graphql": { target: server, ws: true }, "/files": server },
  },
  test: { include: ["src/**/*.test.ts"] },
});
