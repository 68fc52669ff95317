import assert from "node:assert/strict";
import { test } from "node:test";
import { age, grouped, importsHub, outermost, splitLiterals, statusText } from "../src/text.ts";

test("numbers are grouped by three digits", () => {
  assert.equal(grouped(0), "0");
  assert.equal(grouped(999), "999");
  assert.equal(grouped(1204331), "1,204,331");
});

test("ages are short", () => {
  assert.equal(age(12), "now");
  assert.equal(age(42_000), "42 s");
  assert.equal(age(180_000), "3 min");
  assert.equal(age(7_300_000), "2 h");
  assert.equal(age(500_000_000), "5 d");
});

test("the status item says network and height, and the age while offline", () => {
  assert.equal(statusText({ network: "local", height: 1204331, health: "ok" }), "amigos · local 1,204,331");
  assert.equal(statusText({ network: "local", height: 7, health: "offline", age_ms: 61_000 }), "amigos · local 7 (offline, 1 min old)");
  assert.equal(statusText({}), "amigos");
});

test("imports of the hub are found at the top of a source", () => {
  assert.ok(importsHub('package p\n\nimport (\n\t"hub.amigos.dev/social/forum"\n)\n'));
  assert.ok(importsHub("package p\nimport `hub.amigos.dev/token@v2`\n"));
  assert.ok(!importsHub("// see hub.amigos.dev/social/forum\npackage p\n"));
});

test("folders inside others are left out", () => {
  assert.deepEqual(outermost(["/a/b", "/a", "/ab", "/c/d", "/c/d/e"]), ["/a", "/ab", "/c/d"]);
  assert.deepEqual(outermost(["/", "/a"]), ["/"]);
});

test("literals are split at commas outside quotes and brackets", () => {
  assert.deepEqual(splitLiterals('"a, b", 42, []string{"c", "d"}, \'\\\'\''), ['"a, b"', "42", '[]string{"c", "d"}', "'\\''"]);
  assert.deepEqual(splitLiterals('`raw \\`, "say \\"hi\\", twice"'), ["`raw \\`", '"say \\"hi\\", twice"']);
  assert.deepEqual(splitLiterals("  "), []);
});
