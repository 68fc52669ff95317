import assert from "node:assert/strict";
import { test } from "node:test";
import { age, escapeHtml, grouped, importsHub, oneLine, outermost, shortPackage, splitLiterals, stateChildren, statusText } from "../src/text.ts";

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

test("state becomes a tree", () => {
  const post = { type: "Post", value: [{ name: "Title", type: "string", value: "a" }, { name: "Votes", type: "int", value: 3 }] };
  const state = { type: "package", value: [{ name: "Posts", type: "[]Post", value: { len: 250, items: [post] } }, { name: "Owner", type: "*Post", value: null }] };
  const nodes = stateChildren("", state);
  assert.deepEqual(nodes.map((node) => [node.label, node.text, node.path]), [["Posts", "250 items", "Posts"], ["Owner", "nil", "Owner"]]);
  const posts = nodes[0]?.children ?? [];
  assert.deepEqual(posts.map((node) => [node.label, node.text]), [["[0]", "{2 fields}"], ["...", "249 more"]]);
  assert.deepEqual(posts[0]?.children?.map((node) => [node.path, node.text]), [["Posts[0].Title", '"a"'], ["Posts[0].Votes", "3"]]);
});

test("what is read from the network is shortened and escaped", () => {
  assert.equal(oneLine("x".repeat(200)).length, 125);
  assert.equal(oneLine({ len: 1, items: [1] }), "1 item");
  assert.equal(oneLine({ to: { value: 7 } }), "7");
  assert.equal(escapeHtml('<a href="x">&'), "&lt;a href=&quot;x&quot;&gt;&amp;");
});

test("packages are called by what people call them", () => {
  assert.equal(shortPackage("hub.amigos.dev/social/post@v1"), "social/post");
  assert.equal(shortPackage("hub.amigos.dev/token@v2"), "token@v2");
});

test("the status says when an earlier height is looked at", () => {
  assert.equal(statusText({ network: "local", height: 1204, at: 1190, health: "ok" }), "amigos · local 1,190 of 1,204");
  assert.equal(statusText({ network: "local", height: 1204, at: null, health: "ok" }), "amigos · local 1,204");
});
