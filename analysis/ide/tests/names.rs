//! Names in comments, of packages, through interfaces and of function values; and what is shown where an execution stopped.

mod support;

use amigos_ide::*;
use support::{Workspace, apply};

/// The lines that renaming what is at `$0` changes.
fn renamed(fixture: &str, new: &str) -> Vec<String> {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let edits = workspace.analysis().rename(file, at, new).expect("not cancelled").expect("it can be renamed");
    let mut out = Vec::new();
    for id in workspace.ids() {
        let text = workspace.of(id).1.to_owned();
        let after = apply(&text, edits.iter().filter(|e| e.file == id).cloned().collect());
        out.extend(text.lines().zip(after.lines()).filter(|(a, b)| a != b).map(|(_, b)| b.trim().to_owned()));
    }
    out
}

#[test]
fn renaming_in_the_doc_comment_of_a_declaration() {
    assert_eq!(
        renamed("package a\n\n// Post posts. A Post is no Poster.\n//\n//go:note Post\nfunc $0Post() {}\n", "Send"),
        ["// Send posts. A Send is no Poster.", "func Send() {}"]
    );
    assert_eq!(
        renamed("package a\n\n// The limits: low and high.\nconst (\n\t$0low  = 1 // low\n\thigh = 2\n)\n", "least"),
        ["// The limits: least and high.", "least  = 1 // low"]
    );
    assert_eq!(
        renamed("package a\n\ntype T struct {\n\t// name of T\n\t$0name string // the name\n}\n", "title"),
        ["// title of T", "title string // the name"]
    );
    assert_eq!(renamed("package a\n\ntype I interface {\n\t// Get gets.\n\t$0Get() int\n}\n", "Read"), ["// Read gets.", "Read() int"]);
    assert_eq!(
        renamed("package a\n\nfunc f() int {\n\t// n counts\n\t$0n := 1\n\treturn n\n}\n", "count"),
        ["// count counts", "count := 1", "return count"]
    );
    assert_eq!(renamed("package a\n\n// f takes x.\nfunc f($0x int) int { return x }\n", "y"), ["func f(y int) int { return y }"]);
}

#[test]
fn renaming_in_links() {
    let two = "//- hub.amigos.dev/test/b/b.go\npackage b\n\n// See [Post], [*Post] and [Post.Send], not Post or [Posts].\nvar X int\n\ntype $0Post struct{}\n\nfunc (Post) Send() {}\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport \"hub.amigos.dev/test/b\"\n\n// F takes a [b.Post]; [Post] is another.\nfunc F(b.Post) {}\n";
    assert_eq!(
        renamed(two, "Note"),
        [
            "// See [Note], [*Note] and [Note.Send], not Post or [Posts].",
            "type Note struct{}",
            "func (Note) Send() {}",
            "// F takes a [b.Note]; [Post] is another.",
            "func F(b.Note) {}"
        ]
    );
    assert_eq!(
        renamed(&two.replace("$0", "").replace(") Send", ") $0Send"), "Put"),
        ["// See [Post], [*Post] and [Post.Put], not Post or [Posts].", "func (Post) Put() {}"]
    );
    let import = "package a\n\nimport \"strings\"\n\n// F is [strings.ToUpper].\nfunc F() string { return $0strings.ToUpper(\"a\") }\n";
    assert_eq!(
        renamed(import, "text"),
        ["import text \"strings\"", "// F is [text.ToUpper].", "func F() string { return text.ToUpper(\"a\") }"]
    );
    // A file that does not parse keeps the rest.
    assert_eq!(renamed("package a\n\n// P is p.\nvar $0P = 1\n\nfunc broken( {\n", "Q"), ["// Q is p.", "var Q = 1"]);
}

/// Line and column of what `find` says.
fn places(fixture: &str, find: impl Fn(&Analysis, FileId, u32) -> Vec<(FileId, u32)>) -> Vec<String> {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    find(&workspace.analysis(), file, at).into_iter().map(|(id, at)| workspace.position(id, at)).collect()
}

fn references(fixture: &str) -> Vec<String> {
    places(fixture, |a, file, at| a.references(file, at).expect("not cancelled").into_iter().map(|r| (r.file, r.range.start)).collect())
}

fn implementation(fixture: &str) -> Vec<String> {
    places(fixture, |a, file, at| {
        let place = |t: Target| match t.place {
            Place::File(id) => Some((id, t.focus.start)),
            Place::Std(..) => None,
        };
        a.implementation(file, at).expect("not cancelled").into_iter().filter_map(place).collect()
    })
}

#[test]
fn references_of_a_packages_name_are_those_of_the_file() {
    let text = "//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport \"strings\"\n\nvar x = $0strings.ToUpper(strings.ToLower(\"\"))\n\n//- hub.amigos.dev/test/a/b.go\npackage a\n\nimport \"strings\"\n\nvar y = strings.ToUpper(\"\")\n";
    assert_eq!(references(text), ["a.go:3:8", "a.go:5:9", "a.go:5:25"]);
    let named = "package a\n\nimport str \"strings\"\n\nvar x = $0str.ToUpper(\"\")\n";
    assert_eq!(references(named), ["main.go:3:8", "main.go:5:9"]);
    // Predeclared packages have no import.
    assert_eq!(
        references("package a\n\nfunc F() int64 { return $0amigos.Height() + amigos.Height() }\n"),
        ["main.go:3:25", "main.go:3:43"]
    );
}

#[test]
fn references_of_methods_through_interfaces() {
    let text = "package a\n\ntype I interface{ M() }\n\ntype T struct{}\n\nfunc (T) $0M() {}\n\nfunc F(i I, t T) {\n\ti.M()\n\tt.M()\n}\n\ntype U struct{}\n\nfunc (U) M(int) {}\n";
    assert_eq!(references(text), ["main.go:7:10", "main.go:10:4", "main.go:11:4"]);
    let interface = text.replace("$0", "").replace("{ M()", "{ $0M()");
    assert_eq!(references(&interface), ["main.go:3:19", "main.go:10:4", "main.go:11:4"]);
}

#[test]
fn functions_that_a_value_can_be() {
    let text = "package a\n\nfunc up(x int) int { return x + 1 }\n\nfunc other(s string) {}\n\ntype T struct{}\n\nfunc (T) down(x int) int { return x - 1 }\n\nvar f = func(y int) int { return y }\n\nfunc apply(g func(int) int) int {\n\treturn g($01)\n}\n";
    assert_eq!(implementation(text), ["main.go:3:1", "main.go:9:1", "main.go:11:9"]);
    // A function called by its name is itself; a conversion and half a call are nothing.
    for call in ["up($01)", "int($01)", "len($0\"\")", "nothing($01)", "g($0"] {
        assert_eq!(implementation(&text.replace("g($01)", call)).len(), usize::from(call == "g($0") * 3, "{call}");
    }
}

fn values(fixture: &str) -> Vec<String> {
    let workspace = Workspace::fixture(fixture);
    let (file, at) = workspace.at();
    let whole = TextRange::new(0, workspace.of(file).1.len() as u32);
    let found = workspace.analysis().inline_values(file, whole, at).expect("not cancelled");
    found.iter().map(|v| format!("{} {}", workspace.position(file, v.range.start), v.name)).collect()
}

#[test]
fn values_where_an_execution_stopped() {
    // Parameters, results and locals up to it, each once a line.
    assert_eq!(
        values("package a\n\nfunc F(n int) (sum int) {\n\tx := n + n\n\t$0sum = x\n\tlate := 1\n\t_ = late\n\treturn\n}\n"),
        ["main.go:3:8 n", "main.go:3:16 sum", "main.go:4:2 x", "main.go:4:7 n", "main.go:5:2 sum"]
    );
    // What is out of scope is not shown; functions, types and constants are no variables.
    assert_eq!(
        values("package a\n\nconst c = 1\n\nfunc F() {\n\t{\n\t\tx := c\n\t\t_ = x\n\t}\n\ty := F\n\t$0_ = y\n}\n"),
        ["main.go:10:2 y"]
    );
    // In a literal its own variables and those around it.
    assert_eq!(
        values("package a\n\nfunc F() {\n\ta := 1\n\tf := func(b int) {\n\t\t$0_ = a + b\n\t}\n\tf(a)\n}\n"),
        ["main.go:4:2 a", "main.go:5:12 b"]
    );
    assert_eq!(values("package a\n\nfunc (t T) M() {\n\t$0\n}\n\ntype T struct{}\n"), ["main.go:3:7 t"]);
    assert_eq!(values("package a\n\nvar x = $01\n"), [] as [&str; 0]);
    assert_eq!(values("package a\n\nfunc F() {\n\tx := 1\n\tif x > {\n\t$0}\n"), ["main.go:4:2 x", "main.go:5:5 x"]);
    assert_eq!(values("package a\n\nfunc F(_ int) { $0 }\n"), [] as [&str; 0]);
    assert_eq!(values("$0"), [] as [&str; 0]);
}

#[test]
fn types_in_hovers_are_written_as_the_file_writes_them() {
    let signature = |fixture: &str| {
        let workspace = Workspace::fixture(fixture);
        let (file, at) = workspace.at();
        workspace.analysis().hover(file, at).expect("not cancelled").map(|h| h.signature).unwrap_or_default()
    };
    let two = "//- hub.amigos.dev/test/b/b.go\npackage b\n\ntype Post struct{}\n\nfunc Make() *Post { return nil }\n\nfunc (p *Post) With(q *Post) Post { return *q }\n\nvar All []Post\n\n//- hub.amigos.dev/test/a/a.go\npackage a\n\nimport lib \"hub.amigos.dev/test/b\"\n\n";
    for (code, wanted) in [
        ("var $0x = lib.Make()\n", "var x *lib.Post"),
        ("var x = lib.$0Make()\n", "func lib.Make() *lib.Post"),
        ("var x = lib.$0All\n", "var lib.All []lib.Post"),
        ("var x = lib.Make().$0With(nil)\n", "func (p *lib.Post) With(q *lib.Post) lib.Post"),
        ("func f($0p lib.Post) {}\n", "var p lib.Post"),
        ("func f() { $0p := lib.Make(); _ = p }\n", "var p *lib.Post"),
    ] {
        assert_eq!(signature(&format!("{two}{code}")), wanted, "{code}");
        let plain = two.replace("import lib ", "import ") + &code.replace("lib.", "b.");
        assert_eq!(signature(&plain), wanted.replace("lib.", "b."), "{code}");
    }
}
