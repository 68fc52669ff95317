// A VS Code workbench of its own: code-server with the extension installed, and a browser page that shows it.
import assert from "node:assert/strict";
import { spawn, execFileSync } from "node:child_process";
import { createWriteStream, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a person would not set: no network, no questions, nothing that moves. */
const settings = {
  "telemetry.telemetryLevel": "off",
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.reduceMotion": "on",
  "chat.disableAIFeatures": true,
  "extensions.autoUpdate": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "update.mode": "none",
  "git.enabled": false,
  "terminal.integrated.gpuAcceleration": "off",
  "terminal.integrated.suggest.enabled": false,
  "testing.automaticallyOpenTestResults": "neverOpen",
  "npm.autoDetect": "off",
  "editor.hover.delay": 100,
  "editor.minimap.enabled": false,
  "editor.stickyScroll.enabled": false,
  "editor.scrollBeyondLastLine": false,
  "editor.fontSize": 12,
  "editor.lineHeight": 17,
  "editor.autoSurround": "never",
  "editor.autoClosingQuotes": "never",
  "editor.cursorBlinking": "solid",
  "files.autoSave": "off",
  "files.hotExit": "off",
};

const browserFlags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** How long a case waits for one thing, in milliseconds. */
export const patience = Number(process.env.AMIGOS_TEST_PATIENCE) || 60_000;

/** A variable of the environment that has to be there. */
export const need = (name) => process.env[name] ?? assert.fail(`${name} is not set`);

/** Starts code-server with the extension and returns its address and how to end it. The server's binary is named by a setting, as a person would. */
export async function startCodeServer({ entry, vsix, binary, out }) {
  const userData = join(out, "user-data");
  const extensions = join(out, "extensions");
  mkdirSync(join(userData, "User"), { recursive: true });
  // Settings of the machine, such as the server's path, count only where the machine's settings are.
  mkdirSync(join(userData, "Machine"), { recursive: true });
  const own = { ...settings, "amigos.server.path": binary };
  for (const of of ["User", "Machine"]) writeFileSync(join(userData, of, "settings.json"), JSON.stringify(own, null, 2));
  writeFileSync(join(out, "code-server.yaml"), "auth: none\n");
  const env = { ...process.env, EXTENSIONS_GALLERY: '{"serviceUrl":"http://127.0.0.1:9/none"}' };
  delete env.AMIGOS_SERVER;
  const folders = ["--user-data-dir", userData, "--extensions-dir", extensions, "--config", join(out, "code-server.yaml")];
  execFileSync(process.execPath, [entry, ...folders, "--install-extension", vsix], { env, stdio: ["ignore", "pipe", "pipe"] });
  addExtension(extensions, join(dirname(fileURLToPath(import.meta.url)), "stopper"));

  const quiet = ["--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust", "--disable-getting-started-override", "--disable-proxy"];
  const server = spawn(process.execPath, [entry, ...folders, ...quiet, "--bind-addr", "127.0.0.1:0", "--ignore-last-opened"], { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const log = createWriteStream(join(out, "code-server.log"));
  const address = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("code-server did not say where it listens")), patience);
    const read = (chunk) => {
      log.write(chunk);
      const found = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(String(chunk));
      if (found) {
        clearTimeout(timer);
        resolve(found[1]);
      }
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    server.on("exit", (code) => reject(new Error(`code-server ended with ${code}`)));
  });
  const end = async () => {
    const ended = new Promise((resolve) => server.on("exit", resolve));
    signal(-server.pid, "SIGTERM");
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10_000))]);
    signal(-server.pid, "SIGKILL");
  };
  const version = JSON.parse(readFileSync(join(dirname(entry), "../../lib/vscode/package.json"), "utf8")).version;
  return { address, end, version };
}

/** Puts an extension of the tests beside the installed one, as an installation from a folder would. */
function addExtension(extensions, folder) {
  const { publisher, name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const id = `${publisher}.${name}`;
  const place = join(extensions, `${id}-${version}`);
  cpSync(folder, place, { recursive: true });
  const list = join(extensions, "extensions.json");
  const entry = { identifier: { id }, version, location: { $mid: 1, path: place, scheme: "file" }, relativeLocation: `${id}-${version}` };
  writeFileSync(list, JSON.stringify([...JSON.parse(readFileSync(list, "utf8")), entry]));
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // it has ended already
  }
}

/** A page of the browser; playwright comes from the folder that `cargo xtask setup` filled. */
export async function openBrowser({ setup, executable, out }) {
  const { chromium } = createRequire(join(setup, "tools/package.json"))("playwright-core");
  const browser = await chromium.launch({ executablePath: executable, headless: true, args: browserFlags });
  const context = await browser.newContext({ viewport: { width: 1400, height: 1200 } });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const log = createWriteStream(join(out, "browser.log"));
  page.on("console", (message) => log.write(`${message.type()}: ${message.text()}\n`));
  page.on("pageerror", (error) => log.write(`page error: ${error.message}\n`));
  return { browser, page };
}

export function copy(from, to) {
  cpSync(from, to, { recursive: true });
}

/** What a person does in the workbench. */
export class Workbench {
  constructor(page, out, server) {
    this.page = page;
    this.out = out;
    this.server = server;
    this.shots = 0;
  }

  async open(folder) {
    this.folder = folder;
    this.settings = {};
    await this.page.goto(`${this.server.address}/?folder=${encodeURIComponent(folder)}`, { waitUntil: "domcontentloaded" });
    await this.page.waitForSelector(".monaco-workbench");
    await this.page.waitForSelector(".explorer-folders-view .monaco-list-row");
  }

  /** Opens a file by the end of its path, as one types it behind Ctrl+P. */
  async openFile(path) {
    const name = path.split("/").at(-1);
    await this.page.keyboard.press("Control+p");
    await this.page.locator(".quick-input-widget input:visible").waitFor();
    await this.page.keyboard.type(path);
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: name }).waitFor();
    await this.page.waitForTimeout(300);
    await this.page.keyboard.press("Enter");
    await this.page.locator(`.editor-group-container.active .tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.waitForSelector(".editor-instance .monaco-editor .view-line");
  }

  /** Gives the keyboard to the first group of editors, where the source is. */
  async focusSource() {
    await this.page.keyboard.press("Escape");
    await this.command("View: Focus First Editor Group");
  }

  async shot(name) {
    const file = join(this.out, `${String(++this.shots).padStart(2, "0")}-${name}.png`);
    await this.page.screenshot({ path: file });
    return file;
  }

  /** Runs a command of the palette by its whole title. */
  async command(title) {
    const row = this.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${title}"]`).first();
    // what moves the focus meanwhile (a view that arrives) closes the palette: then it is opened again
    for (let tries = 0; ; tries++) {
      await this.page.keyboard.press("F1");
      const input = this.page.locator(".quick-input-widget input:visible");
      try {
        await input.waitFor({ timeout: patience / 6 });
        await input.fill(`>${title}`);
        await row.click({ timeout: patience / 6 });
        return;
      } catch (problem) {
        if (tries === 3) throw problem;
        await this.page.keyboard.press("Escape");
      }
    }
  }

  /** Puts the cursor at the end of a line (from 1) of the active editor. */
  async goToEndOfLine(line) {
    await this.page.keyboard.press("Control+g");
    await this.page.locator(".quick-input-widget input:visible").waitFor();
    await this.page.keyboard.type(String(line));
    await this.page.keyboard.press("Enter");
    await this.atSource();
    await this.page.keyboard.press("End");
  }

  /** Puts the cursor in front of a word, in the first line of `source` that has `line` in it; says that line (from 1). */
  async goTo(source, line, word = line) {
    const lines = source.split("\n");
    const at = lines.findIndex((text) => text.includes(line));
    assert.ok(at >= 0, `there is no \`${line}\` in the source`);
    const start = lines[at].indexOf(line);
    // the box counts columns as they are seen: a tab is four
    const column = lines[at].slice(0, lines[at].indexOf(word, start)).replaceAll("\t", "    ").length;
    await this.page.keyboard.press("Control+g");
    await this.page.locator(".quick-input-widget input:visible").waitFor();
    await this.page.keyboard.type(`${at + 1}:${column + 1}`);
    await this.page.keyboard.press("Enter");
    await this.atSource();
    return at + 1;
  }

  /** Changes settings of the folder that is open: `undefined` takes one away. */
  set(changes) {
    Object.assign(this.settings, changes);
    mkdirSync(join(this.folder, ".vscode"), { recursive: true });
    writeFileSync(join(this.folder, ".vscode/settings.json"), JSON.stringify(this.settings, null, 2));
  }

  /** Waits until the box of a command is gone and keys go to an editor again. */
  async atSource() {
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await this.page.waitForFunction(() => document.activeElement?.closest(".editor-instance"));
  }

  /** Throws away what was typed into the active editor. */
  async revert() {
    await this.page.keyboard.press("Escape");
    await this.page.keyboard.press("Escape");
    if ((await this.page.locator(".editor-group-container.active .tab.active.dirty").count()) === 0) return;
    await this.command("File: Revert File");
    await this.page.locator(".editor-group-container.active .tab.active:not(.dirty)").waitFor();
  }

  /** Where the cursor is, as the status bar says it: `Ln 12, Col 3 (4 selected)`. */
  async cursor() {
    return (await this.page.locator('.statusbar-item[id="status.editor.selection"]').innerText()).trim();
  }

  /** The rows of a list that is open: quick picks, completions, actions. */
  async rows(selector) {
    const texts = await this.page.locator(`${selector} .monaco-list-row`).allInnerTexts();
    return texts.map((text) => text.replace(/\s+/g, " ").trim()).join(" ; ");
  }

  /** The frame of a webview in which `selector` finds something. */
  async frameWith(selector) {
    const deadline = Date.now() + patience;
    while (Date.now() < deadline) {
      for (const frame of this.page.frames()) {
        if (frame !== this.page.mainFrame() && (await frame.locator(selector).count().catch(() => 0)) > 0) return frame;
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error(`no webview has \`${selector}\``);
  }

  /** What the terminal that is open shows. */
  async terminal() {
    const text = await this.page.locator(".terminal-wrapper.active .xterm-rows > div, .terminal-wrapper .xterm-rows > div").allInnerTexts();
    return text.map((line) => line.replaceAll("\u00a0", " ").trimEnd()).join("\n").trim();
  }

  /** Where a word stands on the screen, in the first visible line of an editor that contains `line`. */
  async positionOf(line, word) {
    await this.page.locator(".editor-instance .view-line", { hasText: line }).first().waitFor();
    const box = await this.page.evaluate(
      ([line, word]) => {
        const plain = (text) => text.replaceAll("\u00a0", " ");
        for (const element of document.querySelectorAll(".editor-instance .view-line")) {
          if (!plain(element.textContent).includes(line)) continue;
          const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = plain(node.textContent).indexOf(word);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + word.length);
            const { x, y, width, height } = range.getBoundingClientRect();
            return { x: x + width / 2, y: y + height / 2 };
          }
        }
        return null;
      },
      [line, word],
    );
    if (!box) throw new Error(`\`${word}\` is not on the screen in a line with \`${line}\``);
    return box;
  }

  /** Hovers over a word until the hover's text satisfies `wanted`; says that text. */
  async hover(line, word, wanted) {
    const deadline = Date.now() + patience;
    let text = "";
    while (Date.now() < deadline) {
      const hover = this.page.locator(".monaco-hover:visible .hover-contents, .monaco-hover:visible").first();
      try {
        // what is hovered over may be a hint, which comes late
        const { x, y } = await this.positionOf(line, word);
        await this.page.mouse.move(x - 1, y);
        await this.page.mouse.move(x, y);
        await hover.waitFor({ timeout: 3000 });
        await this.page.waitForTimeout(500);
        // lenses that arrive move the lines, and the hover goes away with them: then it is tried again
        text = await this.page.locator(".monaco-hover:visible").first().innerText({ timeout: 1000 });
        if (wanted.test(text)) return text.trim();
      } catch (problem) {
        // not there yet
        text ||= problem.message.split("\n")[0];
      }
      await this.page.mouse.move(5, 5);
      await this.page.keyboard.press("Escape");
      await this.page.waitForTimeout(500);
    }
    throw new Error(`hover over \`${word}\` does not show ${wanted}; the last was: ${text}`);
  }

  /** The text of the lines that are on the screen, of the editor whose tab is called `name`. */
  async textOf(name) {
    const lines = await this.page
      .locator(".editor-group-container", { has: this.page.locator(`.tab.active[data-resource-name="${name}"]`) })
      .locator(".editor-instance .view-line")
      .evaluateAll((elements) =>
        elements
          .map((element) => [parseFloat(element.style.top), element.textContent.replaceAll("\u00a0", " ")])
          .sort((a, b) => a[0] - b[0])
          .map(([, text]) => text),
      );
    return lines.join("\n");
  }

  /** The lines on the screen with what decorations write behind them, where they do. */
  async decorated() {
    const lines = await this.page.locator(".editor-group-container").first().locator(".editor-instance .view-line").evaluateAll((elements) =>
      elements.map((line) => {
        const behind = [...line.querySelectorAll("span")].map((span) => getComputedStyle(span, "::after").content).filter((content) => /^"/.test(content));
        return behind.length > 0 ? `${line.textContent.replaceAll("\u00a0", " ").trim()}   ${behind.map((content) => content.slice(1, -1)).join(" ")}` : "";
      }),
    );
    return lines.filter(Boolean).join("\n");
  }

  async statusItem() {
    return (await this.page.locator('.statusbar-item[id*="amigos.status"]').first().innerText()).trim();
  }
}
