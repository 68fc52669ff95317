//! A simulation as a Go test: the call, what it should give, and the slice of state that it runs on.

use serde_json::Value;

use crate::slice::{DIRECTIVE, EXTENSION, FOLDER, Slice};

/// Checks of state in one test.
const MOST_CHECKS: usize = 20;

/// A test that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Its function.
    pub name: String,
    /// The function's text, its comment included.
    pub function: String,
    /// The path of the slice's file in the package's folder.
    pub slice_file: String,
}

/// What is saved.
pub struct Simulated<'s> {
    /// The package's name in its sources.
    pub package_name: &'s str,
    /// `path@vN`.
    pub package: &'s str,
    /// `CreatePost`, `Posts[0].Upvote`.
    pub function: &'s str,
    /// Its arguments, Go literals.
    pub args: &'s [String],
    /// Who called, as the person wrote it.
    pub from: &'s str,
    /// Variables that were set before the call.
    pub set: &'s [(String, String)],
    /// The shape of `amigos call --json`.
    pub outcome: &'s Value,
    /// What it read.
    pub slice: &'s Slice,
    /// Paths in state that cannot be compared in Go.
    pub without: &'s [String],
}

/// Writes the test. Names that are `taken` get a number.
pub fn write(simulated: &Simulated, taken: &dyn Fn(&str) -> bool) -> Saved {
    let plain: String = simulated.function.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
    let base = format!("Test{plain}At{}", simulated.slice.height);
    let name = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}_{n}"))).find(|name| !taken(name)).unwrap_or(base);
    let slice_file = format!("{FOLDER}/{}{EXTENSION}", snake(name.trim_start_matches("Test")));
    let args: Vec<String> = simulated.args.iter().map(|arg| unqualified(arg, simulated.package_name)).collect();
    let call = format!("{}({})", simulated.function, args.join(", "));
    let mut body = String::new();
    for (path, value) in simulated.set {
        body += &format!("\t{path} = {}\n", unqualified(value, simulated.package_name));
    }
    body += &checks_of_call(&call, simulated.outcome);
    if simulated.outcome["error"].is_null() {
        body += &checks_of_state(simulated);
    }
    let function = format!(
        "// {name} is what {call} by {} did at height {} on {}, on the\n// state that it read there.\n//\n{DIRECTIVE}{slice_file}\nfunc {name}(t *testing.T) {{\n{body}}}\n",
        simulated.from, simulated.slice.height, simulated.slice.network,
    );
    Saved { name, function, slice_file }
}

/// The text of a test file: a new one, or `existing` with the function behind what it has.
///
/// Errors: the existing file does not import `testing`.
pub fn file_text(package_name: &str, existing: Option<&str>, function: &str) -> Result<String, String> {
    match existing {
        None => Ok(format!("package {package_name}\n\nimport \"testing\"\n\n{function}")),
        Some(text) if text.contains("\"testing\"") => Ok(format!("{}\n\n{function}", text.trim_end())),
        Some(_) => Err("the file does not import `testing`: choose a test file, or one that is not there yet".to_owned()),
    }
}

fn checks_of_call(call: &str, outcome: &Value) -> String {
    let status = outcome["status"].as_str().unwrap_or_default();
    if status != "done" && status != "failed" {
        return format!("\tdefer func() {{\n\t\tif recover() == nil {{\n\t\t\tt.Fatal(\"it should panic\")\n\t\t}}\n\t}}()\n\t{call}\n");
    }
    let results = outcome["results"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut names = Vec::new();
    let mut checks = String::new();
    for (index, result) in results.iter().enumerate() {
        let ty = result["type"].as_str().unwrap_or_default();
        let last = index + 1 == results.len();
        if last && (ty == "error" || status == "failed") {
            names.push("err".to_owned());
            checks += &match outcome["error"].as_str() {
                None => "\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n".to_owned(),
                Some(error) => {
                    let error = quoted(error);
                    format!("\tif err == nil || err.Error() != {error} {{\n\t\tt.Fatalf(\"got %v, want %s\", err, {error})\n\t}}\n")
                }
            };
            continue;
        }
        let Some(want) = literal(ty, &result["value"]) else {
            names.push("_".to_owned());
            continue;
        };
        let name = if results.len() == 1 { "got".to_owned() } else { format!("got{}", index + 1) };
        checks += &format!("\tif {name} != {want} {{\n\t\tt.Errorf(\"got %v, want %v\", {name}, {want})\n\t}}\n");
        names.push(name);
    }
    if names.iter().all(|name| name == "_") {
        return format!("\t{call}\n{checks}");
    }
    format!("\t{} := {call}\n{checks}", names.join(", "))
}

/// The path that a line of a test compares.
pub fn compared_path(line: &str) -> Option<&str> {
    Some(line.trim().strip_prefix("if got := ")?.split_once("; got")?.0)
}

/// The same test, written so that it has an error where a path does not have the type of what it is compared with: an interface can be compared with any
/// constant, and is equal to few.
pub fn strict(text: &str) -> String {
    let strict = |line: &str| {
        let constant = line.contains("; got != true") || line.contains("; got != false");
        if constant { line.replace("; got != ", "; !got != ") } else { line.replace("; got != ", "; got+got != ") }
    };
    text.lines().map(|line| strict(line) + "\n").collect()
}

fn checks_of_state(simulated: &Simulated) -> String {
    let mut found: Vec<(String, String)> = Vec::new();
    for difference in simulated.outcome["state_diff"].as_array().into_iter().flatten() {
        let own = difference["package"] == simulated.package;
        let (Some(path), true) = (difference["path"].as_str(), own) else { continue };
        scalars(path, &difference["after"], &mut found);
    }
    found.retain(|(path, _)| !simulated.without.contains(path));
    found.truncate(MOST_CHECKS);
    let check = |(path, want): &(String, String)| {
        format!("\tif got := {path}; got != {want} {{\n\t\tt.Errorf({}, got, {want})\n\t}}\n", quoted(&format!("{path} is %v, want %v")))
    };
    found.iter().map(check).collect()
}

/// What can be compared by `!=` in a value: itself, or its fields.
fn scalars(path: &str, tree: &Value, found: &mut Vec<(String, String)>) {
    let ty = tree["type"].as_str().unwrap_or_default();
    if let Some(want) = literal(ty, &tree["value"]) {
        found.push((path.to_owned(), want));
        return;
    }
    for field in tree["value"].as_array().into_iter().flatten() {
        let name = field["name"].as_str().unwrap_or_default();
        if let Some(want) = literal(field["type"].as_str().unwrap_or_default(), &field["value"]).filter(|_| !name.is_empty()) {
            found.push((format!("{path}.{name}"), want));
        }
    }
}

/// A number, text or truth value as an untyped constant of Go.
fn literal(ty: &str, value: &Value) -> Option<String> {
    match value {
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        // Numbers beyond 2^53 are texts.
        Value::String(text) if ["int", "uint", "int64", "uint64", "uintptr"].contains(&ty) => Some(text.clone()),
        Value::String(text) if !ty.starts_with("float") && !ty.starts_with("complex") => Some(quoted(text)),
        _ => None,
    }
}

/// A text as Go and JSON both write it.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// `forum.Post{...}` as `Post{...}` in its own package; what stands in quotes stays.
fn unqualified(literal: &str, package: &str) -> String {
    let prefix = format!("{package}.");
    let mut out = String::new();
    let mut quote: Option<char> = None;
    let mut rest = literal;
    while let Some(c) = rest.chars().next() {
        let starts_word = !out.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
        if quote.is_none() && starts_word && rest.starts_with(&prefix) {
            rest = rest.get(prefix.len()..).unwrap_or_default();
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        out.push(c);
        match quote {
            Some(open) if c == '\\' && open != '`' => {
                out.extend(rest.chars().next());
                rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
            }
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '`' | '\'') => quote = Some(c),
            _ => {}
        }
    }
    out
}

/// `CreatePostAt7` as `create_post_at_7`.
fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut before = '_';
    for c in name.chars() {
        let boundary = (c.is_uppercase() && !before.is_uppercase()) || (c.is_ascii_digit() && !before.is_ascii_digit());
        if boundary && before != '_' {
            out.push('_');
        }
        out.extend(c.to_lowercase());
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use serde_json::json;

    #[test]
    fn a_simulation_as_a_test() {
        let outcome = json!({
            "status": "done", "error": null, "results": [{"type": "int", "value": 3}, {"type": "error", "value": null}],
            "state_diff": [
                {"package": "hub.amigos.dev/forum@v1", "path": "Posts[0]", "before": null,
                 "after": {"type": "forum.Post", "value": [{"name": "Title", "type": "string", "value": "a\"b"}, {"name": "Tags", "type": "[]string", "value": null}]}},
                {"package": "hub.amigos.dev/forum@v1", "path": "Count", "before": {"type": "int", "value": 2}, "after": {"type": "int", "value": 3}},
                {"package": "hub.amigos.dev/other@v1", "path": "X", "before": null, "after": {"type": "int", "value": 3}},
            ],
        });
        let slice = Slice { height: 7, network: "local".into(), ..Slice::default() };
        let args = ["\"forum.x\"".to_owned(), "forum.Post{Title: \"x\"}".to_owned()];
        let simulated = Simulated {
            package_name: "forum",
            package: "hub.amigos.dev/forum@v1",
            function: "Add",
            args: &args,
            from: "alice",
            set: &[("Count".into(), "2".into())],
            outcome: &outcome,
            slice: &slice,
            without: &[],
        };
        let saved = write(&simulated, &|name| name == "TestAddAt7");
        assert_eq!((saved.name.as_str(), saved.slice_file.as_str()), ("TestAddAt7_2", "testdata/add_at_7_2.slice.json"));
        expect![[r#"
            // TestAddAt7_2 is what Add("forum.x", Post{Title: "x"}) by alice did at height 7 on local, on the
            // state that it read there.
            //
            //amigos:slice testdata/add_at_7_2.slice.json
            func TestAddAt7_2(t *testing.T) {
            	Count = 2
            	got1, err := Add("forum.x", Post{Title: "x"})
            	if got1 != 3 {
            		t.Errorf("got %v, want %v", got1, 3)
            	}
            	if err != nil {
            		t.Fatal(err)
            	}
            	if got := Posts[0].Title; got != "a\"b" {
            		t.Errorf("Posts[0].Title is %v, want %v", got, "a\"b")
            	}
            	if got := Count; got != 3 {
            		t.Errorf("Count is %v, want %v", got, 3)
            	}
            }
        "#]]
        .assert_eq(&saved.function);
        let lines: Vec<&str> = saved.function.lines().filter_map(compared_path).collect();
        assert_eq!(lines, ["Posts[0].Title", "Count"]);
        assert!(strict(&saved.function).contains("if got := Count; got+got != 3 {"));
        let failing = json!({"status": "failed", "error": "no title", "results": [{"type": "error", "value": "x"}]});
        let text = write(&Simulated { outcome: &failing, set: &[], ..simulated }, &|_| false).function;
        assert!(text.contains("err == nil || err.Error() != \"no title\""), "{text}");
        let again = file_text("forum", Some("package forum\n\nimport \"testing\"\n"), &text).unwrap();
        assert!(again.starts_with("package forum\n\nimport \"testing\"\n\n// TestAddAt7 is"), "{again}");
        assert!(file_text("forum", Some("package forum\n"), &text).is_err());
    }
}
