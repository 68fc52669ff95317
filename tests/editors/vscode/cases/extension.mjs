// What VS Code knows of an extension: tasks, settings, walkthrough, the manifest's language, the server's life.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync, chmodSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { copy } from "../workbench.mjs";

const fixture = join(dirname(fileURLToPath(import.meta.url)), "../../shapes");

/** The processes that run `amigos lsp` from this binary below this session's data folder: of this session and of no other. */
function servers(binary) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        const same = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`XDG_DATA_HOME=${process.env.XDG_DATA_HOME}`);
        return same && words[0] === binary && words[1] === "lsp";
      } catch {
        return false;
      }
    })
    .map(Number);
}

export default async function extension(session) {
  const { check, eventually, workbench, page, out, amigos } = session;
  const folder = join(out, "extension");
  copy(fixture, folder);
  const ready = () => eventually("the status item", () => workbench.statusItem(), /^amigos · \S+ [\d,]+/);
  const pick = async (label) => {
    await page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first().waitFor();
    await page.keyboard.type(label);
    await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: label }).waitFor();
    await page.keyboard.press("Enter");
  };

  await check("a third folder opens", [], async () => {
    await workbench.open(folder);
    await workbench.openFile("shapes.go");
    await ready();
  });

  await check("the status item opens network, health, restart and logs", ["status of network and server", "health and help"], async () => {
    await page.locator('.statusbar-item[id*="amigos.status"]').first().click();
    const rows = await eventually("the menu", () => workbench.rows(".quick-input-list"), /network.*restart.*logs/);
    await workbench.shot("menu");
    await page.keyboard.press("Escape");
    return rows;
  });

  await check("a task checks, and its findings become problems", ["tasks and problem matcher"], async () => {
    writeFileSync(join(folder, "disks/wrong.go"), "package disks\n\nvar Wrong int = \"text\"\n");
    await workbench.command("Tasks: Run Task");
    await pick("amigos");
    await pick("amigos: check");
    await eventually("the output", () => workbench.terminal(), /wrong\.go:3/);
    await page.keyboard.press("Control+Shift+M");
    const rows = await eventually("the problem", () => workbench.rows(".markers-panel"), /cannot use "text"/);
    await workbench.shot("task");
    await page.keyboard.press("Control+Shift+M");
    await workbench.command("Terminal: Kill All Terminals");
    return rows;
  });

  await check("gas bounds and the page of a finding", ["commands"], async () => {
    await workbench.focusSource();
    await workbench.command("Amigos: Show Gas Bounds");
    await eventually("the bounds", () => workbench.textOf("gas"), /Add/);
    await workbench.shot("gas-bounds");
    await workbench.focusSource();
    await workbench.goToEndOfLine(1);
    await workbench.command("Amigos: Explain Finding");
    await page.locator(".quick-input-widget input:visible").waitFor();
    await page.keyboard.type("AM1003");
    await page.keyboard.press("Enter");
    const shown = await eventually("the page", () => workbench.textOf("explain"), /AM1003/);
    await workbench.shot("explain");
    await workbench.focusSource();
    return shown.split("\n")[0];
  });

  await check("the manifest has its own language and icon", ["manifest"], async () => {
    await workbench.openFile("amigos.toml");
    const language = await eventually("the language", () => page.locator('.statusbar-item[id="status.editor.mode"]').innerText(), /Amigos manifest/);
    await workbench.shot("manifest");
    await workbench.openFile("shapes.go");
    return language;
  });

  await check("the walkthrough opens", ["walkthrough"], async () => {
    await workbench.command("Amigos: Zero to Deploy in 5 Minutes");
    const page5 = page.locator(".gettingStartedContainer");
    await page5.locator(".step-title", { hasText: "Simulate a call" }).first().waitFor();
    await workbench.shot("walkthrough");
    const titles = await page5.locator(".step-title").allInnerTexts();
    await workbench.command("View: Close Editor");
    return titles.join(" ; ");
  });

  await check("all settings are described", ["settings"], async () => {
    await workbench.command("Preferences: Open Settings (UI)");
    await page.locator(".settings-editor").waitFor();
    await page.keyboard.type("@ext:amigos.amigos");
    await page.locator(".setting-item-contents", { hasText: "Hints" }).first().waitFor();
    await workbench.shot("settings");
    // the settings stand above everything until they are closed
    await eventually("the settings' end", async () => {
      await page.keyboard.press("Escape");
      return (await page.locator(".settings-editor").isVisible()) ? "open" : "closed";
    }, /closed/);
  });

  await check("a server that ends is started again", ["restart and recovery"], async () => {
    await workbench.focusSource();
    const before = servers(amigos);
    assert.ok(before.length > 0, "no server runs");
    for (const pid of before) process.kill(pid, "SIGKILL");
    await eventually("another server", async () => servers(amigos).filter((pid) => !before.includes(pid)).join(" "), /\d/);
    await ready();
    await page.keyboard.press("Control+Home");
    const shown = await workbench.hover("func Add(", "Add", /func Add\(/);
    await page.keyboard.press("Escape");
    await page.mouse.move(5, 5);
    return shown.split("\n")[0];
  });

  await check("a server of another release is said to be one", ["version check"], async () => {
    const other = join(out, "amigos-of-another-release");
    writeFileSync(other, `#!/bin/sh\nif [ "$1" = --version ]; then echo "amigos 9.1.0"; else exec "${amigos}" "$@"; fi\n`);
    chmodSync(other, 0o755);
    workbench.set({ "amigos.server.path": other });
    const toast = page.locator(".notification-toast", { hasText: "different releases" }).first();
    await toast.waitFor();
    const shown = await toast.innerText();
    await workbench.shot("version");
    await workbench.command("Notifications: Clear All Notifications");
    return shown.replace(/\s+/g, " ");
  });

  await check("a server that is not there is said to be missing, with the remedy", ["version check"], async () => {
    workbench.set({ "amigos.server.path": join(out, "nothing") });
    await eventually("the status item", () => workbench.statusItem(), /no server/);
    const shown = await page.locator(".notification-toast", { hasText: "amigos.server.path" }).first().innerText();
    await workbench.shot("no-server");
    await workbench.command("Notifications: Clear All Notifications");
    workbench.set({ "amigos.server.path": amigos });
    await ready();
    return shown.replace(/\s+/g, " ");
  });
}
