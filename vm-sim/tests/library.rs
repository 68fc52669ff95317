//! Programs that use the standard library widely, against what they print with Go.

mod support;

use expect_test::expect_file;
use support::run;

#[test]
fn formatting() {
    expect_file!["library/formatting.txt"].assert_eq(&run(include_str!("library/formatting.go")));
}

#[test]
fn texts() {
    expect_file!["library/texts.txt"].assert_eq(&run(include_str!("library/texts.go")));
}

#[test]
fn numbers() {
    expect_file!["library/numbers.txt"].assert_eq(&run(include_str!("library/numbers.go")));
}
