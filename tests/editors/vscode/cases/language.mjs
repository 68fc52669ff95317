// What any Go editor does, once each, in the package of tests/editors/shapes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { copy } from "../workbench.mjs";

const fixture = join(dirname(fileURLToPath(import.meta.url)), "../../shapes");

export default async function language(session) {
  const { check, eventually, workbench, page, out } = session;
  const folder = join(out, "shapes");
  copy(fixture, folder);
  const source = readFileSync(join(folder, "shapes.go"), "utf8");
  const lineOf = (text) => 1 + source.split("\n").findIndex((line) => line.includes(text));
  const text = () => workbench.textOf("shapes.go");
  const keys = (...names) => names.reduce((before, name) => before.then(() => page.keyboard.press(name)), Promise.resolve());
  const suggestions = ".suggest-widget.visible";
  /** Takes a suggestion, and asks for them again where they went away with something that arrived late. */
  const suggestion = async (label) => {
    const row = page.locator(`${suggestions} .monaco-list-row`, { hasText: label }).first();
    await eventually("the suggestion", async () => {
      if (await row.isVisible()) return "there";
      await page.waitForTimeout(2000);
      if (await row.isVisible()) return "there";
      await keys("Escape", "Control+Space");
      return `no ${label}`;
    }, /^there$/);
  };
  const lines = async () => (await text()).split("\n").length;
  /** Presses Enter until the text has one more line: a widget that is just closing may take the first one. */
  const newLine = async () => {
    const before = await lines();
    await eventually("a new line", async () => {
      if ((await lines()) === before) await keys("Enter");
      return String((await lines()) - before);
    }, /^[1-9]/);
  };
  /** The rows of the menu of fixes or refactorings. It is asked for again where it came before the server knew the text. */
  const menu = (what, ask, wanted) =>
    eventually(what, async () => {
      await ask();
      await page.waitForTimeout(500);
      const rows = await workbench.rows(".action-widget");
      if (!wanted.test(rows)) await keys("Escape");
      return rows;
    }, wanted);
  const arrives = (line) => eventually("the cursor", () => workbench.cursor(), new RegExp(`^Ln ${line},`));

  await check("the package of the tests opens", [], async () => {
    await workbench.open(folder);
    await workbench.openFile("shapes.go");
    await page.locator(".codelens-decoration a", { hasText: "simulate" }).first().waitFor();
    await workbench.shot("shapes");
  });

  await check("hover shows type, documentation and gas", ["hover"], async () => {
    const shown = await workbench.hover("func Add(", "Add", /gas/);
    assert.match(shown, /func Add\(name string, side int\) int/);
    assert.match(shown, /Add makes one more/);
    await workbench.shot("hover-function");
    await keys("Escape");
    await page.mouse.move(5, 5);
    return shown;
  });

  await check("completion offers members, and calls with places for arguments", ["completion", "templates and snippets"], async () => {
    await workbench.focusSource();
    await workbench.goToEndOfLine(lineOf("total := 0"));
    await newLine();
    await page.keyboard.type("_ = strings.Repe");
    await suggestion("Repeat");
    await workbench.shot("completion");
    await keys("Enter");
    const shown = await eventually("the call", text, /strings\.Repeat\(\w+, \w+\)/);
    await workbench.revert();
    return shown.split("\n").find((line) => line.includes("Repeat"));
  });

  await check("an import comes with the completion", ["completion"], async () => {
    await workbench.goToEndOfLine(lineOf("total := 0"));
    await newLine();
    await page.keyboard.type("_ = errors.Ne");
    await suggestion(/^New/);
    await keys("Enter");
    await keys("Control+Home");
    await eventually("the import", text, /"errors"/);
    await workbench.revert();
  });

  await check("templates stand behind a dot", ["templates and snippets"], async () => {
    await workbench.goToEndOfLine(lineOf("total := 0"));
    await newLine();
    await page.keyboard.type("all.rang");
    await suggestion("range");
    await keys("Enter");
    const shown = await eventually("the loop", text, /for .*range all \{/);
    await workbench.revert();
    return shown.split("\n").find((line) => line.includes("range all {"));
  });

  await check("the extension's snippets", ["templates and snippets"], async () => {
    await workbench.goToEndOfLine(lineOf("var Squares []Square"));
    await keys("Enter", "Enter");
    await page.keyboard.type("pvar");
    await suggestion("pvar");
    await keys("Enter");
    await eventually("the variable", text, /var Items \[\]string/);
    await workbench.revert();
  });

  await check("signature help names the parameters", ["signature help"], async () => {
    await workbench.goToEndOfLine(lineOf("total := 0"));
    await newLine();
    await page.keyboard.type("_ = strings.Repeat(\"x\", ");
    const help = page.locator(".parameter-hints-widget.visible");
    const shown = await eventually("the help", async () => {
      if (!(await help.isVisible())) {
        await page.waitForTimeout(1000);
        if (!(await help.isVisible())) await keys("Control+Shift+Space");
      }
      return help.innerText({ timeout: 1000 });
    }, /count int/);
    await workbench.shot("signature-help");
    await workbench.revert();
    return shown.split("\n")[0];
  });

  await check("definition, declaration, type definition, implementation", ["definition", "declaration", "type definition", "implementation"], async () => {
    await workbench.goTo(source, "return sum(", "sum");
    await keys("F12");
    await arrives(lineOf("func sum("));
    await workbench.goTo(source, "(s Square) Area", "Area");
    await workbench.command("Go to Declaration");
    await arrives(lineOf("\tArea() int"));
    await workbench.goTo(source, "shape := Square", "shape");
    await workbench.command("Go to Type Definition");
    await arrives(lineOf("type Square struct"));
    await workbench.goTo(source, "type Shape interface", "Shape");
    await workbench.command("Go to Implementations");
    await arrives(lineOf("type Square struct"));
  });

  await check("references in a window of the editor", ["references"], async () => {
    await workbench.goTo(source, "var Squares", "Squares");
    await keys("Shift+F12");
    await page.locator(".peekview-widget .ref-tree .monaco-list-row").first().waitFor();
    const shown = await eventually("the count", () => page.locator(".peekview-widget .peekview-title").innerText(), /5\b/);
    await workbench.shot("references");
    await keys("Escape");
    return shown.replace(/\s+/g, " ");
  });

  await check("the places of a name are highlighted", ["highlights"], async () => {
    // the editor asks when the cursor moves, and not again if the answer was of a text that is gone
    await eventually("three places", async () => {
      await workbench.goTo(source, "total += one");
      await workbench.goTo(source, "total := 0");
      await page.waitForTimeout(500);
      return String(await page.locator(".wordHighlight, .wordHighlightStrong").count());
    }, /^([3-9]|\d\d)/);
    await workbench.shot("highlights");
  });

  await check("outline and symbols of the workspace", ["outline", "symbols of the workspace"], async () => {
    await keys("Control+Shift+O");
    const outline = await eventually("the outline", () => workbench.rows(".quick-input-list"), /Shape.*Square.*Add.*sum/);
    await workbench.shot("outline");
    await keys("Escape", "Control+t");
    await page.keyboard.type("Squar");
    const symbols = await eventually("the symbols", () => workbench.rows(".quick-input-list"), /Squares.*shapes\.go|Square.*shapes\.go/);
    await workbench.shot("symbols");
    await keys("Escape");
    return `${outline}\n${symbols}`;
  });

  await check("selection grows by what belongs together", ["selection"], async () => {
    await workbench.goTo(source, "one.Area()", "Area");
    const sizes = [];
    for (let i = 0; i < 4; i++) {
      await workbench.command("Expand Selection");
      const more = await eventually("the selection", () => workbench.cursor(), new RegExp(`\\((?!${sizes.at(-1) ?? "x"} )\\d+ selected\\)`));
      sizes.push(/\((\d+) /.exec(more)[1]);
    }
    assert.ok(sizes.includes(String("one.Area()".length)) && sizes.includes(String("total += one.Area()".length)), sizes.join(" "));
    return sizes.join(" → ");
  });

  await check("folding", ["folding"], async () => {
    await workbench.goToEndOfLine(lineOf("func sum("));
    await workbench.command("Fold All");
    await eventually("the lines left", async () => ((await text()).includes("total += one") ? "open" : "folded"), /folded/);
    await workbench.shot("folded");
    await workbench.command("Unfold All");
    await eventually("all lines", async () => ((await text()).includes("total += one") ? "open" : "folded"), /open/);
  });

  await check("links at imports and in comments", ["links"], async () => {
    await workbench.goToEndOfLine(1);
    const links = () => page.locator(".view-line .detected-link").allInnerTexts().then((all) => all.join(" "));
    return eventually("the links", links, /hub\.amigos\.dev\/test\/shapes.*strings/s);
  });

  await check("names that are edited together change together", ["names edited together"], async () => {
    workbench.set({ "editor.linkedEditing": true });
    // the setting holds from some time on, and the editor asks when the cursor comes to a name
    const shown = await eventually("three names", async () => {
      await workbench.revert();
      await workbench.goTo(source, "total += one");
      await workbench.goTo(source, "total := 0");
      await page.keyboard.press("End");
      for (let i = 0; i < " := 0".length; i++) await keys("ArrowLeft");
      await page.waitForTimeout(1000);
      await page.keyboard.type("s");
      await page.waitForTimeout(500);
      return await text();
    }, /totals := 0[^]*totals \+= one[^]*return totals/);
    await workbench.shot("linked-editing");
    workbench.set({ "editor.linkedEditing": undefined });
    await workbench.revert();
    return shown.split("\n").filter((line) => line.includes("totals")).join("\n");
  });

  await check("names that are edited together are marked", ["names edited together"], async () => {
    await workbench.goTo(source, "total := 0");
    await workbench.command("Start Linked Editing");
    await page.waitForFunction(() => document.querySelectorAll(".linked-editing-decoration").length >= 3);
    await workbench.shot("linked");
    await keys("Escape");
  });

  await check("hierarchy of calls", ["call hierarchy"], async () => {
    await workbench.goTo(source, "func sum(", "sum");
    await workbench.command("Peek Call Hierarchy");
    const rows = await eventually("the callers", () => workbench.rows(".call-hierarchy"), /Add/);
    await workbench.shot("call-hierarchy");
    await keys("Escape");
    return rows;
  });

  await check("hierarchy of types", ["type hierarchy"], async () => {
    await workbench.goTo(source, "type Shape interface", "Shape");
    await workbench.command("Peek Type Hierarchy");
    const rows = await eventually("the types", () => workbench.rows(".type-hierarchy"), /Square/);
    await workbench.shot("type-hierarchy");
    await keys("Escape");
    return rows;
  });

  await check("renaming a method renames it in its interface", ["renaming"], async () => {
    await workbench.goTo(source, "(s Square) Area", "Area");
    await keys("F2");
    await page.waitForFunction(() => document.activeElement?.closest(".rename-box"));
    await keys("Control+a");
    await page.keyboard.type("Extent");
    await keys("Enter");
    await eventually("three names", async () => `${[...(await text()).matchAll(/Extent\(\)/g)].length}`, /^3$/);
    await workbench.revert();
  });

  await check("formatting of a file, and of what a newline ends", ["formatting"], async () => {
    await workbench.goToEndOfLine(lineOf("total := 0"));
    await newLine();
    await page.keyboard.type("total+=1");
    await workbench.command("Format Document");
    await eventually("the format", text, /\ttotal \+= 1|^ *total \+= 1/m);
    await workbench.revert();
    workbench.set({ "editor.formatOnType": true });
    // the setting holds from some time on
    await eventually("the format", async () => {
      await workbench.revert();
      await workbench.goToEndOfLine(lineOf("total := 0"));
      await newLine();
      await page.keyboard.type("total+=2");
      await keys("Enter");
      await page.waitForTimeout(1000);
      return await text();
    }, /total \+= 2/);
    workbench.set({ "editor.formatOnType": undefined });
    await workbench.revert();
  });

  await check("organising imports", ["organising imports"], async () => {
    await workbench.goToEndOfLine(lineOf('\t"strings"'));
    await keys("Shift+Home");
    await page.keyboard.type('"errors"');
    await workbench.command("Organize Imports");
    await eventually("the imports", async () => ((await text()).includes('"errors"') ? "wrong" : await text()), /"strings"/);
    await workbench.revert();
  });

  await check("a fix at the bulb", ["fixes"], async () => {
    await workbench.goToEndOfLine(lineOf("total := 0"));
    await newLine();
    await page.keyboard.type('total += len(fmt.Sprint("x"))');
    await keys("Escape");
    await page.locator(".editor-instance .squiggly-error").first().waitFor();
    await keys("ArrowLeft", "Home");
    for (let i = 0; i < "total += len(".length; i++) await keys("ArrowRight");
    const rows = await menu("the fixes", () => keys("Control+."), /import/i);
    await workbench.shot("fixes");
    await page.locator(".action-widget .monaco-list-row", { hasText: /import/i }).first().click();
    await keys("Control+Home");
    await eventually("the import", text, /"fmt"/);
    await workbench.revert();
    return rows;
  });

  await check("a refactoring of what is selected", ["refactorings"], async () => {
    const select = async () => {
      await workbench.goTo(source, "one.Area()");
      await keys("Shift+End", "Control+Shift+R");
    };
    const rows = await menu("the refactorings", select, /extract variable/i);
    await workbench.shot("refactorings");
    await page.locator(".action-widget .monaco-list-row", { hasText: /extract variable/i }).first().click();
    const shown = await eventually("the variable", text, /:= one\.Area\(\)/);
    await workbench.revert();
    return `${rows}\n${shown.split("\n").find((line) => line.includes(":= one.Area()"))}`;
  });

  await check("lenses count and show what they counted", ["lenses"], async () => {
    await workbench.goToEndOfLine(1);
    const lens = page.locator(".codelens-decoration a", { hasText: "1 implementation" }).first();
    await lens.waitFor();
    await lens.click();
    await page.locator(".peekview-widget").or(page.locator(".editor-instance")).first().waitFor();
    await eventually("the place", async () => `${await page.locator(".peekview-widget").count()} ${await workbench.cursor()}`, new RegExp(`^[1-9]|Ln ${lineOf("type Square struct")},`));
    await keys("Escape");
    return (await page.locator(".codelens-decoration").allInnerTexts()).join(" ; ");
  });

  await check("hints of code follow the settings", ["hints of code", "settings"], async () => {
    const labels = async () => (await text()).split("\n").find((line) => line.includes("range all")) ?? "";
    workbench.set({ "amigos.hints.rangeTypes": "all" });
    const shown = await eventually("the hint", labels, /one.*Square.*:= range/);
    await workbench.shot("hints-of-code");
    workbench.set({ "amigos.hints.rangeTypes": "off" });
    await eventually("no hint", labels, /one := range/);
    workbench.set({ "amigos.hints.rangeTypes": undefined });
    return shown.trim();
  });

  await check("a persistent variable has a colour of its own", ["colours"], async () => {
    const colourOf = (line, word) =>
      page.evaluate(
        ([line, word]) => {
          for (const element of document.querySelectorAll(".editor-instance .view-line")) {
            if (!element.textContent.replaceAll("\u00a0", " ").includes(line)) continue;
            const span = [...element.querySelectorAll("span")].find((one) => one.children.length === 0 && one.textContent.replaceAll("\u00a0", " ").trim() === word);
            if (span) return getComputedStyle(span).color;
          }
          return "";
        },
        [line, word],
      );
    const local = await colourOf("total += ", "total");
    const persistent = await eventually("the colour", () => colourOf("= append(", "Squares"), /rgb/);
    assert.notEqual(persistent, local, "it looks like a local variable");
    await workbench.goTo(source, "Squares = append", "Squares");
    await workbench.command("Developer: Inspect Editor Tokens and Scopes");
    const shown = await eventually("the inspector", () => page.locator(".token-inspect-widget").innerText(), /persistent/);
    await workbench.shot("colours");
    await keys("Escape");
    return `${persistent}, others ${local}; ${shown.replace(/\s+/g, " ").slice(0, 200)}`;
  });
}
