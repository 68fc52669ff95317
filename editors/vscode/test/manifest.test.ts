// What package.json promises: titles, descriptions, files that are there, no telemetry.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));
const { contributes, capabilities, dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const sources = readdirSync(join(folder, "src")).map((name) => readFileSync(join(folder, "src", name), "utf8"));
const source = sources.join("\n");

test("every command has a title, a category, and a function behind it", () => {
  for (const { command, title, category } of contributes.commands) {
    assert.match(title, /^[A-Z]/, command);
    assert.equal(category, "Amigos", command);
    assert.ok(source.includes(`register("${command}"`), `nothing runs \`${command}\``);
  }
});

test("every command in a menu is contributed, with a condition where it is in an editor's", () => {
  const known = new Set(contributes.commands.map(({ command }: { command: string }) => command));
  for (const [menu, items] of Object.entries<{ command: string; when?: string }[]>(contributes.menus)) {
    for (const { command, when } of items) {
      assert.ok(known.has(command), `${menu}: ${command}`);
      assert.ok(when, `${menu}: ${command} is always there`);
    }
  }
});

test("every setting has a default, a description in Markdown, and one for each of its values", () => {
  for (const [name, setting] of Object.entries<Record<string, unknown>>(contributes.configuration.properties)) {
    assert.ok("default" in setting, name);
    assert.match(String(setting.markdownDescription), /\.$|\.\S*\)$|`$/, name);
    const values = setting.enum as string[] | undefined;
    const described = setting.markdownEnumDescriptions as string[] | undefined;
    if (values && name !== "amigos.trace.server") assert.equal(described?.length, values.length, name);
  }
});

test("what is named is there", () => {
  const files = [
    ...contributes.walkthroughs.flatMap(({ steps }: { steps: { media: { markdown: string } }[] }) => steps.map((step) => step.media.markdown)),
    ...contributes.snippets.map(({ path }: { path: string }) => path),
    ...contributes.grammars.map(({ path }: { path: string }) => path),
    ...contributes.languages.flatMap(({ configuration, icon }: { configuration?: string; icon?: { light: string; dark: string } }) => [configuration, icon?.light, icon?.dark].filter(Boolean)),
  ];
  for (const file of files) assert.ok(existsSync(join(folder, file)), file);
});

test("a folder that is not trusted cannot choose the binary, and there are no virtual workspaces", () => {
  assert.equal(capabilities.untrustedWorkspaces.supported, "limited");
  assert.deepEqual(capabilities.untrustedWorkspaces.restrictedConfigurations, ["amigos.server.path"]);
  assert.equal(capabilities.virtualWorkspaces, false);
});

test("the problem matcher reads what `amigos check` prints", () => {
  const { regexp, file, line, severity, message, code } = contributes.problemMatchers[0].pattern;
  const of = (text: string) => new RegExp(regexp).exec(text);
  const finding = of("disks/wrong.go:14:2: AM6001 high: anyone can make this loop run out of gas");
  assert.deepEqual([file, line, code, severity, message].map((i: number) => finding?.[i]), ["disks/wrong.go", "14", "AM6001", "high", "anyone can make this loop run out of gas"]);
});

test("no telemetry", () => {
  assert.deepEqual(Object.keys(dependencies), ["vscode-languageclient"]);
  assert.doesNotMatch(source, /TelemetryLogger|createTelemetryLogger|fetch\(|node:https?"/);
});
