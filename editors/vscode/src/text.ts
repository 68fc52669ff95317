// Texts that are shown, made from what the server says. No editor in here, so that it can be tested without one.

/** What the server sends as `amigos/status`. */
export interface Status {
  network?: string;
  height?: number;
  /** The height that is looked at, if it is not the newest. */
  at?: number | null;
  age_ms?: number;
  busy?: boolean;
  health?: "ok" | "offline" | "error";
  message?: string;
}

/** `1204331` as `1,204,331`. */
export function grouped(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `hub.amigos.dev/social/post@v1` as `social/post`. */
export function shortPackage(name: string): string {
  return name.replace(/^hub\.amigos\.dev\//, "").replace(/@v[01]$/, "");
}

/** An age in milliseconds in words: `now`, `42 s`, `3 min`, `2 h`, `5 d`. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

/** The status item: `amigos · local 1,204,331`, with the data's age while the hub is away; `1,190 of 1,204` while an earlier height is looked at. */
export function statusText(status: Status): string {
  let text = "amigos";
  if (status.network) text += ` · ${status.network}`;
  const at = typeof status.at === "number" ? `${grouped(status.at)} of ` : "";
  if (typeof status.height === "number") text += ` ${at}${grouped(status.height)}`;
  if (status.health === "offline") text += typeof status.age_ms === "number" ? ` (offline, ${age(status.age_ms)} old)` : " (offline)";
  return text;
}

/** Whether a Go source imports a package of the hub. Imports stand at the top: the first part of the text is looked at. */
export function importsHub(source: string): boolean {
  return /["`]hub\.amigos\.dev\//.test(source.slice(0, 20_000));
}

/** Of some folders those that lie in none of the others, in order. Paths have `/` between their parts. */
export function outermost(folders: Iterable<string>): string[] {
  const sorted = [...new Set(folders)].sort();
  return sorted.filter((folder) => !sorted.some((other) => other !== folder && folder.startsWith(other.endsWith("/") ? other : `${other}/`)));
}

/** Splits `"a, b", 42, []string{"c", "d"}` at the commas that stand outside quotes and brackets. */
export function splitLiterals(text: string): string[] {
  const parts: string[] = [];
  let current = "";
  let depth = 0;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (quote === "" && depth === 0 && c === ",") {
      parts.push(current.trim());
      current = "";
      continue;
    }
    current += c;
    if (quote !== "") {
      if (c === "\\" && quote !== "`") current += text.charAt(++i);
      else if (c === quote) quote = "";
    } else if ("\"'`".includes(c)) quote = c;
    else if ("([{".includes(c)) depth++;
    else if (")]}".includes(c)) depth--;
  }
  parts.push(current.trim());
  return parts.filter((part) => part !== "");
}

/** A function that can be called from outside: what a form is made of. */
export interface Shape {
  name: string;
  params: { name: string; type: string }[];
  results: string[];
  doc: string;
  examples: string[][];
}

/** A node of the state explorer. */
export interface StateNode {
  label: string;
  text: string;
  type: string;
  path: string;
  children?: StateNode[];
  /** A document of the package, at its variables. */
  uri?: string;
}

interface Typed {
  name?: string;
  type?: string;
  value?: unknown;
  text?: string;
}

const limit = 200;

/** The parts of a typed tree of state: fields of a struct, items of a list, entries of a map. */
export function stateChildren(path: string, tree: unknown): StateNode[] {
  const value = typeof tree === "object" && tree !== null && "value" in tree ? (tree as Typed).value : tree;
  if (Array.isArray(value)) {
    return value.map((field: Typed) => stateNode(field.name ?? "", join(path, field.name ?? ""), (field as { value?: unknown }).value ?? field, field));
  }
  if (typeof value !== "object" || value === null) return [];
  const { len, items, entries, to } = value as { len?: number; items?: unknown[]; entries?: unknown[]; to?: unknown };
  if (to !== undefined) return stateChildren(path, to);
  const rest = (shown: number): StateNode[] => (len !== undefined && len > shown ? [{ label: "...", text: `${grouped(len - shown)} more`, type: "", path: `${path}...` }] : []);
  if (items) return [...items.slice(0, limit).map((item, i) => stateNode(`[${i}]`, `${path}[${i}]`, item)), ...rest(Math.min(items.length, limit))];
  if (entries) {
    const nodes = entries.slice(0, limit).map((entry, i) => {
      const { key, value: of } = entry as { key?: unknown; value?: unknown };
      return stateNode(`[${oneLine(key)}]`, `${path}[${i}]`, of);
    });
    return [...nodes, ...rest(Math.min(entries.length, limit))];
  }
  return [];
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function stateNode(label: string, path: string, tree: unknown, field?: Typed): StateNode {
  const children = stateChildren(path, tree);
  const type = (typeof tree === "object" && tree !== null && "type" in tree ? String((tree as Typed).type ?? "") : "") || String(field?.type ?? "");
  const node: StateNode = { label, text: oneLine(tree), type, path };
  if (children.length > 0) node.children = children;
  return node;
}

/** A value in one line: a count for lists, the value itself for scalars. */
export function oneLine(tree: unknown): string {
  const value = typeof tree === "object" && tree !== null && "value" in tree ? (tree as Typed).value : tree;
  if (typeof tree === "object" && tree !== null && typeof (tree as Typed).text === "string" && (tree as Typed).text) return (tree as Typed).text ?? "";
  if (value === null || value === undefined) return "nil";
  if (typeof value === "string") return JSON.stringify(value.length > 120 ? `${value.slice(0, 120)}...` : value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `{${value.length} fields}`;
  const { len, to, hex } = value as { len?: number; to?: unknown; hex?: string };
  if (typeof hex === "string") return `0x${hex.slice(0, 64)}`;
  if (to !== undefined) return oneLine(to);
  if (typeof len === "number") return len === 1 ? "1 item" : `${grouped(len)} items`;
  return "";
}

/** A text that HTML shows as it is. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
