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
    // No `lib` here: for modules it leaves the white space in.
    rolldownOptions: {
      input: source("conversation.tsx"),
      preserveEntrySignatures: "strict",
      output: { format: "es", entryFileNames: "assets/conversation.js" },
      // These packages do nothing when they are imported, and do not say so: the rest of them stays out.
      treeshake: { moduleSideEffects: (id) => !/node_modules\/@langchain\//.test(id) },
    },
  },
});
