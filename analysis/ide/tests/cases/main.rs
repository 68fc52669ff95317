//! Cases of each feature, as a person meets them: a text with a cursor and what the editor answers, in one file a feature beside this one.
//!
//! ```text
//! === what the case is about | what is asked, where the feature takes a word: a new name, a title [crlf]
//! package a
//!
//! var x$0 = 1
//! ---
//! the answer
//! ```
//! `UPDATE_EXPECT=1` writes the answers; look at each of them. A feature has at least [`LEAST`] cases, [`LEAST_BROKEN`] of them in code that does not
//! check: people type in broken files. How many there are is counted here, from the cases that run.

#[path = "../support/mod.rs"]
mod support;

mod changed;
mod read;
mod shown;

use amigos_ide::Severity;
use expect_test::{ExpectFile, expect_file};
use support::Workspace;

/// Cases that a feature has at least.
const LEAST: usize = 12;

/// How many of them are in code with errors.
const LEAST_BROKEN: usize = 3;

/// Runs the cases of a feature, and counts them.
fn check_cases(feature: &str, file: ExpectFile, check: impl Fn(&str, &str) -> String) {
    let cases = read::cases(&file.data());
    let mut out = String::new();
    let mut broken = 0;
    for case in &cases {
        let alike = cases.iter().filter(|c| (&c.title, &c.fixture, &c.argument) == (&case.title, &case.fixture, &case.argument)).count();
        assert_eq!(alike, 1, "{feature}: `{}` is there twice", case.title);
        let fixture = case.text();
        broken += usize::from(has_errors(&fixture));
        out += &case.answered(&check(&fixture, &case.argument));
    }
    file.assert_eq(&out);
    assert!(cases.len() >= LEAST, "{feature} has {} cases, and should have {LEAST}", cases.len());
    assert!(broken >= LEAST_BROKEN, "{feature} has {broken} cases in broken code, and should have {LEAST_BROKEN}");
}

/// Whether code does not check: it has an error of syntax or types that is more than something unused.
fn has_errors(fixture: &str) -> bool {
    let workspace = Workspace::fixture(&fixture.replace("$0", ""));
    let analysis = workspace.analysis();
    let checked = workspace.ids().into_iter().filter(|id| workspace.is_checked(*id));
    let is_error = |d: &amigos_ide::Diagnostic| d.severity == Severity::Error && d.level.is_none() && !d.code.starts_with("Unused");
    checked.flat_map(|id| analysis.diagnostics(id).expect("not cancelled")).any(|d| is_error(&d))
}

/// A test for each feature, and the list of them.
macro_rules! features {
    ($($name:ident: $check:expr;)*) => {
        const FEATURES: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                check_cases(stringify!($name), expect_file![concat!("./", stringify!($name), ".txt")], $check);
            }
        )*
    };
}

features! {
    diagnostics: shown::check_diagnostics;
    hover: shown::check_hover;
    completion_members: shown::check_completion;
    completion_names: shown::check_completion;
    completion_imports: changed::check_taken;
    completion_contracts: shown::check_completion;
    postfix: changed::check_taken;
    snippets: changed::check_taken;
    signature_help: shown::check_signature;
    definition: shown::check_definition;
    declaration: shown::check_declaration;
    type_definition: shown::check_type_definition;
    implementation: shown::check_implementation;
    references: shown::check_references;
    highlights: shown::check_highlights;
    document_symbols: shown::check_outline;
    workspace_symbols: shown::check_workspace_symbols;
    selection: shown::check_selection;
    folding: shown::check_folding;
    links: shown::check_links;
    linked_editing: shown::check_linked;
    call_hierarchy: shown::check_calls;
    type_hierarchy: shown::check_types;
    rename: changed::check_rename;
    organize_imports: changed::check_organized;
    fix_imports: changed::check_fix;
    fix_names: changed::check_fix;
    fix_methods: changed::check_fix;
    fix_results: changed::check_fix;
    fix_unused: changed::check_fix;
    extract_value: changed::check_assist;
    extract_function: changed::check_assist;
    inline_variable: changed::check_assist;
    inline_call: changed::check_assist;
    fill_struct: changed::check_assist;
    fill_switch: changed::check_assist;
    parameters: changed::check_assist;
    invert_if: changed::check_assist;
    handle_errors: changed::check_assist;
    lists: changed::check_assist;
    quotes: changed::check_assist;
    implement_interface: changed::check_assist;
    generate_test: changed::check_assist;
    doc_comment: changed::check_assist;
    add_guard: changed::check_assist;
    fix_rules: changed::check_rule_fix;
    lenses: shown::check_lenses;
    gas_hints: shown::check_gas_hints;
    live_hints: shown::check_live_hints;
    code_hints: shown::check_code_hints;
    semantic_tokens: shown::check_colours;
    inline_values: shown::check_inline_values;
}

#[test]
fn each_file_of_cases_is_run() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let names = std::fs::read_dir(folder).expect("the folder of the cases").filter_map(|e| e.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter_map(|n| n.strip_suffix(".txt").map(str::to_owned)).collect();
    let mut run: Vec<&str> = FEATURES.to_vec();
    names.sort();
    run.sort_unstable();
    assert_eq!(names, run);
}
