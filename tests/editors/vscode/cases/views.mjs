// The extension's views: tests, state, simulation, the page of a package, gas by line.
import assert from "node:assert/strict";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { copy } from "../workbench.mjs";

const fixture = join(dirname(fileURLToPath(import.meta.url)), "../../shapes");

export default async function views(session) {
  const { check, eventually, workbench, page, out } = session;
  const folder = join(out, "views");
  copy(fixture, folder);
  const source = readFileSync(join(folder, "shapes.go"), "utf8");
  const call = ["call", "hub.amigos.dev/test/shapes.Add", '"from a terminal"', "3", "--from", "bob", "--commit"];

  await check("a folder with two packages opens", [], async () => {
    await workbench.open(folder);
    await workbench.openFile("shapes.go");
    await page.locator(".codelens-decoration a", { hasText: "simulate" }).first().waitFor();
  });

  await check("the page is there before anything is deployed", ["pages of packages"], async () => {
    await workbench.command("Amigos: Open Render Preview to the Side");
    const frame = await workbench.frameWith(".markdown-body h1");
    const shown = await eventually("the page", () => frame.locator(".markdown-body").innerText(), /shapes\s+0 squares/);
    await workbench.command("View: Close Editor");
    session.run(folder, "deploy", ".");
    session.run(join(folder, "disks"), "deploy", ".");
    return shown;
  });

  await check("the Test Explorer finds and runs tests", ["tests"], async () => {
    await workbench.command("Testing: Focus on Test Explorer View");
    const rows = () => workbench.rows(".test-explorer");
    await eventually("the package", rows, /test\/shapes/);
    await workbench.command("Test: Run All Tests");
    await page.locator(".test-explorer .monaco-list-row .testing-run-glyph, .test-explorer .codicon-testing-failed-icon").first().waitFor();
    await page.locator(".test-explorer .monaco-list-row", { hasText: "test/shapes" }).first().click();
    await page.keyboard.press("ArrowRight");
    const shown = await eventually("the tests", rows, /TestAdd.*TestWrong/);
    await workbench.shot("test-explorer");
    await page.locator(".test-explorer .monaco-list-row", { hasText: "TestWrong" }).dblclick();
    await page.locator('.tab.active[data-resource-name="shapes_test.go"]').waitFor();
    await page.getByText("got 4, want 5").first().waitFor();
    await workbench.shot("test-failure");
    return shown;
  });

  await check("a run with coverage says gas and hits by line", ["coverage and gas per line"], async () => {
    await workbench.command("View: Close All Editors");
    await workbench.openFile("shapes.go");
    await workbench.command("Test: Run All Tests with Coverage");
    const shown = await eventually("the gas", () => workbench.decorated(), /total \+= one\.Area\(\).*gas [\d,]+ · 2 times/);
    await workbench.shot("coverage");
    await workbench.focusSource();
    await workbench.command("Amigos: Hide Gas per Line");
    await eventually("none", () => workbench.decorated().then((lines) => (/gas \d/.test(lines) ? lines : "gone")), /^gone$/);
    return shown;
  });

  await check("the state explorer shows live state and follows blocks", ["live state"], async () => {
    await workbench.command("View: Show Explorer");
    await workbench.focusSource();
    const pane = page.locator(".pane-header", { hasText: "Amigos State" });
    if ((await pane.getAttribute("aria-expanded")) !== "true") await pane.click();
    const tree = page.locator(".pane", { has: pane }).locator(".monaco-list-row");
    const rows = () => tree.allInnerTexts().then((all) => all.map((one) => one.replace(/\s+/g, " ").trim()).join(" ; "));
    await eventually("the variable", rows, /Squares/);
    session.run(folder, ...call);
    await eventually("the new value", rows, /Squares.*1 item/);
    await tree.filter({ hasText: "Squares" }).first().click();
    await page.keyboard.press("ArrowRight");
    await eventually("the element", rows, /\[0\]/);
    await tree.filter({ hasText: "[0]" }).first().click();
    await page.keyboard.press("ArrowRight");
    const shown = await eventually("its fields", rows, /Side ?3.*Name ?"FROM A TERMINAL"/);
    await workbench.shot("state-explorer");
    return shown;
  });

  await check("the simulation view: a form from the signature, and what the call would do", ["simulation"], async () => {
    await workbench.focusSource();
    await workbench.goTo(source, "return sum(");
    await workbench.command("Amigos: Open Simulation View");
    const frame = await workbench.frameWith("#simulate");
    assert.equal(await frame.locator("#function").inputValue(), "Add", "the function at the cursor is not chosen");
    const [name, side] = [frame.getByLabel("name", { exact: true }), frame.getByLabel("side", { exact: true })];
    assert.deepEqual([await name.inputValue(), await side.inputValue()], ['"a"', "2"], "the example is not filled in");
    await side.fill("5");
    await frame.locator("#from").fill("bob");
    await frame.locator("#simulate").click();
    const result = () => frame.locator("#result").innerText();
    await eventually("the result", result, /→ \d+/);
    await workbench.shot("simulation-view");
    const shown = await result();
    assert.match(shown, /→ 34/, "3 · 3 + 5 · 5 is 34");
    assert.match(shown, /from bob/);
    assert.match(shown, /gas [\d,]+/);
    assert.match(shown, /Squares\[1\]\s*\+ Square\{Side: 5, Name: "A"\}/);
    await frame.locator("#result summary").click();
    await eventually("the raw answer", result, /"state_diff"/);
    await frame.locator("#result summary").click();
    await frame.locator("#more summary").click();
    await side.fill("five");
    await frame.locator("#simulate").click();
    await eventually("what is wrong", result, /five/);
    await workbench.shot("simulation-problem");
    await side.fill("2");
    return shown;
  });

  await check("gas per line of a simulation", ["coverage and gas per line"], async () => {
    const frame = await workbench.frameWith("#trace");
    await frame.locator("#trace").click();
    const shown = await eventually("the gas", () => workbench.decorated(), /total \+= one\.Area\(\).*gas [\d,]+ · 2 times/);
    await workbench.shot("gas-per-line");
    return shown;
  });

  await check("a call is committed by `amigos keys` in a terminal", ["keys stay out of the editor"], async () => {
    const frame = await workbench.frameWith("#commit");
    await frame.locator("#commit").click();
    await eventually("the command", () => workbench.terminal(), /keys sign .*transaction-\d+\.json/s);
    await page.locator(".terminal-wrapper.active .xterm").first().click();
    await page.keyboard.press("Enter");
    await eventually("the question", () => workbench.terminal(), /call hub\.amigos\.dev\/test\/shapes\S*\.Add\(.*sign as `bob`/s);
    await page.keyboard.type("y");
    await page.keyboard.press("Enter");
    const shown = await eventually("the receipt", () => workbench.terminal(), /height \d+ · gas/);
    await workbench.shot("commit");
    await workbench.command("Terminal: Kill All Terminals");
    return shown;
  });

  await check("the Render preview follows blocks and the cursor's package", ["pages of packages"], async () => {
    await workbench.focusSource();
    await workbench.command("View: Close All Editors");
    await workbench.openFile("shapes.go");
    await workbench.command("Amigos: Open Render Preview to the Side");
    const frame = await workbench.frameWith(".markdown-body h1");
    const shown = () => frame.locator(".markdown-body").innerText();
    await eventually("the page", shown, /shapes\s+\d squares/);
    const before = Number(/(\d) squares/.exec(await shown())[1]);
    session.run(folder, ...call);
    await eventually("the page after a block", shown, new RegExp(`shapes\\s+${before + 1} squares`));
    await workbench.shot("render");
    await workbench.focusSource();
    await workbench.openFile("disks/disks.go");
    await eventually("the page of the other package", shown, /disks\s+all of them round/);
    await workbench.shot("render-follows");
    return shown();
  });

  await check("deploying stands ready in a terminal", ["deploying", "keys stay out of the editor"], async () => {
    await workbench.focusSource();
    await workbench.openFile("shapes.go");
    await workbench.command("Amigos: Deploy Package in Terminal");
    const shown = await eventually("the command", () => workbench.terminal(), /deploy \. --network local/);
    await workbench.shot("deploy");
    await workbench.command("Terminal: Kill All Terminals");
    return shown;
  });
}
