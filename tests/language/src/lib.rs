//! The language of contracts as executable pages: the Markdown files beside this crate are its specification and its test. Prose explains; fenced blocks are
//! run by `cargo test -p language-pages`.
//!
//! Each `##` section is a world of its own. In it,
//! * ` ```go path=hub.amigos.dev/a/b ` is a file of a contract (`library` makes it a library, `file=x.go` names the file, `major=2` its major). A comment
//!   `// error CODE "part of the message"` wants exactly that finding on its line; findings that nobody wants fail the page.
//! * ` ```go fragment="func F(userID string) amigos.Tree" returns="userPosts" ` is code of the founding document: what stands around it is added, no line of it changed;
//! * ` ```contracts ` puts the project's contracts into the world;
//! * ` ```calls ` deploys what is new, in order, and calls: `from alice` sets who signs, `pkg.F(args) → results` (or `→ panic "text"`, `→ error "text"`, `→ gas`), `pkg.Path = value`
//!   compares state, `output "text"` compares what was printed, `event pkg.Name` wants an event of the last call.
//!
//! * ` ```go profile=go ` is a program of plain Go, see [`plain`]; the pages `go-*.md` go through the Go specification with such programs, and
//!   `sections.txt` lists its sections.
//!
//! Start reading at [`page`] (what a page is), then [`world`] (how it is run).

pub use program_conformance::{machine, page, plain};

pub mod world;
