//! Arbitrary bytes through the lexer, the splitter, the parser and the printer.
#![no_main]

use amigos_fuzz::worker;
use amigos_syntax::ast::DeclKind;
use amigos_syntax::print::{expr_string, signature_string};
use amigos_syntax::{GoVersion, ast, file, lex, parse_decl, split, text};
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|data: &[u8]| -> Corpus {
    worker::run(data, || Box::new(parse));
    Corpus::Keep
});

fn parse(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let inside = |range: amigos_syntax::TextRange, len: usize, what: &str| {
        assert!(range.start <= range.end && range.end as usize <= len, "{what} {range:?} outside of {len} bytes");
    };
    for token in &lex::lex(&text).tokens {
        inside(token.range(), text.len(), "token");
    }
    let lines = text::LineIndex::new(&text);
    let chunks = split::split(&text);
    let mut end = 0;
    for chunk in &chunks {
        assert_eq!(chunk.start, end, "chunks leave nothing out");
        end = chunk.end;
        let own = chunk.text(&text);
        let decl = parse_decl(own, GoVersion::DEFAULT);
        for error in &decl.errors {
            // What is missing at the end is reported just behind it.
            inside(error.range, own.len() + 1, "error");
            let at = lines.line_col(&text, error.range.start + chunk.start);
            let _ = lines.offset(&text, at);
        }
        tree(&decl.sig, own.len());
        for body in decl.bodies.iter() {
            tree(&body.ast, own.len());
        }
        if let DeclKind::Func(func) = &decl.kind {
            let _ = signature_string(&decl.sig, &func.ty);
        }
    }
    assert_eq!(end as usize, text.len(), "chunks leave nothing out");
    let _ = file::file_head(&text, &chunks);
    let _ = file::file_errors(&text, &chunks);
}

fn tree(ast: &ast::Ast, len: usize) {
    // Printing every expression costs the square of the nesting: the outermost of each place are enough.
    let mut behind = 0;
    for i in (0..ast.exprs.len()).rev() {
        let expr = &ast.exprs[i];
        assert!(expr.range.start <= expr.range.end && expr.range.end as usize <= len + 1, "{:?} outside of {len} bytes", expr.range);
        if behind < 200 {
            let _ = expr_string(ast, ast::ExprId(i as u32));
            behind += 1;
        }
    }
    for stmt in &ast.stmts {
        assert!(stmt.range.start <= stmt.range.end && stmt.range.end as usize <= len + 1, "{:?} outside of {len} bytes", stmt.range);
    }
}
