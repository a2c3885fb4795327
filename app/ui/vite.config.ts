/** The pages of the desk: each is a document of its own, under /handrail/ui/. */
import { resolve } from "node:path";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const page = (name: string): string => resolve(import.meta.dirname, `${name}.html`);

export default defineConfig({
  base: "./",
  plugins: [react()],
  build: {
    // No polyfill and no inline data: the pages forbid inline scripts.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: { desk: page("desk"), insights: page("insights"), debug: page("debug") } },
  },
  test: { environment: "jsdom", include: ["src/**/*.test.{ts,tsx}"] },
});
