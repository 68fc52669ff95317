//! Arbitrary bytes through the formatter: no crash, no letter lost, edits that add up.
#![no_main]

use amigos_fuzz::worker;
use amigos_syntax::TextRange;
use amigos_syntax::format::edits::{apply, edits};
use amigos_syntax::format::range::{format_closed_block, format_new_line, format_range};
use amigos_syntax::format::{Options, format_file, format_fragment, format_what_parses};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    worker::run(data, || Box::new(format));
    Corpus::Keep
});

fn format(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for simplify in [false, true] {
        let options = Options { simplify };
        let formatted = format_what_parses(&text, options);
        assert_eq!(apply(&text, &edits(&text, &formatted)), formatted, "the edits add up");
        let _ = format_fragment(&text, options);
        if let Ok(formatted) = format_file(&text, options) {
            assert!(format_file(&formatted, options).is_ok(), "what was formatted parses");
        }
    }
    let mut at = text.len() / 2;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let _ = format_range(&text, TextRange::new(at as u32, text.len() as u32), Options::default());
    let _ = format_closed_block(&text, at as u32, Options::default());
    let _ = format_new_line(&text, at as u32, Options::default());
}
