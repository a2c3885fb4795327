/**
 * What a shop's page loads: a small launcher as a classic script, and the conversation as a module
 * that the launcher imports when it is first opened.
 */
import { resolve } from "node:path";

import react from "@vitejs/plugin-react";
import { build, defineConfig, type Plugin } from "vite";

const source = (path: string): string => resolve(import.meta.dirname, "src/widget", path);

/** Build the launcher beside the conversation; a module and a classic script cannot share a build. */
function launcher(): Plugin {
  return {
    name: "handrail-launcher",
    async closeBundle() {
      await build({
        configFile: false,
        logLevel: "warn",
        define: { "process.env.NODE_ENV": JSON.stringify("production") },
        build: {
          emptyOutDir: false,
          lib: { entry: source("launcher.ts"), formats: ["iife"], name: "HandrailLauncher", fileName: () => "widget.js" },
        },
      });
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [react(), launcher()],
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    emptyOutDir: false,
    modulePreload: false,
    assetsInlineLimit: 0,
    lib: { entry: source("conversation.tsx"), formats: ["es"], fileName: () => "assets/conversation.js" },
  },
});
