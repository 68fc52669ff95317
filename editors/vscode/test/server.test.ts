import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { findServer, fits, places } from "../src/server.ts";

const folder = mkdtempSync(join(tmpdir(), "amigos-"));
after(() => rmSync(folder, { recursive: true }));

/** A program in a folder of its own that answers `--version` with a text. */
function program(where: string, answer: string): string {
  mkdirSync(join(folder, where), { recursive: true });
  const file = join(folder, where, "amigos");
  writeFileSync(file, `#!/bin/sh\n${answer}\n`);
  chmodSync(file, 0o755);
  return file;
}

const named = program("named", "echo amigos 1.0.0");
const set = program("set", "echo amigos 2.0.0");
const found = program("path", "echo amigos 3.0.0");
program("extension/bin", "echo amigos 4.0.0");
program("stranger", "echo another program");
program("broken", "exit 3");

const extensionFolder = join(folder, "extension");
const path = join(folder, "path");

test("environment, setting, PATH, bundled: in this order", async () => {
  const version = async (environment: NodeJS.ProcessEnv, setting: string) => (await findServer({ environment, setting, extensionFolder })).version;
  assert.equal(await version({ AMIGOS_SERVER: named, PATH: path }, set), "1.0.0");
  assert.equal(await version({ PATH: path }, set), "2.0.0");
  assert.equal(await version({ PATH: `/nowhere:${path}` }, ""), "3.0.0");
  assert.equal(await version({ PATH: "/nowhere" }, ""), "4.0.0");
});

test("another program of the same name on PATH is passed over", async () => {
  for (const where of ["stranger", "broken"]) {
    const server = await findServer({ environment: { PATH: join(folder, where) }, setting: "", extensionFolder });
    assert.equal(server.origin, "bundled");
  }
});

test("a place that was named is the only one tried", async () => {
  assert.equal(places({ environment: { AMIGOS_SERVER: "/no/such", PATH: path }, setting: "", extensionFolder }).length, 1);
  await assert.rejects(findServer({ environment: { PATH: path }, setting: "/no/such/amigos", extensionFolder }), /no such file.*amigos\.server\.path/s);
});

test("the error says what was tried and what to do", async () => {
  await assert.rejects(
    findServer({ environment: { PATH: "/nowhere" }, setting: "", extensionFolder: "/nowhere" }),
    /none on `PATH` and none came with the extension.*Install `amigos`, or set `amigos\.server\.path`/s,
  );
});

test("versions fit when they are of one release", () => {
  assert.ok(fits("0.1.0", "0.1.7"));
  assert.ok(!fits("0.2.0", "0.1.7"));
  assert.ok(found);
});
