// The extension in a real VS Code workbench against the real server: `node session.mjs`.
// `cargo xtask test --only vscode` runs it with what it needs in the environment:
//   AMIGOS_SERVER, AMIGOS_VSIX, AMIGOS_CODE_SERVER, AMIGOS_CHROMIUM, AMIGOS_SETUP_DIR  what is tested, and the tools
//   AMIGOS_TEST_OUT  a folder for copies of the sources, for screenshots and logs, and for `cases.json`, which docs/features.md is made of
//   AMIGOS_TEST_ONLY  names of files in `cases/`, with commas between them, to run no others
// Closes with `N passed, N failed`; the exit status is 0 when none failed.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Session } from "./harness.mjs";
import { startCodeServer, openBrowser, need, Workbench } from "./workbench.mjs";
import chain from "./cases/chain.mjs";
import contracts from "./cases/contracts.mjs";
import extension from "./cases/extension.mjs";
import language from "./cases/language.mjs";
import views from "./cases/views.mjs";

const groups = { contracts, language, views, chain, extension };
const only = process.env.AMIGOS_TEST_ONLY?.split(",") ?? Object.keys(groups);
const out = need("AMIGOS_TEST_OUT");
mkdirSync(out, { recursive: true });
const started = Date.now();
const server = await startCodeServer({ entry: need("AMIGOS_CODE_SERVER"), vsix: need("AMIGOS_VSIX"), binary: need("AMIGOS_SERVER"), out });
const { browser, page } = await openBrowser({ setup: need("AMIGOS_SETUP_DIR"), executable: need("AMIGOS_CHROMIUM"), out });
const session = new Session({ workbench: new Workbench(page, out, server), out, amigos: need("AMIGOS_SERVER") });
try {
  for (const name of only) {
    const start = Date.now();
    console.log(`--- ${name}`);
    await groups[name](session);
    console.log(`--- ${name}: ${((Date.now() - start) / 1000).toFixed(1)} s`);
  }
} finally {
  await browser.close();
  await server.end();
}
writeFileSync(join(out, "cases.json"), JSON.stringify({ editor: "VS Code", version: server.version, cases: session.cases }, null, 2));
console.log(`time: ${((Date.now() - started) / 1000).toFixed(1)} s`);
console.log(`${session.passed} passed, ${session.failed} failed`);
process.exit(session.failed === 0 ? 0 : 1);
