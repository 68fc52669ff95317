//! Summaries of functions, what they say and what an edit runs again; value ranges.

mod support;

use std::collections::BTreeMap;

use amigos_db::Db;
use amigos_db::host::ExecutionLog;
use amigos_db::query as q;
use amigos_mir::mir::Op;
use amigos_rules::flow::Flow;
use amigos_rules::intervals::{Interval, Ranges};
use amigos_rules::provenance::{Path, PathRoot, Step};
use amigos_rules::summary::{Called, Summary, summary};
use amigos_syntax::Name;
use amigos_syntax::ast::BinaryOp;
use support::Program;

const PROGRAM: &str = "//- hub.amigos.dev/test/store/store.go
package store

type Item struct {
	Name string
	N    int
}

var items = map[string]*Item{}
var list []int
var hooks []func(int)

func Find(name string) *Item { return items[name] }

func rename(it *Item, name string) { it.Name = name }

func Rename(key, name string) { rename(Find(key), name) }

func Add(n int) { list = append(list, n) }

func Len() int { return len(list) }

func Run(fn func(int)) { fn(list[0]) }

func Fire() {
	for _, hook := range hooks {
		hook(1)
	}
}

func Each(fn func(*Item)) {
	for _, it := range items {
		fn(it)
	}
}

func Reset() { Each(func(it *Item) { it.N = 0 }) }

func Fail(n int) error {
	if n > 3 {
		panic(\"too much\")
	}
	return nil
}

func Even(n int) bool { return n == 0 || Odd(n-1) }

func Odd(n int) bool {
	list[0] = n
	return n != 0 && Even(n-1)
}

//- hub.amigos.dev/test/use/use.go
package use

import \"hub.amigos.dev/test/store\"

var last string

func Use() {
	store.Rename(\"a\", \"b\")
	last = \"b\"
}

func Top() { Use() }
";

fn of(program: &Program, package: &str, name: &str) -> Summary {
    (*summary(&program.db, program.package(package), Name::new(name))).clone()
}

/// `items[].0` for the first field of the elements of `items`; parameters are `#0`.
fn text(path: &Path) -> String {
    let mut out = match path.root {
        PathRoot::Global(key) => key.name.to_string(),
        PathRoot::Param(n) => format!("#{n}"),
    };
    for step in &path.steps {
        match step {
            Step::Field(n) => out.push_str(&format!(".{n}")),
            Step::Elem => out.push_str("[]"),
        }
    }
    out
}

fn texts<'p>(paths: impl IntoIterator<Item = &'p Path>) -> String {
    paths.into_iter().map(text).collect::<Vec<_>>().join(" ")
}

#[test]
fn summaries_say_what_functions_do() {
    let program = Program::new(PROGRAM);
    let store = |name| of(&program, "hub.amigos.dev/test/store", name);
    assert_eq!(texts(&store("Find").aliases[0]), "items[]");
    assert!(store("Find").is_view());
    assert_eq!(texts(&store("rename").writes), "#0.0");
    assert_eq!(texts(&store("Rename").writes), "items[].0");
    assert_eq!((texts(&store("Add").grows), texts(&store("Add").writes)), ("list".to_owned(), "list".to_owned()));
    assert!(store("Len").is_view() && !store("Len").may_fail());
    assert_eq!(store("Run").calls.into_iter().collect::<Vec<_>>(), [Called::Param(0)]);
    assert!(matches!(store("Fire").calls.iter().next(), Some(Called::State(key)) if key.name.as_str() == "hooks"));
    // The contract's own function is no callback.
    assert!(!store("Reset").may_call_back());
    assert!(store("Fail").panics && !store("Fail").fails);
    assert_eq!(texts(&store("Even").writes), "list[]");
    let user = |name| of(&program, "hub.amigos.dev/test/use", name);
    assert_eq!(texts(&user("Top").writes), "items[].0 last");
}

#[test]
fn an_edit_that_leaves_a_summary_equal_runs_no_caller() {
    let log = ExecutionLog::default();
    let mut program = Program::logging(log.clone(), PROGRAM);
    let run = |program: &Program| {
        let mut ran: BTreeMap<String, usize> = BTreeMap::new();
        let _ = log.lock().map(|mut l| l.clear());
        let _ = of(program, "hub.amigos.dev/test/use", "Top");
        for line in log.lock().expect("nobody panicked").drain(..).filter(|l| l.starts_with("summary(")) {
            *ran.entry(line).or_default() += 1;
        }
        ran.values().sum::<usize>()
    };
    assert!(run(&program) >= 5);
    assert_eq!(run(&program), 0);
    program.replace("store.go", "it.Name = name }", "it.Name = name + \"!\" }");
    assert_eq!(run(&program), 1, "only the function that was edited");
    program.replace("store.go", "it.Name = name + \"!\" }", "it.N = 7 }");
    assert!(run(&program) > 1, "now it writes something else");
}

#[test]
fn ranges_are_refined_by_branches() {
    let source = "package example\n\nfunc F(n int, m uint8, list []int) {\n\tif n < 0 || n > 255 {\n\t\treturn\n\t}\n\ta := n + 1\n\tb := n & 15\n\tc := min(n, 7)\n\td := int(m) * 2\n\te := n % 10\n\tfor i := 0; i < 10; i++ {\n\t\tf := i + 100\n\t\t_ = f + 0\n\t}\n\tg := len(list) + 0\n\t_, _, _, _, _, _ = a+0, b+0, c+0, d+0, e+0, g\n}\n";
    let program = Program::new(source);
    let db: &dyn Db = &program.db;
    let package = program.package("hub.amigos.dev/test/example");
    let decl = *q::package_decls(db, package).last().expect("the function");
    let mir = amigos_mir::query::mir(db, package, decl);
    let flow = Flow::new(mir.func.as_deref().expect("a body"));
    let types = amigos_db::context::DbCtx::new(db, package);
    let mut found = Vec::new();
    Ranges::new(&flow, &types).walk(&mut |_, _, inst, here| {
        if let Op::Binary { op: BinaryOp::Add, x, y, .. } = &inst.op
            && here.of(y) == Some(Interval::exact(0))
        {
            let i = here.of(x).expect("an integer");
            found.push((i.low, i.high));
        }
    });
    found.sort_unstable();
    assert_eq!(found, [(0, 7), (0, 9), (0, 15), (0, 510), (0, 1 << 40), (1, 256), (100, 109)]);
}
