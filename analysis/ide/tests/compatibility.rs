//! A package and its version that is live: what the rules AM3007 and AM3008 rest on, and the beginning of a migration.

mod support;

use amigos_db::input::Root;
use amigos_db::query as q;
use amigos_db::resolve::package_key;
use amigos_rules::compat::{self, Step};
use amigos_syntax::format::{Options, format_file};
use support::Workspace;
use support::rules::all_findings;

const LIVE: &str = "//- hub.amigos.dev/test/shop/live.go live
package shop

type item struct {
	title string
	price uint64
	tags  []string
	prev  *item
}

var (
	items    = map[string]*item{}
	balances = map[amigos.Address]uint64{}
	Count    int
	old      []int8
	hooks    any
)

func Buy(id string) error { return nil }
";

const NEXT: &str = "//- hub.amigos.dev/test/shop/shop.go
package shop

type Amount uint64

type item struct {
	title string
	price Amount
	tags  []string
	prev  *item
	extra map[string]bool
}

var (
	items    = map[string]*item{}
	balances = map[amigos.Address]Amount{}
	Count    int
	fresh    string
	hooks    any
)

func Buy(id string, n Amount) error { return nil }
";

#[test]
fn a_migration_begins_with_what_can_be_read() {
    let workspace = Workspace::fixture(&format!("{NEXT}{LIVE}"));
    let analysis = workspace.analysis();
    let db = analysis.database();
    let new = Root::get(db).packages(db)[&package_key("hub.amigos.dev/test/shop", 1)];
    let old = q::live_version(db, new).expect("the live version");
    let comparison = compat::comparison(db, old, new);
    assert_eq!((comparison.step(), comparison.needs().as_str()), (Step::Major, "2.0.0"));
    let text = compat::migrate::skeleton(db, old, new, "hub.amigos.dev/test/shop@v1").expect("there is state");
    expect_test::expect![[r#"
        // Migrate fills the state of this version from that of hub.amigos.dev/test/shop@v1.
        //
        // It runs once, when this major version is deployed, which only the authority of the
        // old one may do; the same transaction closes the old one to writes for good. All of
        // it has to fit into the gas of that transaction: what is too large is moved by later
        // calls, which read the closed version.
        func Migrate(old amigos.Tree) error {
        	Count = int(old.Get("Count").Int())
        	// `balances` was `map[amigos.Address]uint64` and is `map[amigos.Address]Amount`.
        	balances = oldMap(old.Get("balances"))
        	// `fresh` is new: it has the value of its initialiser.
        	// `hooks` can't be read as a whole: take from old.Get("hooks") what is needed.
        	items = oldMapAgain(old.Get("items"))
        	// `old` (`[]int8`) is gone: old.Get("old") has its data.
        	return nil
        }

        // oldMap reads a value of type map[amigos.Address]Amount of the old version.
        func oldMap(old amigos.Tree) map[amigos.Address]Amount {
        	entries := map[amigos.Address]Amount{}
        	for _, key := range old.Keys() {
        		entries[amigos.Address(key)] = Amount(old.Get(key).Uint())
        	}
        	return entries
        }

        // oldMapAgain reads a value of type map[string]*item of the old version.
        func oldMapAgain(old amigos.Tree) map[string]*item {
        	entries := map[string]*item{}
        	for _, key := range old.Keys() {
        		entries[key] = oldReference(old.Get(key))
        	}
        	return entries
        }

        // oldReference reads a value of type *item of the old version.
        func oldReference(old amigos.Tree) *item {
        	if !old.Exists() {
        		return nil
        	}
        	value := oldItem(old)
        	return &value
        }

        // oldItem reads a value of type item of the old version.
        func oldItem(old amigos.Tree) item {
        	return item{
        		title: old.Get("title").String(),
        		// `price` was `uint64` and is `Amount`.
        		price: Amount(old.Get("price").Uint()),
        		tags:  oldList(old.Get("tags")),
        		prev:  oldReference(old.Get("prev")),
        	}
        }

        // oldList reads a value of type []string of the old version.
        func oldList(old amigos.Tree) []string {
        	var list []string
        	for i := range old.Len() {
        		list = append(list, old.Get(i).String())
        	}
        	return list
        }
    "#]]
    .assert_eq(&text);
    // It is Go, formatted, without errors.
    let whole = NEXT.split_once('\n').expect("a head").1.to_owned() + "\n" + &text;
    assert_eq!(format_file(&whole, Options::default()).expect("it is Go"), whole);
    let errors: Vec<String> = all_findings(&Workspace::single("shop.go", &whole))
        .into_iter()
        .map(|(_, d)| d)
        .filter(|d| !d.code.starts_with("AM"))
        .map(|d| d.message)
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn an_edit_of_a_body_compares_nothing_again() {
    let log = amigos_db::host::ExecutionLog::default();
    let mut workspace = Workspace::fixture_with_host(amigos_ide::AnalysisHost::logging(log.clone()), &format!("{NEXT}{LIVE}"));
    let before = workspace.diagnostics("shop.go");
    assert!(before.iter().any(|d| d.code == "AM3007") && before.iter().any(|d| d.code == "AM3008"), "{before:#?}");
    let text = workspace.text("shop.go").replace("error { return nil }", "error { Count++; return nil }");
    log.lock().unwrap().clear();
    workspace.edit("shop.go", &text);
    assert_eq!(workspace.diagnostics("shop.go").iter().filter(|d| d.code == "AM3007").count(), 1);
    let executed = log.lock().unwrap().join("\n");
    assert!(executed.contains("declaration_findings") && !executed.contains("comparison("), "{executed}");
}
