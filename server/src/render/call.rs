//! A simulated or committed call, as ux.md shows it. The shape is that of `amigos call --json`; all texts in it are untrusted.

use serde_json::Value;

use super::tree::line;
use super::{amg, grouped, tame};
use crate::simulate::LocalCall;

/// What is known of the call besides its outcome.
#[derive(Clone, Debug, Default)]
pub struct Heading {
    /// The function with its arguments: `post.CreatePost("hello")`.
    pub call: String,
    /// Who calls.
    pub from: String,
    /// The network's name.
    pub network: String,
}

/// The outcome in words. The package called is `own` (`path@vN`).
pub fn text(heading: &Heading, own: &str, outcome: &Value) -> String {
    let height = outcome.get("height").and_then(Value::as_u64).unwrap_or(0);
    // Local sources that are not what is deployed: the reader must know whose code this is.
    let edited = outcome.get("edited").and_then(Value::as_array).is_some_and(|edited| !edited.is_empty());
    let edited = if edited { " · as edited" } else { "" };
    let mut out = format!("{:<46} from {} · height {} · {}{edited}\n", heading.call, heading.from, grouped(height), heading.network);
    let error = outcome.get("error").and_then(Value::as_str);
    match error {
        Some(error) => out += &format!("failed: {}\n", tame(error, 2000)),
        None => out += &format!("→ {}\n", results(outcome)),
    }
    out += &gas(outcome);
    out += &section("state", state_lines(own, outcome));
    out += &section("events", event_lines(outcome));
    out
}

/// `post.CreatePost("hello")`.
pub fn shown_call(package: &str, name: &str, args: &[String]) -> String {
    let (path, _) = crate::imports::split_major(package);
    format!("{}.{name}({})", path.rsplit('/').next().unwrap_or(path), args.join(", "))
}

/// A scenario in words: each call with what it did, and what all of them cost.
pub fn scenario_text(calls: &[LocalCall], shapes: &[Value], network: &str) -> String {
    let mut out = String::new();
    for (index, (call, shape)) in calls.iter().zip(shapes).enumerate() {
        let heading = Heading {
            call: format!("{}  {}", index + 1, shown_call(&call.package, &call.function, &call.args)),
            from: call.from.clone(),
            network: network.to_owned(),
        };
        out += &text(&heading, &call.package, shape);
    }
    let used: u64 = shapes.iter().filter_map(|shape| shape.pointer("/gas/used")?.as_u64()).sum();
    let left = calls.len().saturating_sub(shapes.len());
    let left = if left > 0 { format!(" · {left} not run") } else { String::new() };
    out + &format!("{} · gas {}{left}\n", super::plural(shapes.len() as u64, "call"), grouped(used))
}

fn results(outcome: &Value) -> String {
    let results = outcome.get("results").and_then(Value::as_array);
    let lines: Vec<String> = results.into_iter().flatten().map(|value| line(value, 300)).collect();
    if lines.is_empty() { "done".to_owned() } else { lines.join(", ") }
}

fn gas(outcome: &Value) -> String {
    let used = outcome.pointer("/gas/used").and_then(Value::as_u64).unwrap_or(0);
    let mut text = format!("gas {}", grouped(used));
    match outcome.pointer("/gas/bound") {
        Some(Value::Number(bound)) => text += &format!(" of ≤ {} bound", grouped(bound.as_u64().unwrap_or(0))),
        Some(Value::String(bound)) => text += &format!(" of ≤ {} bound", tame(bound, 100)),
        _ => {}
    }
    text += &format!(" · fee {}", amg(outcome.get("fee").and_then(Value::as_u64).unwrap_or(0)));
    let mut shares: Vec<(&str, u64)> = outcome
        .pointer("/gas/by_package")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, gas)| (name.as_str(), gas.as_u64().unwrap_or(0)))
        .collect();
    shares.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let shown: Vec<String> = shares
        .iter()
        .filter(|(_, gas)| used > 0 && gas * 200 >= used)
        .map(|(name, gas)| format!("{} % {}", (gas * 100 + used / 2) / used, short_package(name)))
        .collect();
    if shown.len() > 1 {
        text += &format!(" · {}", shown.join(", "));
    }
    text.push('\n');
    text
}

fn state_lines(own: &str, outcome: &Value) -> Vec<(String, String)> {
    let differences = outcome.get("state_diff").and_then(Value::as_array);
    let mut lines = Vec::new();
    for difference in differences.into_iter().flatten() {
        let path = difference.get("path").and_then(Value::as_str).unwrap_or("?");
        let path = match difference.get("package").and_then(Value::as_str) {
            Some(package) => format!("{package}.{path}"),
            None => path.to_owned(),
        };
        let (before, after) = (difference.get("before").unwrap_or(&Value::Null), difference.get("after").unwrap_or(&Value::Null));
        let change = match (before, after) {
            (Value::Null, after) => format!("+ {}", line(after, 160)),
            (before, Value::Null) => format!("- {}", line(before, 160)),
            (before, after) => format!("{} → {}", line(before, 80), line(after, 80)),
        };
        lines.push((short_path(own, &path), change));
    }
    lines
}

fn event_lines(outcome: &Value) -> Vec<(String, String)> {
    let events = outcome.get("events").and_then(Value::as_array);
    let mut lines = Vec::new();
    for event in events.into_iter().flatten() {
        let name = event.get("name").or_else(|| event.get("type")).and_then(Value::as_str).unwrap_or("?");
        let attributes = event.get("attributes").and_then(Value::as_array);
        let parts: Vec<String> = attributes
            .into_iter()
            .flatten()
            .map(|a| {
                let part = |name: &str| tame(a.get(name).and_then(Value::as_str).unwrap_or("?"), 120);
                format!("{}: {}", part("key"), part("value"))
            })
            .collect();
        lines.push((format!("{}{{{}}}", tame(name, 80), parts.join(", ")), String::new()));
    }
    lines
}

/// Lines below a word, aligned.
fn section(word: &str, lines: Vec<(String, String)>) -> String {
    let width = lines.iter().map(|(label, _)| label.chars().count()).filter(|width| *width <= 40).max().unwrap_or(0);
    let mut out = String::new();
    for (index, (label, text)) in lines.iter().enumerate() {
        let head = if index == 0 { word } else { "" };
        out += format!("{head:<8}{label:<width$}  {text}").trim_end();
        out.push('\n');
    }
    out
}

/// `hub.amigos.dev/social/forum@v1` as `social/forum`.
pub fn short_package(identity: &str) -> String {
    let path = identity.strip_prefix(crate::manifest::HUB).unwrap_or(identity);
    tame(path.strip_suffix("@v1").unwrap_or(path), 80)
}

/// `hub.amigos.dev/social/forum@v1.Posts[3]` as `Posts[3]` in its own package, `forum.Posts[3]` elsewhere.
fn short_path(own: &str, path: &str) -> String {
    if let Some(rest) = path.strip_prefix(own).and_then(|rest| rest.strip_prefix('.')) {
        return tame(rest, 80);
    }
    let Some((package, rest)) = path.split_once("@v") else { return tame(path, 80) };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    tame(&format!("{}{rest}", package.rsplit('/').next().unwrap_or(package)), 80)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use serde_json::json;

    #[test]
    fn a_call_that_went_well() {
        let heading = Heading { call: "post.CreatePost(\"hello\")".into(), from: "alice".into(), network: "local".into() };
        let outcome = json!({
            "results": [null], "error": null, "fee": 12_431, "height": 1_204_331,
            "gas": { "used": 12_431, "bound": 28_700, "by_package": { "hub.amigos.dev/social/forum@v1": 8_826, "hub.amigos.dev/social/post@v1": 1_368, "hub.amigos.dev/identity/ens@v1": 2_237 } },
            "state_diff": [
                { "path": "hub.amigos.dev/social/forum@v1.Posts[2870]", "before": null, "after": "x" },
                { "path": "hub.amigos.dev/social/post@v1.Count", "before": 2870, "after": 2871 },
            ],
            "events": [{ "name": "Published", "package": "p", "attributes": [{ "key": "id", "value": "2870" }, { "key": "author", "value": "al\u{202e}ice" }] }],
        });
        expect![[r#"
            post.CreatePost("hello")                       from alice · height 1,204,331 · local
            → nil
            gas 12,431 of ≤ 28,700 bound · fee 0.012431 amg · 71 % social/forum, 18 % identity/ens, 11 % social/post
            state   forum.Posts[2870]  + "x"
                    Count              2870 → 2871
            events  Published{id: 2870, author: al\u{202e}ice}
        "#]]
        .assert_eq(&text(&heading, "hub.amigos.dev/social/post@v1", &outcome));
    }

    #[test]
    fn a_failing_call_says_why_first_and_nonsense_does_no_harm() {
        let heading = Heading { call: "x.F()".into(), from: "bob".into(), network: "local".into() };
        let outcome = json!({ "error": "index out of range [3] with length 0", "gas": { "used": 10 }, "height": 7 });
        expect![[r#"
            x.F()                                          from bob · height 7 · local
            failed: index out of range [3] with length 0
            gas 10 · fee 0 amg
        "#]]
        .assert_eq(&text(&heading, "x@v1", &outcome));
        for nonsense in [json!(null), json!([]), json!({ "results": 7, "events": [7], "state_diff": [null], "gas": [] })] {
            text(&heading, "x@v1", &nonsense);
        }
    }
}
