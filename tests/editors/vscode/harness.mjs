// Cases, waiting and reporting. A case names the rows of docs/features.md that it is the test of.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { patience } from "./workbench.mjs";

export class Session {
  constructor({ workbench, out, amigos }) {
    this.workbench = workbench;
    this.page = workbench.page;
    this.out = out;
    this.amigos = amigos;
    this.cases = [];
    this.check = this.check.bind(this);
    this.eventually = this.eventually.bind(this);
  }

  get passed() {
    return this.cases.filter((one) => one.ok).length;
  }

  get failed() {
    return this.cases.length - this.passed;
  }

  /** Runs one case and reports it; a later case runs even if this one fails. */
  async check(name, rows, body) {
    const start = Date.now();
    let ok = true;
    try {
      const seen = await body();
      console.log(`ok      ${name} (${Date.now() - start} ms)`);
      if (seen) console.log(`        | ${String(seen).replaceAll("\n", "\n        | ")}`);
    } catch (error) {
      ok = false;
      console.log(`FAILED  ${name} (${Date.now() - start} ms)\n        ${String(error?.stack ?? error).replaceAll("\n", "\n        ")}`);
      await this.workbench.shot("failed").catch(() => {});
      for (let i = 0; i < 3; i++) await this.page.keyboard.press("Escape").catch(() => {});
      await this.workbench.revert().catch(() => {});
    }
    this.cases.push({ name, rows, ok, ms: Date.now() - start });
  }

  /** Waits until `read` gives something that `wanted` matches; says what. */
  async eventually(what, read, wanted) {
    const deadline = Date.now() + patience;
    let last;
    while (Date.now() < deadline) {
      last = await Promise.resolve(read()).catch((error) => `(${error.message.split("\n")[0]})`);
      if (wanted.test(last)) return last;
      await this.page.waitForTimeout(100);
    }
    assert.fail(`${what}: waited for ${wanted}, the last was: ${last}`);
  }

  /** Runs the command line as someone else would, in a terminal elsewhere. */
  run(folder, ...words) {
    return execFileSync(this.amigos, words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: patience });
  }
}
