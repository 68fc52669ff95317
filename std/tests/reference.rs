//! The page `docs/std-reference.md` is written from what is embedded, and compared with it here. `UPDATE_EXPECT=1` rewrites it.

use std::collections::BTreeMap;
use std::fmt::Write;

use expect_test::expect_file;

#[test]
fn the_reference_page_is_up_to_date() {
    expect_file!["../../docs/std-reference.md"].assert_eq(&page());
}

fn page() -> String {
    let mut page = String::from(
        "# The contract standard library: reference\n\n\
         Written from `std/` by a test; do not edit. See [std.md](std.md) for what it is.\n\n\
         ## Packages\n\n| package | declares |\n|---|---|\n",
    );
    for package in amigos_std::packages() {
        let names: Vec<String> = exported(package).into_iter().map(|n| format!("`{n}`")).collect();
        let _ = writeln!(page, "| `{}` | {} |", package.path, names.join(" "));
    }
    page += "\n## Natives\n\nGas of a call, charged before the work is done; what the result takes of memory is charged besides. \
             Each addend is rounded up.\n\n| native | gas |\n|---|---|\n";
    let mut natives: BTreeMap<(String, String), String> = BTreeMap::new();
    for native in amigos_std::natives() {
        natives.insert((native.package.to_string(), native.full_name()), native.price());
    }
    for ((package, name), price) in natives {
        let _ = writeln!(page, "| `{package}.{name}` | {price} |");
    }
    page += "\n## Refused\n\nWhat Go has and contracts may not use. Any other package of Go's that is not listed above is not there either.\n\n\
             | what | why | instead |\n|---|---|---|\n";
    for refusal in amigos_std::refusals() {
        let what = if refusal.name == "*" { refusal.path.to_string() } else { format!("{}.{}", refusal.path, refusal.name) };
        let _ = writeln!(page, "| `{what}` | {} | {} |", refusal.reason, refusal.advice);
    }
    page
}

/// The exported package-level names, each once.
fn exported(package: &amigos_std::StdPackage) -> Vec<String> {
    let mut names = Vec::new();
    for (_, text) in package.files {
        let mut group = false;
        for line in text.lines() {
            let declared = if group && line.starts_with(')') {
                group = false;
                None
            } else if group {
                line.strip_prefix('\t')
            } else if matches!(line, "const (" | "var (") {
                group = true;
                None
            } else {
                ["func ", "type ", "const ", "var "].iter().find_map(|k| line.strip_prefix(k))
            };
            let Some(declared) = declared else { continue };
            let end = declared.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(declared.len());
            let name = &declared[..end];
            if name.starts_with(|c: char| c.is_ascii_uppercase()) && !names.iter().any(|n| n == name) {
                names.push(name.to_string());
            }
        }
    }
    names.sort();
    names
}
