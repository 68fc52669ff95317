//! From a simulation to the slice and the test that are saved of it.

use std::sync::Arc;

use amigos_hub::client::Client;
use serde_json::Value;

use crate::render::tree;
use crate::savetest::{self, Saved, Simulated};
use crate::simulate::{LocalCall, LocalRun, account};
use crate::slice::Slice;
use crate::snippets::{lines_with_errors, package_name};
use crate::workspace::{PackageFolder, Workspace};

/// How deep the variables are shown to readers of a slice.
const DEPTH: u32 = 2;
/// Characters of a variable there.
const WIDTH: usize = 200;

/// What a simulated call read, as a slice. What the variables held is asked of the hub; what it does not know is not shown.
///
/// Errors, in words: the network is away.
pub fn recorded(client: &Client, network: &str, call: &LocalCall, run: &LocalRun, height: u64) -> Result<Slice, String> {
    let mut slice = Slice {
        call: format!("{}({})", call.function, call.args.join(", ")),
        network: network.to_owned(),
        chain: run.ran.chain().to_owned(),
        height,
        time: run.ran.time(),
        from: account(&call.from)?.to_string(),
        value: call.value,
        ..Slice::default()
    };
    slice.take(run.ran.records()?);
    for (package, name) in slice.variables() {
        if let Ok((value, _)) = client.state(&package, &name, DEPTH, height) {
            slice.shown.entry(package).or_default().insert(name, tree::line(&value, WIDTH));
        }
    }
    Ok(slice)
}

/// The test of a simulated call of a package of `workspace`; `buffer` has the texts of open files. It has no errors: what of the state cannot be compared
/// in Go is left out.
pub fn saved_test(
    workspace: &Workspace,
    buffer: &dyn Fn(&str) -> Option<Arc<str>>,
    package: &PackageFolder,
    call: &LocalCall,
    outcome: &Value,
    slice: &Slice,
) -> Result<Saved, String> {
    let name = package_name(package);
    let declares = |wanted: &str| {
        let declared = format!("func {wanted}(");
        package.sources.iter().any(|source| source.text.as_ref().is_ok_and(|text| text.contains(&declared)))
    };
    let mut without: Vec<String> = Vec::new();
    loop {
        let simulated = Simulated {
            package_name: &name,
            package: &call.package,
            function: &call.function,
            args: &call.args,
            from: &call.from,
            set: &call.set,
            outcome,
            slice,
            without: &without,
        };
        let saved = savetest::write(&simulated, &declares);
        let text = savetest::strict(&savetest::file_text(&name, None, &saved.function)?);
        let lines = lines_with_errors(workspace, buffer, package, &text);
        let bad = lines.iter().filter_map(|line| text.lines().nth(line.saturating_sub(1) as usize)?.split_once("; ").map(|(head, _)| head));
        let bad: Vec<String> = bad.filter_map(|head| savetest::compared_path(&format!("{head}; got")).map(str::to_owned)).collect();
        // What has errors for another reason is the person's to see.
        if bad.is_empty() || bad.iter().all(|path| without.contains(path)) {
            return Ok(saved);
        }
        without.extend(bad);
    }
}
