// What the extension shows of the chain's past, of other networks, and of what is asked for.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, appendFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { copy } from "../workbench.mjs";

const fixture = join(dirname(fileURLToPath(import.meta.url)), "../../notes");

/** A hub with data of its own, that can be stopped and started again at the same address. */
async function ownHub(amigos, data) {
  const port = await new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
  let running;
  const start = () => (running = spawn(amigos, ["hub", "--data", data, "--listen", `127.0.0.1:${port}`], { stdio: "ignore" }));
  const stop = async () => {
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGKILL");
    await ended;
  };
  start();
  return { url: `http://127.0.0.1:${port}`, start, stop };
}

/** Whether the log of the extension has a text in it, in any of the logs of this session. */
function logged(folder, text) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && /^Amigos.*\.log$/.test(file.name))
    .some((file) => readFileSync(join(file.parentPath ?? file.path, file.name), "utf8").includes(text));
}

export default async function chain(session) {
  const { check, eventually, workbench, page, out, amigos } = session;
  const folder = join(out, "notes");
  copy(fixture, folder);
  const source = readFileSync(join(folder, "notes.go"), "utf8");
  const lineOf = (text) => 1 + source.split("\n").findIndex((line) => line.includes(text));
  const text = (name = "notes.go") => workbench.textOf(name);
  const own = await ownHub(amigos, join(out, "own-chain"));
  appendFileSync(join(folder, "elsewhere/amigos.toml"), `\n[network]\nname = "own"\nrpc = "${own.url}"\n`);
  session.run(folder, "deploy", ".", "--network", "local");
  const add = () => session.run(folder, "call", "hub.amigos.dev/test/notes.Add", '"a"', "--from", "bob", "--commit", "--network", "local");
  add();

  const pane = (name) => page.locator(".pane", { has: page.locator(".pane-header", { hasText: name }) });
  const open = async (name) => {
    const header = page.locator(".pane-header", { hasText: name });
    await header.waitFor();
    if ((await header.getAttribute("aria-expanded")) !== "true") await header.click();
  };
  const rows = async (name) => {
    const texts = await pane(name).locator(".monaco-list-row").allInnerTexts();
    return texts.map((one) => one.replace(/\s+/g, " ").trim()).join(" ; ");
  };
  const status = () => workbench.statusItem();
  const height = async () => Number(/([\d,]+)$/.exec(await status())[1].replaceAll(",", ""));
  /** Takes what a list offers, once it is there. */
  const choose = async (typed, label = typed) => {
    await page.locator(".quick-input-widget input:visible").waitFor();
    await page.keyboard.type(typed);
    await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: label }).waitFor();
    await page.keyboard.press("Enter");
  };
  const away = async () => {
    await page.keyboard.press("Escape");
    await page.mouse.move(5, 5);
  };

  await check("a package with a past opens", [], async () => {
    await workbench.open(folder);
    workbench.set({ "amigos.network": "local" });
    await workbench.openFile("notes.go");
    await page.locator(".codelens-decoration a", { hasText: "run all 3 examples" }).first().waitFor();
    await eventually("the status item", status, /^amigos · local [\d,]+$/);
  });

  await check("the lens runs the examples of a comment together", ["scenarios"], async () => {
    await page.locator(".codelens-decoration a", { hasText: "run all 3 examples" }).first().click();
    const shown = await eventually("the calls", () => text("scenario"), /3 calls · gas/);
    await workbench.shot("scenario");
    assert.match(shown, /1 {2}notes\.Add\("first"\)/);
    assert.match(shown, /→ 3/, "the third call does not see what the first two left");
    await workbench.focusSource();
    await workbench.goToEndOfLine(lineOf("Notes = append"));
    await workbench.command("Amigos: Run All Examples at the Cursor");
    await eventually("the calls again", () => text("scenario"), /3 calls · gas/);
    await workbench.focusSource();
    return shown;
  });

  await check("a watched variable stands in a view, and says what changed", ["changes since the last look, watch list"], async () => {
    await workbench.hover("Notes []Note", "Notes", /1 item/);
    await away();
    await workbench.command("View: Show Explorer");
    await open("Amigos State");
    const variable = pane("Amigos State").locator(".monaco-list-row", { hasText: "Notes" }).first();
    await variable.waitFor();
    await variable.hover();
    await variable.locator('.action-label[aria-label^="Watch Variable"]').click();
    await eventually("the variable", () => rows("Amigos Watch"), /Notes ?1 item/);
    add();
    const shown = await eventually("the change", () => rows("Amigos Watch"), /Notes ?2 items.*\+1 item/);
    await workbench.shot("watch");
    const hover = await workbench.hover("Notes []Note", "Notes", /changed since you last looked: \+1 item/);
    await workbench.shot("hover-changed");
    await away();
    const watched = pane("Amigos Watch").locator(".monaco-list-row", { hasText: "Notes" }).first();
    await watched.hover();
    await watched.locator('.action-label[aria-label^="Stop Watching"]').click();
    await pane("Amigos Watch").waitFor({ state: "detached" });
    return `${shown}\n${hover}`;
  });

  await check("an earlier height is looked at, and left again", ["values and simulations at an earlier height"], async () => {
    await workbench.focusSource();
    const newest = await height();
    await workbench.command("Amigos: Look at an Earlier Height...");
    await page.locator(".quick-input-list .monaco-list-row", { hasText: "newest" }).first().waitFor();
    await workbench.shot("heights");
    await choose(String(newest - 1), `height ${newest - 1}`);
    const item = await eventually("the status item", status, new RegExp(`${newest - 1} of ${newest}$`));
    await eventually("the state then", () => rows("Amigos State"), /Notes ?1 item/);
    const hover = await workbench.hover("Notes []Note", "Notes", /looking back/);
    assert.match(hover, /1 item/);
    await workbench.shot("looking-back");
    await away();
    await workbench.focusSource();
    await workbench.goTo(source, "func Count(", "Count");
    await workbench.command("Amigos: Simulate the Function at the Cursor");
    await page.locator(".quick-input-widget input:visible").waitFor();
    await page.keyboard.press("Enter");
    const simulated = await eventually("the call", () => text("simulation"), /notes\.Count/);
    assert.match(simulated.replace(/\s+/g, " "), new RegExp(`height ${newest - 1} .*→ 1 `), "it is not of that height");
    await workbench.focusSource();
    await workbench.command("Amigos: Look at the Newest Height");
    await eventually("the present", status, /^amigos · local [\d,]+$/);
    await eventually("the state now", () => rows("Amigos State"), /Notes ?2 items/);
    return `${item}\n${hover}`;
  });

  await check("a simulation is saved as a test", ["a simulation saved as a test"], async () => {
    await workbench.focusSource();
    await workbench.goTo(source, "func Add(", "Add");
    await workbench.command("Amigos: Open Simulation View");
    const frame = await workbench.frameWith("#save");
    await frame.getByLabel("text", { exact: true }).fill('"saved"');
    await frame.locator("#save").click();
    await page.locator('.tab.active:not(.dirty)[data-resource-name="notes_simulated_test.go"]').waitFor();
    const shown = await eventually("the test", () => text("notes_simulated_test.go"), /^package notes\n\s*\nimport "testing"[^]*func TestAddAt\d+/);
    await workbench.shot("saved-test");
    const name = /func (TestAddAt\d+)/.exec(shown)[1];
    const ran = session.run(folder, "test", ".", "--run", name);
    assert.match(ran, /1 test passed/);
    await workbench.command("Notifications: Clear All Notifications");
    return `${shown}\n${ran}`;
  });

  await check("snippets run with the tests, and a failure is a problem until the text changes", ["snippets, coverage, failures as diagnostics"], async () => {
    await workbench.focusSource();
    await workbench.openFile("notes_test.go");
    await workbench.command("Testing: Focus on Test Explorer View");
    const explorer = () => workbench.rows(".test-explorer");
    await eventually("the package", explorer, /test\/notes/);
    await workbench.command("Test: Run All Tests");
    await page.locator(".test-explorer .codicon-testing-failed-icon").first().waitFor();
    await page.locator(".test-explorer .monaco-list-row", { hasText: "test/notes" }).first().click();
    await page.keyboard.press("ArrowRight");
    const shown = await eventually("the tests", explorer, /^(?=.*TestAdd)(?=.*TestTwo)(?=.*notes \(notes\.go:\d+\))/);
    await page.keyboard.press("Control+Shift+M");
    const problems = () => workbench.rows(".markers-panel");
    const found = await eventually("the problem", problems, /got 1, want 2/);
    await workbench.shot("failure-as-problem");
    await workbench.command("View: Focus First Editor Group");
    await workbench.openFile("notes_test.go");
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("// another text");
    await page.keyboard.press("Enter");
    await eventually("no problem", async () => ((await problems()).includes("got 1, want 2") ? "there" : "gone"), /^gone$/);
    await workbench.revert();
    await page.keyboard.press("Control+Shift+M");
    await workbench.command("Test: Clear All Results");
    return `${shown}\n${found}`;
  });

  await check("past calls run on the edited code, each with a verdict", ["the calls of the past on edited code"], async () => {
    await workbench.focusSource();
    await workbench.openFile("notes.go");
    await workbench.command("Amigos: Replay Past Calls on This Code");
    await eventually("the verdicts", () => rows("Amigos Replay"), /notes\S*\.Add\("a"\) ?same/);
    await workbench.focusSource();
    await workbench.goToEndOfLine(lineOf('if text == ""'));
    for (const _ of '" {') await page.keyboard.press("ArrowLeft");
    await page.keyboard.type("a");
    await eventually("the edit", () => text(), /if text == "a"/);
    await workbench.command("Amigos: Replay Past Calls on This Code");
    const shown = await eventually("other verdicts", () => rows("Amigos Replay"), /\.Add\("a"\) ?breaks · a note needs text/);
    await workbench.shot("replay");
    await workbench.focusSource();
    await workbench.revert();
    return shown;
  });

  await check("networks are chosen by whether they are there, and one comes back", ["several networks, a hub that comes back"], async () => {
    await workbench.command("Amigos: Select Network");
    const list = () => workbench.rows(".quick-input-list");
    const both = await eventually("the networks", list, /local ?current · height [\d,]+.*own ?height [\d,]+/);
    await workbench.shot("several-networks");
    await choose("own");
    await eventually("the other network", status, /^amigos · own [\d,]+$/);
    await own.stop();
    await eventually("that it is away", status, /own .*\(offline/);
    await workbench.command("Amigos: Select Network");
    const one = await eventually("the networks", list, /local ?height [\d,]+.*own ?current · away/);
    await workbench.shot("network-away");
    await page.keyboard.press("Escape");
    own.start();
    await eventually("that it is back", status, /^amigos · own [\d,]+$/);
    await workbench.command("Amigos: Select Network");
    await eventually("the networks", list, /local/);
    await choose("local");
    await eventually("the first network", status, /^amigos · local [\d,]+$/);
    await eventually("its state", () => rows("Amigos State"), /Notes ?2 items/);
    return `${both}\n${one}`;
  });

  const files = page.locator(".explorer-folders-view");
  await check("a new file gets its package clause, and a moved one that of its folder", ["files that move or are new"], async () => {
    await workbench.command("View: Show Explorer");
    await files.locator(".monaco-list-row", { hasText: "notes.go" }).first().click();
    await page.locator(".sidebar .pane-header").first().hover();
    await page.locator('.sidebar .pane-header .action-label[aria-label^="New File"]').first().click();
    await page.locator(".explorer-folders-view .explorer-item-edited input").waitFor();
    await page.keyboard.type("fresh.go");
    await page.keyboard.press("Enter");
    await eventually("the clause", () => text("fresh.go"), /^package notes/);
    await workbench.command("File: Save");
    await files.locator(".monaco-list-row", { hasText: "extra.go" }).first().click();
    await page.locator('.tab.active[data-resource-name="extra.go"]').waitFor();
    await files.locator(".monaco-list-row", { hasText: "extra.go" }).first().click();
    await page.keyboard.press("F2");
    await page.locator(".explorer-folders-view .explorer-item-edited input").waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("elsewhere/extra.go");
    await page.keyboard.press("Enter");
    // the editor asks before it lets an extension change a file that moves
    await page.locator(".monaco-dialog-box", { hasText: "refactoring changes" }).getByRole("button", { name: "OK" }).click();
    const moved = join(folder, "elsewhere/extra.go");
    await eventually("the file in its place", async () => (existsSync(moved) ? "there" : "not there"), /^there$/);
    const shown = await eventually("its clause in the editor", () => text("extra.go"), /^package elsewhere/);
    await workbench.shot("moved");
    await workbench.focusSource();
    await workbench.command("File: Save");
    await eventually("its clause on the disk", async () => readFileSync(moved, "utf8"), /^package elsewhere/);
    return shown.split("\n")[0];
  });

  await check("the manifest is completed and explained", ["the manifest", "manifest"], async () => {
    await files.locator(".monaco-list-row", { hasText: "amigos.toml" }).last().dblclick();
    await page.locator('.tab.active[data-resource-name="amigos.toml"]').waitFor();
    await workbench.focusSource();
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Enter");
    await page.keyboard.type("[network]");
    await page.keyboard.press("Enter");
    await page.keyboard.type("rp");
    const row = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "rpc" }).first();
    await eventually("the key", async () => {
      if (await row.isVisible()) return "there";
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+Space");
      await page.waitForTimeout(1000);
      return (await row.isVisible()) ? "there" : "not there";
    }, /^there$/);
    await workbench.shot("manifest-completion");
    await page.keyboard.press("Enter");
    await eventually("the line", () => text("amigos.toml"), /rpc = "http:\/\/"/);
    await workbench.revert();
    const shown = await workbench.hover("path = ", "path", /import path/);
    await away();
    return shown;
  });

  await check("documentation of a completion and of a hint come when they are looked at", ["items, hints and edits sent when looked at"], async () => {
    await workbench.openFile("notes.go");
    await workbench.goToEndOfLine(lineOf("longest := 0"));
    await page.keyboard.press("Enter");
    await page.keyboard.type("_ = errors.Ne");
    const row = page.locator(".suggest-widget.visible .monaco-list-row", { hasText: "New" }).first();
    const details = page.locator(".suggest-details-container .body");
    const shown = await eventually("the documentation", async () => {
      if (!(await row.isVisible())) {
        await page.keyboard.press("Escape");
        await page.keyboard.press("Control+Space");
        await row.waitFor({ timeout: 3000 });
      }
      if (!(await details.isVisible())) {
        await page.keyboard.press("Control+Space");
        await details.waitFor({ timeout: 3000 });
      }
      return details.innerText();
    }, /returns an error/);
    await workbench.shot("completion-documentation");
    await page.keyboard.press("Escape");
    await workbench.revert();
    await workbench.goToEndOfLine(lineOf("func Longest("));
    const hint = await workbench.hover("func Longest(", "gas ≤", /len\(Notes\)/);
    await workbench.shot("hint");
    await away();
    return `${shown}\n${hint}`;
  });

  await check("values stand where an execution stopped", ["values where an execution stopped"], async () => {
    const launch = { type: "stopper", request: "launch", name: "Stop", program: join(folder, "notes.go"), line: lineOf("longest = length"), values: { longest: "41", length: "43" } };
    mkdirSync(join(folder, ".vscode"), { recursive: true });
    writeFileSync(join(folder, ".vscode/launch.json"), JSON.stringify({ version: "0.2.0", configurations: [launch] }));
    workbench.set({ "debug.inlineValues": "on", "debug.openDebug": "neverOpen" });
    await workbench.focusSource();
    await workbench.command("Debug: Start Debugging");
    const shown = await eventually("the values", () => text(), /longest := 0 *longest = 41[^]*length = 43/);
    await workbench.shot("inline-values");
    await workbench.command("Debug: Stop");
    await eventually("none", async () => (/longest = 41/.test(await text()) ? "there" : "gone"), /^gone$/);
    return shown.split("\n").filter((line) => /= 4[13]/.test(line)).join("\n");
  });

  await check("errors come when the editor asks for them, those of files that nobody opened too", ["errors when asked"], async () => {
    workbench.set({ "amigos.diagnostics.pull": true, "amigos.trace.server": "messages" });
    const logs = join(out, "user-data/logs");
    await workbench.focusSource();
    await eventually("that the editor asks", async () => `asks: ${logged(logs, "textDocument/diagnostic")}`, /true/);
    await workbench.goToEndOfLine(lineOf("longest := 0"));
    await page.keyboard.type(" + wrong");
    await page.keyboard.press("Escape");
    await page.locator(".editor-instance .squiggly-error").first().waitFor();
    writeFileSync(join(folder, "elsewhere/unopened.go"), 'package elsewhere\n\nvar Wrong int = "text"\n');
    await page.keyboard.press("Control+Shift+M");
    const problems = () => workbench.rows(".markers-panel");
    const shown = await eventually("both", problems, /(?=.*undefined: wrong)(?=.*cannot use "text")/s);
    await workbench.shot("pulled");
    await page.keyboard.press("Control+Shift+M");
    await workbench.focusSource();
    await workbench.revert();
    rmSync(join(folder, "elsewhere/unopened.go"));
    await page.waitForFunction(() => document.querySelectorAll(".editor-instance .monaco-editor .squiggly-error").length === 0);
    workbench.set({ "amigos.diagnostics.pull": undefined, "amigos.trace.server": undefined });
    await eventually("the status item", status, /^amigos · local [\d,]+$/);
    return shown;
  });

  await own.stop();
}
