// What runs inside the simulation view: its looks, and the script that makes the form and shows a result. All text is set as text, never as HTML.

export const style = `
body { font-family: var(--vscode-font-family); color: var(--vscode-foreground); max-width: 60em; padding-bottom: 2em; }
h3 { margin: 0.8em 0 0.4em; }
h4 { margin: 1.2em 0 0.3em; font-weight: 600; }
label, summary { display: block; margin: 0.6em 0 0.2em; }
summary { cursor: pointer; display: list-item; }
span, .dim { color: var(--vscode-descriptionForeground); }
input, select, textarea { width: 100%; box-sizing: border-box; padding: 4px; font-family: var(--vscode-editor-font-family); color: var(--vscode-input-foreground); background: var(--vscode-input-background); border: 1px solid var(--vscode-input-border, var(--vscode-panel-border, transparent)); }
.row { display: grid; grid-template-columns: 1fr 1fr 1fr; gap: 0.8em; }
.buttons { display: flex; gap: 0.6em; margin-top: 1em; flex-wrap: wrap; }
button { padding: 6px 14px; color: var(--vscode-button-foreground); background: var(--vscode-button-background); border: none; cursor: pointer; }
button.second { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); }
#doc { white-space: pre-wrap; margin: 0.4em 0; }
#result { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }
#result .head { font-family: var(--vscode-editor-font-family); margin: 0; }
table { border-collapse: collapse; width: 100%; }
td { padding: 1px 1em 1px 0; vertical-align: top; overflow-wrap: anywhere; }
td.name { white-space: nowrap; overflow-wrap: normal; width: 1%; }
td.number { text-align: right; white-space: nowrap; width: 1%; }
.bar { height: 0.7em; margin-top: 0.3em; background: var(--vscode-charts-blue, currentColor); opacity: 0.6; min-width: 2px; }
.bad { color: var(--vscode-errorForeground); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-family: var(--vscode-editor-font-family); background: var(--vscode-textCodeBlock-background); padding: 0.8em; }
`;

export const script = String.raw`
const api = acquireVsCodeApi();
const byId = (id) => document.getElementById(id);
const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
const short = (name) => name.replace(/^hub\.amigos\.dev\//, "").replace(/@v[01]$/, "");

function element(tag, text, kind) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

const list = byId("function");
for (const f of given.functions) {
  const option = element("option", f.name + "(" + f.params.map((p) => p.name + " " + p.type).join(", ") + ")");
  option.value = f.name;
  list.append(option);
}
list.value = given.wanted;
if (!list.value) list.selectedIndex = 0;
const chosen = () => given.functions.find((one) => one.name === list.value);

function form() {
  const f = chosen();
  byId("doc").textContent = f.doc.replace(/\n*Example: .*/g, "").trim();
  const place = byId("args");
  place.textContent = "";
  const example = f.examples[0] || [];
  f.params.forEach((p, i) => {
    const label = element("label", p.name + " ");
    label.append(element("span", p.type));
    const input = element("input", undefined, "arg");
    input.value = example[i] || "";
    input.setAttribute("aria-label", p.name);
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") ask("simulate"); });
    place.append(label, input);
  });
}
list.addEventListener("change", () => { form(); byId("result").textContent = ""; });
form();

function ask(what) {
  const args = [...document.querySelectorAll(".arg")].map((i) => i.value.trim());
  const empty = args.findIndex((arg) => arg === "");
  const variadic = chosen().params.at(-1)?.type.startsWith("...");
  if (empty >= 0 && !(variadic && empty === args.length - 1)) return problem("the argument " + chosen().params[empty].name + " is empty: write a Go literal of type " + chosen().params[empty].type);
  const number = (id) => Number(byId(id).value.replaceAll(",", "")) || 0;
  const call = { function: list.value, args: args.filter((arg) => arg !== ""), from: byId("from").value.trim() || "alice", height: number("height"), value: number("value"), set: byId("set").value.split("\n").map((l) => l.trim()).filter(Boolean) };
  if (number("gas") > 0) call.gas = number("gas");
  api.postMessage({ what, call });
}
for (const what of ["simulate", "trace", "save", "commit"]) byId(what).addEventListener("click", () => ask(what));

function problem(text) {
  byId("result").replaceChildren(element("p", text, "bad"));
}

function table(rows) {
  const made = element("table");
  for (const cells of rows) {
    const row = element("tr");
    for (const cell of cells) row.append(cell);
    made.append(row);
  }
  return made;
}

const shown = (value) => value === null || value === undefined ? "" : value.text ?? JSON.stringify(value.value ?? value);

function change({ before, after }) {
  if (!before || before.text === undefined && before.value === undefined) return "+ " + shown(after);
  if (!after || after.text === undefined && after.value === undefined) return "- " + shown(before);
  return shown(before) + " → " + shown(after);
}

function show(outcome) {
  const place = byId("result");
  place.textContent = "";
  const lines = outcome.text.split("\n");
  place.append(element("h4", "result"));
  place.append(element("p", lines[0].replace(/ {2,}/, "   "), "head dim"));
  place.append(element("p", lines[1], outcome.error ? "head bad" : "head"));
  for (const frame of outcome.stack || []) place.append(element("p", typeof frame === "string" ? frame : (frame.func || "") + " at " + (frame.file || "") + ":" + (frame.line || ""), "head dim"));
  if (outcome.output) place.append(element("h4", "output"), element("pre", outcome.output));
  const used = outcome.gas.used;
  place.append(element("h4", "gas"));
  place.append(element("p", lines.find((line) => line.startsWith("gas ")).split(" · ").slice(0, 2).join(" · "), "head"));
  const shares = Object.entries(outcome.gas.by_package || {}).sort((a, b) => b[1] - a[1]);
  place.append(table(shares.map(([name, gas]) => {
    const bar = element("td");
    const inside = element("div", undefined, "bar");
    inside.style.width = Math.round(100 * gas / Math.max(used, 1)) + "%";
    bar.append(inside);
    return [element("td", short(name), "name"), element("td", grouped(gas), "number"), element("td", Math.round(100 * gas / Math.max(used, 1)) + " %", "number"), bar];
  })));
  const diff = outcome.state_diff || [];
  place.append(element("h4", "state"));
  if (diff.length === 0) place.append(element("p", "nothing changed", "head dim"));
  place.append(table(diff.map((one) => [element("td", (one.package === outcome.package ? "" : short(one.package).split("/").pop() + ".") + one.path, "name"), element("td", change(one))])));
  const events = outcome.events || [];
  if (events.length > 0) place.append(element("h4", "events"));
  place.append(table(events.map((one) => [element("td", one.name, "name"), element("td", (one.attributes || []).map((a) => a.key + ": " + a.value).join(", "))])));
  const raw = element("details");
  raw.append(element("summary", "raw JSON"), element("pre", JSON.stringify(outcome, null, 2)));
  place.append(raw);
}

addEventListener("message", ({ data }) => {
  if (data.problem !== undefined) problem(data.problem);
  else show(data.outcome);
});
`;
