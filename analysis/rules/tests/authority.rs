//! Who can call a function with effect, by the form of the guard.

mod support;

use amigos_rules::authority::entries;
use support::Program;

const PROGRAM: &str = "//- hub.amigos.dev/test/access/access.go
package access

var admins = map[amigos.Address]bool{}
var first amigos.Address

func Has(who amigos.Address) bool { return who == first || admins[who] }

func Assert(who amigos.Address) {
	if !Has(who) {
		panic(\"no\")
	}
}

//- hub.amigos.dev/test/ownable/ownable.go library
package ownable

type Owner struct{ Of amigos.Address }

func (o Owner) Assert(who amigos.Address) {
	if o.Of != who {
		panic(\"not the owner\")
	}
}

//- hub.amigos.dev/test/example/example.go
package example

import (
	\"errors\"
	\"slices\"

	\"hub.amigos.dev/test/access\"
	\"hub.amigos.dev/test/ownable\"
)

type Role int

const admin Role = 2

type call struct {
	who  amigos.Address
	what int
}

var owner amigos.Address
var owned ownable.Owner
var n int
var list []amigos.Address
var roles = map[amigos.Address]Role{}
var sets = map[string]map[amigos.Address]bool{}
var balances = map[amigos.Address]int{}

func onlyOwner() {
	if msg.Sender != owner {
		panic(\"no\")
	}
}

func assertOwner() { amigos.Assert(msg.Sender == owner, \"no\") }

func checkOwner() error {
	if msg.Sender != owner {
		return errors.New(\"no\")
	}
	return nil
}

func only(who amigos.Address) {
	if who != owner {
		panic(\"no\")
	}
}

func isOwner() bool { return msg.Sender == owner }

func isThis(who amigos.Address) bool { return who == owner }

func Owner() amigos.Address { return owner }

";

/// A body and who can call it.
const FORMS: &[(&str, &str)] = &[
    ("n = 1", "anyone"),
    ("if msg.Sender != owner { panic(1) }; n = 1", "only `owner`"),
    ("if msg.Sender == owner { n = 1 }", "only `owner`"),
    ("if owner != msg.Sender { return }; n = 1", "only `owner`"),
    ("if n == 7 || msg.Sender == owner { return }; n = 1", "anyone"),
    ("onlyOwner(); n = 1", "only `owner`"),
    ("assertOwner(); n = 1", "only `owner`"),
    ("only(msg.Sender); n = 1", "only `owner`"),
    ("only(owner); n = 1", "anyone"),
    ("if err := checkOwner(); err != nil { return }; n = 1", "only `owner`"),
    ("if checkOwner() != nil { return }; n = 1", "only `owner`"),
    ("_ = checkOwner(); n = 1", "anyone"),
    ("if !isOwner() { return }; n = 1", "only `owner`"),
    ("if isOwner() { return }; n = 1", "anyone"),
    ("isOwner(); n = 1", "anyone"),
    ("if !isThis(msg.Sender) { return }; n = 1", "only `owner`"),
    ("ok := isOwner(); if !ok { return }; n = 1", "only `owner`"),
    ("caller := msg.Sender; if caller != owner { return }; n = 1", "only `owner`"),
    ("c := call{who: msg.Sender, what: 1}; if c.who != owner { return }; n = c.what", "only `owner`"),
    ("c := call{who: msg.Sender, what: 1}; if c.what != 1 { return }; n = 1", "anyone"),
    ("if msg.Sender != Owner() { return }; n = 1", "only `owner`"),
    ("if roles[msg.Sender] != admin { return }; n = 1", "only `roles`"),
    ("if roles[msg.Sender] == admin { return }; n = 1", "anyone, for what is theirs"),
    ("if !sets[\"admin\"][msg.Sender] { return }; n = 1", "only `sets`"),
    ("if _, ok := roles[msg.Sender]; !ok { return }; n = 1", "only `roles`"),
    ("if !slices.Contains(list, msg.Sender) { return }; n = 1", "only `list`"),
    ("if slices.Contains(list, msg.Sender) { return }; n = 1", "anyone"),
    ("access.Assert(msg.Sender); n = 1", "only `access`"),
    ("if !access.Has(msg.Sender) { return }; n = 1", "only `access`"),
    ("access.Has(msg.Sender); n = 1", "anyone"),
    ("owned.Assert(msg.Sender); n = 1", "only `owned`"),
    ("if msg.Sender != owner && !isThis(msg.Sender) { panic(1) }; n = 1", "only `owner`"),
    ("if n == 7 || msg.Sender != owner { return }; n = 1", "only `owner`"),
    ("if n == 7 || msg.Sender == owner { n = 1 }", "anyone"),
    ("if n == 7 && msg.Sender == owner { n = 1 }", "only `owner`"),
    ("if n == 7 && msg.Sender != owner { return }; n = 1", "anyone"),
    ("if msg.Sender != amigos.Self() { panic(1) }; n = 1", "only this package"),
    ("balances[msg.Sender] = 1", "anyone, for what is theirs"),
    ("_ = n", "changes nothing"),
];

#[test]
fn guards_of_all_forms() {
    let mut wrong = Vec::new();
    for (body, wanted) in FORMS {
        let source = format!(
            "{PROGRAM}func F() {{\n{body}\n}}\n\nvar _ = slices.Contains[[]int]\nvar _ = access.Has\nvar _ ownable.Owner\nvar _ errors.ErrUnsupported\n"
        );
        let source = source.replace("var _ errors.ErrUnsupported", "var _ = errors.New");
        let program = Program::new(&source);
        let errors = program.errors();
        let who = entries(&program.db, program.package("hub.amigos.dev/test/example"));
        let found = who.iter().find(|e| e.name.as_str() == "F").map(|e| e.who.text()).unwrap_or_default();
        if found != *wanted || !errors.is_empty() {
            wrong.push(format!("{body}: {found}, not {wanted} {errors:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_migration_is_nobodys_to_call() {
    let program = Program::new(
        "package example\n\nvar n int64\n\nfunc Migrate(old amigos.Tree) error {\n\tn = old.Get(\"n\").Int()\n\treturn nil\n}\n\nfunc Get() int64 { return n }\n",
    );
    let names: Vec<String> =
        entries(&program.db, program.package("hub.amigos.dev/test/example")).iter().map(|e| e.name.to_string()).collect();
    assert_eq!(names, ["Get"]);
}
