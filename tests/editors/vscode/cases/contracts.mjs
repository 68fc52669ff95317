// The contracts of the project: errors, lenses, live values, what comes from the network.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { copy, patience } from "../workbench.mjs";

const project = join(dirname(fileURLToPath(import.meta.url)), "../../../..");

export default async function contracts(session) {
  const { check, eventually, workbench, page, out } = session;
  const run = session.run.bind(session);
  copy(process.env.AMIGOS_TEST_CONTRACTS ?? join(project, "contracts"), join(out, "contracts"));
  const folder = join(out, "contracts/social");
  const source = readFileSync(join(folder, "post/post.go"), "utf8");
  const forum = readFileSync(join(folder, "forum/forum.go"), "utf8");
  const forumLine = (start) => 1 + forum.split("\n").findIndex((line) => line.startsWith(start));
  const lineOf = (text) => 1 + source.split("\n").findIndex((line) => line.includes(text));

  const errors = page.locator(".editor-instance .monaco-editor .squiggly-error");

  await check("other Go code is left alone", [], async () => {
    const plain = join(out, "plain");
    mkdirSync(plain, { recursive: true });
    writeFileSync(join(plain, "plain.go"), 'package plain\n\nimport "fmt"\n\nfunc F() { fmt.Println(undefined) }\n');
    await workbench.open(plain);
    await workbench.openFile("plain.go");
    await page.waitForTimeout(3000);
    assert.equal(await page.locator('.statusbar-item[id*="amigos.status"]').count(), 0, "the extension shows a status");
    assert.equal(await errors.count(), 0, "there is a squiggle");
  });

  await check("the workbench opens the contract", [], async () => {
    await workbench.open(folder);
    await workbench.openFile("post/post.go");
  });

  await check("the status item shows network and height", ["status of network and server"], async () =>
    eventually("the status item", () => workbench.statusItem(), /^amigos · \S+ [\d,]+/));

  await check("the contract has no error", [], async () => {
    await page.locator(".codelens-decoration a", { hasText: "simulate" }).first().waitFor();
    await page.waitForTimeout(1500);
    assert.equal(await errors.count(), 0, "there is a squiggle");
    await workbench.shot("opened");
  });

  await check("an error in the text gets a squiggle and a problem, and loses them with it", ["errors while typing"], async () => {
    await workbench.focusSource();
    await workbench.goToEndOfLine(lineOf("post.Storage = ipfs.Pin"));
    await page.keyboard.type("Unknown");
    await page.keyboard.press("Escape");
    await errors.first().waitFor();
    await page.keyboard.press("Control+Shift+M");
    const row = page.locator(".markers-panel .monaco-list-row", { hasText: "undefined: ipfs.PinUnknown" });
    await row.first().waitFor();
    const text = (await row.first().innerText()).replace(/\s+/g, " ");
    await workbench.shot("squiggle");
    await page.keyboard.press("Control+Shift+M");
    await workbench.focusSource();
    for (let i = 0; i < "Unknown".length; i++) {
      await workbench.goToEndOfLine(lineOf("post.Storage = ipfs.Pin"));
      await page.keyboard.press("Backspace");
    }
    await page.waitForFunction(() => document.querySelectorAll(".editor-instance .monaco-editor .squiggly-error").length === 0);
    return text;
  });

  await check("the lens simulates the call on live state", ["lenses", "simulation"], async () => {
    const lenses = page.locator(".codelens-decoration a", { hasText: /^simulate/ });
    const titles = await page.locator(".codelens-decoration").allInnerTexts();
    await lenses.first().click();
    const shown = await eventually("the result", () => workbench.textOf("simulation"), /→ nil/);
    await workbench.shot("simulation");
    writeFileSync(join(out, "simulation.txt"), shown);
    const text = shown.replace(/\s+/g, " "); // the window wraps long lines
    assert.match(text, /CreatePost\("/, "it does not name the call");
    assert.match(text, /from alice/, "it does not say who calls");
    assert.match(text, / gas [\d,]+ /, "it shows no gas");
    assert.match(text, / state forum\.Posts\[\d+\] \+ Post\{Title: "hello"/, "it does not show the new post");
    assert.match(text, / events .*Published\{id: \d+/, "it shows no event");
    return `lenses: ${titles.join(" ; ")}\n${shown}`;
  });

  await check("a definition in a fetched package opens its source", ["definition", "sources without a file"], async () => {
    await workbench.focusSource();
    const { x, y } = await workbench.positionOf("ens.Resolve(", "Resolve");
    await page.mouse.click(x, y);
    await page.keyboard.press("F12");
    const tab = page.locator('.editor-group-container.active .tab.active:not([data-resource-name="post.go"])');
    await tab.waitFor();
    const name = await tab.getAttribute("data-resource-name");
    const shown = await eventually("the source", () => workbench.textOf(name), /func Resolve\(/);
    await workbench.shot("definition");
    await workbench.command("View: Close Editor");
    await page.locator('.editor-group-container.active .tab.active[data-resource-name="post.go"]').waitFor();
    return `${name}: ${shown.split("\n").find((line) => line.includes("func Resolve("))}`;
  });

  await check("hover over a global shows its live value", ["hover"], async () => {
    await workbench.focusSource();
    await workbench.openFile("forum/forum.go");
    await workbench.goToEndOfLine(forumLine("\tPosts []Post"));
    const text = await workbench.hover("Posts []Post", "Posts", /live at height [\d,]+/);
    await workbench.shot("hover");
    await page.mouse.move(5, 5);
    await page.keyboard.press("Escape");
    return text;
  });

  const hints = async () => {
    const texts = await page.locator(".editor-instance .view-line").evaluateAll((lines) =>
      lines.flatMap((line) => [...line.querySelectorAll("span")].filter((span) => span.children.length === 0).map((span) => span.textContent.replaceAll("\u00a0", " ").trim())));
    return texts.filter((text) => /^(gas ≤ |= )./.test(text)).join(" | ");
  };

  await check("inlay hints show gas bounds and live values", ["hints of gas and live values"], async () => {
    const live = await eventually("the hints", hints, /= \d+ items/);
    await workbench.shot("live-hints");
    await workbench.goToEndOfLine(forumLine("func Follow("));
    const gas = await eventually("the hints", hints, /gas ≤ \S/);
    await workbench.shot("gas-hints");
    await workbench.goToEndOfLine(forumLine("\tPosts []Post"));
    return `${live}\n${gas}`;
  });

  await check("live values follow the network", ["hints of gas and live values"], async () => {
    const ofPosts = async () => {
      const line = await page.locator(".editor-instance .view-line", { hasText: "Posts []Post" }).first().innerText();
      return line.replaceAll("\u00a0", " ").split("Posts []Post")[1]?.trim() ?? "";
    };
    const before = await ofPosts();
    assert.match(before, /^= /, "there is no hint at `Posts`");
    const call = ["call", "hub.amigos.dev/social/post.CreatePost", '"written in a terminal"', "--from", "bob", "--commit"];
    run(folder, ...call);
    const deadline = Date.now() + patience;
    while ((await ofPosts()) === before) {
      assert.ok(Date.now() < deadline, `it still says ${before}`);
      await page.waitForTimeout(200);
    }
    await workbench.shot("after-a-block");
    return `${before}  then  ${await ofPosts()}`;
  });

  await check("all the while nothing is reported that is not wrong", ["errors while typing"], async () => {
    const problems = await page.locator('.statusbar-item[id="status.problems"]').first().innerText();
    assert.match(problems, /^\s*0\s+0\s*$/, `errors and warnings: ${problems.replace(/\s+/g, " ")}`);
  });

  await check("the palette shows live state", ["commands", "live state"], async () => {
    await workbench.focusSource();
    await workbench.command("Amigos: Show Live State");
    const shown = await eventually("the state", () => workbench.textOf("state"), /\S/);
    await workbench.shot("state");
    return shown;
  });

  await check("the server restarts on command and serves again", ["restart and recovery"], async () => {
    await workbench.focusSource();
    await workbench.command("Amigos: Restart Server");
    await page.waitForTimeout(500);
    await eventually("the status item", () => workbench.statusItem(), /^amigos · \S+ [\d,]+/);
    await page.locator(".codelens-decoration a", { hasText: "simulate" }).first().waitFor();
  });

  await check("the network is chosen from a list", ["networks"], async () => {
    await workbench.command("Amigos: Select Network");
    const row = page.locator(".quick-input-list .monaco-list-row").first();
    await row.waitFor();
    const text = (await row.innerText()).replace(/\s+/g, " ");
    await workbench.shot("networks");
    await page.keyboard.press("Escape");
    return text;
  });
}
