//! What each line of a package used in an execution, as editors show it: gas, and how often it was reached.

use std::collections::{BTreeMap, BTreeSet};

use amigos_vm::outcome::{LineKey, LineUse, Trace};
use serde_json::{Value, json};
use tower_lsp::lsp_types::Url;

/// Lines with what they used; a line that has code and was not reached used nothing.
pub type Costs = Vec<(LineKey, LineUse)>;

/// The costs of a trace, and those lines of `package` that have code (`all`, by file) and were never reached.
pub fn of_trace(trace: &Trace, package: &str, all: BTreeMap<String, BTreeSet<u32>>) -> Costs {
    let key = |file: &String, line: u32| LineKey { package: package.to_owned(), file: file.clone(), line };
    let all: Vec<LineKey> = all.iter().flat_map(|(file, lines)| lines.iter().map(|line| key(file, *line))).collect();
    let missed = all.into_iter().filter(|line| !trace.lines.contains_key(line)).map(|line| (line, LineUse::default()));
    trace.lines.iter().map(|(line, cost)| (line.clone(), *cost)).chain(missed).collect()
}

/// The costs in a trace as `amigos call --trace` writes it.
pub fn of_json(trace: &Value) -> Costs {
    let lines = trace.get("gas_by_line").and_then(Value::as_array);
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let number = |line: &Value, name: &str| line[name].as_u64().unwrap_or_default();
    let cost = |line: &Value| {
        let at = LineKey { package: text(line, "package"), file: text(line, "file"), line: number(line, "line") as u32 };
        (at, LineUse { gas: number(line, "gas"), hits: number(line, "hits") })
    };
    lines.into_iter().flatten().map(cost).collect()
}

/// Of these costs the ones of `package` and of its variants with tests (`PACKAGE [test]`), whose files are `own`, with lines from 0 as editors count.
pub fn to_json(costs: &Costs, package: &str, own: &[(String, Url)]) -> Value {
    let line = |(at, cost): &(LineKey, LineUse)| {
        let is_own = at.package == package || at.package.strip_prefix(package).is_some_and(|rest| rest.starts_with(' '));
        let (_, uri) = own.iter().find(|(file, _)| is_own && *file == at.file)?;
        Some(json!({ "uri": uri, "line": at.line.saturating_sub(1), "gas": cost.gas, "hits": cost.hits }))
    };
    costs.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_other_packages_are_left_out() {
        let line = |package: &str, line: u32, gas: u64| json!({ "package": package, "file": "a.go", "line": line, "gas": gas, "hits": 2 });
        let trace = json!({ "gas_by_line": [line("hub.amigos.dev/x/a@v1", 3, 11), line("hub.amigos.dev/y/a@v1", 3, 5), line("hub.amigos.dev/x/a@v1/b@v1", 4, 5)] });
        let own = [("a.go".to_owned(), Url::parse("file:///x/a.go").unwrap())];
        let shown = to_json(&of_json(&trace), "hub.amigos.dev/x/a@v1", &own);
        assert_eq!(shown, json!([{ "uri": "file:///x/a.go", "line": 2, "gas": 11, "hits": 2 }]));
    }

    #[test]
    fn what_was_never_reached_is_told() {
        let at = |line: u32| LineKey { package: "p".to_owned(), file: "a.go".to_owned(), line };
        let mut trace = Trace::default();
        trace.lines.insert(at(1), LineUse { gas: 4, hits: 1 });
        let costs = of_trace(&trace, "p", BTreeMap::from([("a.go".to_owned(), BTreeSet::from([1, 2]))]));
        assert_eq!(costs, vec![(at(1), LineUse { gas: 4, hits: 1 }), (at(2), LineUse::default())]);
    }
}
