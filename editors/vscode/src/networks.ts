// The networks that a workspace knows, whether each is there, and the one to use.
import * as vscode from "vscode";
import { picked } from "./picks.ts";
import type { Session } from "./session.ts";
import { grouped } from "./text.ts";

interface Network {
  name: string;
  rpc?: string;
  current?: boolean;
  online?: boolean;
  height?: number | null;
  chain?: string | null;
}

interface Choice extends vscode.QuickPickItem {
  network: string;
}

/** Asks for the network to use. The names are there at once; whether each is there and how high it is comes as soon as they answer. */
export async function selectNetwork(session: Session): Promise<void> {
  const known = await session.execute<{ networks: Network[] }>("amigos.network", {});
  if (!known) return;
  const box = vscode.window.createQuickPick<Choice>();
  box.title = "network";
  box.placeholder = "live values come from it, calls are simulated on it; a URL is one too";
  box.busy = true;
  let shown = known.networks.map(choice);
  box.items = shown;
  const probed = session.execute<{ networks: Network[] }>("amigos.network", { probe: true });
  void probed
    .then((answer) => {
      if (!answer) return;
      shown = answer.networks.map(choice);
      if (!isUrl(box.value)) box.items = shown;
    })
    .catch((error: unknown) => session.log.warn(String(error)))
    .finally(() => (box.busy = false));
  box.onDidChangeValue((text) => (box.items = isUrl(text) ? [{ label: text.trim(), network: text.trim(), alwaysShow: true }] : shown));
  const chosen = await picked(box);
  if (chosen) await session.execute("amigos.network", { name: chosen.network });
}

function isUrl(text: string): boolean {
  return /^http:\/\/\S+/.test(text.trim());
}

/** `● local  current · height 1,204`, `○ own  away`. */
function choice({ name, rpc, current, online, height, chain }: Network): Choice {
  const icon = online === undefined ? "$(circle-large-outline)" : online ? "$(circle-filled)" : "$(circle-slash)";
  const words = [current ? "current" : "", online === false ? "away" : "", typeof height === "number" ? `height ${grouped(height)}` : "", chain ?? ""];
  return { label: `${icon} ${name}`, description: words.filter(Boolean).join(" · "), detail: rpc ?? "", network: name };
}
