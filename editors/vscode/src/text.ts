// Texts that are shown, made from what the server says. No editor in here, so that it can be tested without one.

/** What the server sends as `amigos/status`. */
export interface Status {
  network?: string;
  height?: number;
  age_ms?: number;
  busy?: boolean;
  health?: "ok" | "offline" | "error";
  message?: string;
}

/** `1204331` as `1,204,331`. */
export function grouped(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+$)/g, ",");
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

/** The status item: `amigos · local 1,204,331`, with the data's age while the hub is away. */
export function statusText(status: Status): string {
  let text = "amigos";
  if (status.network) text += ` · ${status.network}`;
  if (typeof status.height === "number") text += ` ${grouped(status.height)}`;
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
