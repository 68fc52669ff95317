//! The formatter beside gofmt (F1-F4): Go's own sources, the same with other white space, the goldens of Go's tests, and sources with
//! comments between any two tokens.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use amigos_syntax::format::{Options, format_file, format_fragment, format_what_parses};
use amigos_syntax::lex::lex;
use amigos_syntax::token::Tok;
use anyhow::{Context, Result, bail};

use crate::Arguments;
use crate::crash_suite::{Random, break_text};
use crate::oracle::go_files;
use crate::report::{Report, percent};
use crate::speed_suite::processor_seconds;

/// A text with a name for messages.
type Input = (String, Arc<str>);

/// Runs the suite.
pub fn run(args: &Arguments) -> Result<Report> {
    let src = args.goroot.join("src");
    let named = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).ok()?;
        Some((file.strip_prefix(&src).unwrap_or(file).display().to_string(), Arc::from(text)))
    };
    let is_test_data = |file: &PathBuf| file.components().any(|part| part.as_os_str() == "testdata");
    let all: Vec<Input> =
        go_files(&src).iter().filter(|f| !is_test_data(f) && args.wants(&f.display().to_string())).filter_map(named).collect();
    let is_std = |(name, _): &&Input| !name.starts_with("cmd/") && !name.contains("vendor/") && !name.ends_with("_test.go");
    let std: Vec<Input> = args.every(&all.iter().filter(is_std).cloned().collect::<Vec<_>>(), 40);
    let all = args.every(&all, 40);
    let oracle = build_oracle(args)?;
    let mut figures = Figures { out: args.out.join("format"), verbose: args.verbose, passed: true };
    let _ = std::fs::remove_dir_all(&figures.out);
    std::fs::create_dir_all(&figures.out)?;

    fixpoints(&mut figures, &std);
    compare(&mut figures, &oracle, "F1 all of Go's own sources as gofmt formats them", 100.0, &all)?;
    for mutation in Mutation::ALL {
        let changed: Vec<Input> = std.iter().map(|(name, text)| (name.clone(), mutation.of(text).into())).collect();
        compare(&mut figures, &oracle, &format!("F2 {}", mutation.name()), 99.5, &changed)?;
    }
    goldens(&mut figures, args)?;
    printer_inputs(&mut figures, args)?;
    let mut random = Random::new(args.seed());
    let commented: Vec<Input> = std.iter().map(|(name, text)| (name.clone(), add_comments(text, &mut random).into())).collect();
    compare(&mut figures, &oracle, "F4 comments between any tokens", 99.5, &commented)?;
    broken(&mut figures, &std, args.count(std.len(), 100), &mut random);
    let mut report = Report::new("format", "F1-F4");
    report.figure(format!("{} files of the standard library, {} of all sources", std.len(), all.len()));
    report.must(figures.passed);
    Ok(report)
}

struct Figures {
    out: PathBuf,
    verbose: bool,
    passed: bool,
}

impl Figures {
    /// Prints a line; `differences` are written to files, the first lines that differ printed.
    fn line(&mut self, title: &str, gate: f64, of: usize, differences: &[Difference], note: &str) {
        let same = of - differences.len();
        let percent = percent(same, of);
        let passed = percent >= gate;
        self.passed &= passed;
        println!("{title:<58} {same:>6} of {of:>6} alike {percent:>7.2} %{note}{}", if passed { "" } else { "  BELOW THE GATE" });
        for (i, difference) in differences.iter().enumerate() {
            if i < 200 {
                let _ = difference.save(&self.out, title, i);
            }
            if self.verbose && i < 25 {
                println!("  {}", difference.first());
            }
        }
    }
}

struct Difference {
    name: String,
    input: Arc<str>,
    theirs: String,
    ours: String,
}

impl Difference {
    /// The first line that differs.
    fn first(&self) -> String {
        let mut theirs = self.theirs.lines();
        for (at, ours) in self.ours.lines().enumerate() {
            match theirs.next() {
                Some(line) if line == ours => {}
                line => return format!("{}:{}: go {:?}, ours {ours:?}", self.name, at + 1, line.unwrap_or("(end)")),
            }
        }
        format!("{}: go goes on with {:?}", self.name, theirs.next().unwrap_or("nothing"))
    }

    fn save(&self, out: &Path, title: &str, index: usize) -> Result<()> {
        let folder = out.join(title.replace([' ', ',', ':', '\''], "-"));
        std::fs::create_dir_all(&folder)?;
        let base = format!("{index:03}_{}", self.name.replace('/', "_"));
        std::fs::write(folder.join(format!("{base}.input")), &*self.input)?;
        std::fs::write(folder.join(format!("{base}.go")), &self.theirs)?;
        std::fs::write(folder.join(format!("{base}.ours")), &self.ours)?;
        Ok(())
    }
}

fn ours(text: &str, options: Options) -> String {
    match format_file(text, options) {
        Ok(formatted) => formatted,
        Err(errors) => format!("// error: {:?}\n", errors.0.first().map(|e| e.message.to_string())),
    }
}

/// F1: what gofmt has formatted stays, and the speed on one thread.
fn fixpoints(figures: &mut Figures, std: &[Input]) {
    let begin = processor_seconds();
    let formatted: Vec<String> = std.iter().map(|(_, text)| ours(text, Options::default())).collect();
    let spent = Duration::from_secs_f64(processor_seconds() - begin);
    let pairs = std.iter().zip(formatted).filter(|((_, text), formatted)| **text != **formatted);
    let differences: Vec<Difference> =
        pairs.map(|((name, text), ours)| Difference { name: name.clone(), input: text.clone(), theirs: text.to_string(), ours }).collect();
    let bytes: usize = std.iter().map(|(_, text)| text.len()).sum();
    figures.line("F1 the standard library's files stay as they are", 100.0, std.len(), &differences, &speed(bytes, spent));
    // Debug builds say nothing about speed.
    if !cfg!(debug_assertions) && bytes > 5_000_000 && (bytes as f64) < 5.0e6 * spent.as_secs_f64() {
        println!("  slower than 5 MB/s");
        figures.passed = false;
    }
}

fn speed(bytes: usize, spent: Duration) -> String {
    format!(", {:.1} MB/s", bytes as f64 / 1e6 / spent.as_secs_f64().max(1e-9))
}

/// Compares with go/format; and checks that what we write keeps its tokens and stays when it is formatted again.
fn compare(figures: &mut Figures, oracle: &Path, title: &str, gate: f64, inputs: &[Input]) -> Result<()> {
    let (answers, spent) = ask(oracle, inputs)?;
    let mut differences = Vec::new();
    let (mut unstable, mut unstable_alike, mut spoiled, mut accepted, mut compared, mut bytes) =
        (Vec::new(), 0, Vec::new(), Vec::new(), 0, 0);
    let begin = Instant::now();
    let formatted: Vec<String> = inputs.iter().map(|(_, text)| ours(text, Options::default())).collect();
    let own_time = begin.elapsed();
    for (((name, text), theirs), ours_text) in inputs.iter().zip(&answers).zip(formatted) {
        bytes += text.len();
        // What Go rejects says nothing about formatting. (`//line` comments that are malformed are errors only there.)
        let Some(theirs) = theirs else {
            if !ours_text.starts_with("// error: ") {
                accepted.push(format!("{name}: go rejects it"));
            }
            continue;
        };
        compared += 1;
        let again = ours(&ours_text, Options::default());
        if again != ours_text {
            if *theirs == ours_text {
                unstable_alike += 1;
            } else {
                unstable.push(name.clone());
            }
        }
        if let Some(what) = lost(text, &ours_text) {
            spoiled.push(format!("{name}: {what}"));
        }
        if *theirs != ours_text {
            differences.push(Difference { name: name.clone(), input: text.clone(), theirs: theirs.clone(), ours: ours_text });
        }
    }
    figures.line(title, gate, compared, &differences, &format!("{} (go/format{})", speed(bytes, own_time), speed(bytes, spent)));
    println!(
        "  tokens kept in {} of {}; formatted again, {} change ({unstable_alike} more do with gofmt too)",
        inputs.len() - spoiled.len(),
        inputs.len(),
        unstable.len()
    );
    for what in spoiled.iter().chain(&unstable).chain(&accepted).take(10) {
        println!("  {what}");
    }
    figures.passed &= spoiled.is_empty() && unstable.is_empty();
    Ok(())
}

/// F4: files that don't parse, or not as they did: no crash, no letter lost or doubled, and formatted again nothing changes.
fn broken(figures: &mut Figures, std: &[Input], count: usize, random: &mut Random) {
    let mut differences = Vec::new();
    let letters = |text: &str| {
        let mut counts = [0u32; 128];
        text.bytes().filter(u8::is_ascii_alphanumeric).for_each(|b| counts[usize::from(b)] += 1);
        counts
    };
    for at in 0..count {
        let Some((name, text)) = std.get(at % std.len().max(1)) else { break };
        let text: Arc<str> = break_text(text, random).into();
        let format = || format_what_parses(&text, Options::default());
        let Ok(formatted) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(format)) else {
            differences.push(Difference { name: name.clone(), input: text, theirs: "no crash".into(), ours: "a crash".into() });
            continue;
        };
        let again = format_what_parses(&formatted, Options::default());
        // An import that is there twice now goes.
        if again != formatted || letters(&formatted) != letters(&text) && format_file(&text, Options::default()).is_err() {
            differences.push(Difference { name: name.clone(), input: text, theirs: again, ours: formatted });
        }
    }
    figures.line("F4 broken files", 99.5, count, &differences, "");
}

// ---- the real gofmt

fn build_oracle(args: &Arguments) -> Result<PathBuf> {
    let program = args.out.join("format-oracle");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/format.go");
    let mut build = Command::new(args.goroot.join("bin/go"));
    build.env("GOROOT", &args.goroot).env("GO111MODULE", "off").env("GOFLAGS", "").env("CGO_ENABLED", "0");
    let built = build.arg("build").arg("-o").arg(&program).arg(&source).status().context("cannot run go build")?;
    if !built.success() {
        bail!("go build of `{}` failed", source.display());
    }
    Ok(program.canonicalize()?)
}

/// What go/format makes of each text, `None` if it does not parse, and how long that took.
fn ask(oracle: &Path, inputs: &[Input]) -> Result<(Vec<Option<String>>, Duration)> {
    let mut child = Command::new(oracle)
        .env("GOMAXPROCS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run the oracle")?;
    let mut stdin = child.stdin.take().context("the oracle has no standard input")?;
    let texts: Vec<Arc<str>> = inputs.iter().map(|(_, text)| text.clone()).collect();
    let writer = std::thread::spawn(move || -> std::io::Result<()> {
        for text in texts {
            write!(stdin, "{}\n{text}", text.len())?;
        }
        Ok(())
    });
    let mut out = BufReader::new(child.stdout.take().context("the oracle has no standard output")?);
    let mut answers = Vec::with_capacity(inputs.len());
    let mut spent = Duration::ZERO;
    let mut line = String::new();
    loop {
        line.clear();
        if out.read_line(&mut line)? == 0 {
            break;
        }
        let line = line.trim();
        if let Some(micros) = line.strip_prefix("spent ") {
            spent = Duration::from_micros(micros.parse()?);
        } else if let Ok(len) = line.parse::<usize>() {
            let mut text = vec![0; len];
            out.read_exact(&mut text)?;
            answers.push(Some(String::from_utf8_lossy(&text).into_owned()));
        } else {
            answers.push(None);
        }
    }
    child.wait()?;
    let _ = writer.join();
    if answers.len() != inputs.len() {
        bail!("the oracle answered {} of {} texts", answers.len(), inputs.len());
    }
    Ok((answers, spent))
}

// ---- goldens

/// F3: the input and golden files of gofmt's own tests; those that rewrite code are left out.
fn goldens(figures: &mut Figures, args: &Arguments) -> Result<()> {
    let folder = args.goroot.join("src/cmd/gofmt/testdata");
    let (mut of, mut differences) = ([0, 0], [Vec::new(), Vec::new()]);
    for input in inputs(&folder)? {
        let text = std::fs::read_to_string(&input)?;
        let flags = text.lines().take(20).find_map(|l| l.trim().strip_prefix("//gofmt ")).unwrap_or("").trim();
        if flags.starts_with("-r") {
            continue;
        }
        let options = Options { simplify: flags.contains("-s") && !flags.contains("-stdin") };
        let golden = std::fs::read_to_string(input.with_extension("golden"))?;
        for text in [&text, &golden] {
            let formatted = if flags.contains("-stdin") { format_fragment(text, options) } else { format_file(text, options) };
            let formatted = formatted.unwrap_or_else(|e| format!("{:?}", e.0));
            let kind = usize::from(options.simplify);
            of[kind] += 1;
            if formatted != golden {
                let name = input.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let (input, theirs) = (Arc::from(text.as_str()), golden.clone());
                differences[kind].push(Difference { name, input, theirs, ours: formatted });
            }
        }
    }
    figures.line("F3 inputs and goldens of cmd/gofmt", 100.0, of[0], &differences[0], "");
    figures.line("F3 inputs and goldens of cmd/gofmt with -s", 100.0, of[1], &differences[1], "");
    Ok(())
}

fn inputs(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "input")).collect();
    files.sort();
    Ok(files)
}

/// F3: the inputs of go/printer's tests, beside the gofmt binary.
fn printer_inputs(figures: &mut Figures, args: &Arguments) -> Result<()> {
    let (mut of, mut differences) = (0, Vec::new());
    for input in inputs(&args.goroot.join("src/go/printer/testdata"))? {
        let text = std::fs::read_to_string(&input)?;
        let copy = figures.out.join("printer_input.go");
        std::fs::write(&copy, &text)?;
        for simplify in [false, true] {
            let mut gofmt = Command::new(args.goroot.join("bin/gofmt"));
            if simplify {
                gofmt.arg("-s");
            }
            let output = gofmt.arg(&copy).stdin(Stdio::null()).output().context("cannot run gofmt")?;
            let theirs = String::from_utf8_lossy(&output.stdout).into_owned();
            let ours = ours(&text, Options { simplify });
            of += 1;
            if theirs != ours {
                let name = input.file_name().unwrap_or_default().to_string_lossy().into_owned();
                differences.push(Difference { name, input: text.as_str().into(), theirs, ours });
            }
        }
    }
    figures.line("F3 inputs of go/printer, plain and with -s", 100.0, of, &differences, "");
    Ok(())
}

// ---- changes

/// Ways to change white space.
#[derive(Clone, Copy)]
enum Mutation {
    Flat,
    Padded,
    OddIndent,
    Spread,
}

impl Mutation {
    const ALL: [Mutation; 4] = [Mutation::Flat, Mutation::Padded, Mutation::OddIndent, Mutation::Spread];

    fn name(self) -> &'static str {
        match self {
            Mutation::Flat => "without indentation, blanks collapsed",
            Mutation::Padded => "blanks doubled, and inside brackets",
            Mutation::OddIndent => "tabs for blanks, odd indentation",
            Mutation::Spread => "more blank lines",
        }
    }

    fn of(self, text: &str) -> String {
        let pieces = pieces(text);
        let mut out = String::with_capacity(text.len() * 3 / 2);
        let mut end = 0;
        for (i, (start, stop, bracket)) in pieces.iter().enumerate() {
            let gap = &text[end..*start];
            let after_open = i > 0 && pieces[i - 1].2 == Some(true);
            self.gap(gap, after_open || *bracket == Some(false), i, &mut out);
            out.push_str(&text[*start..*stop]);
            end = *stop;
        }
        self.gap(&text[end..], false, 0, &mut out);
        out
    }

    fn gap(self, gap: &str, in_bracket: bool, index: usize, out: &mut String) {
        let mut lines = gap.split('\n');
        let before = lines.next().unwrap_or("");
        let rest: Vec<&str> = lines.collect();
        match self {
            Mutation::Flat => {
                if rest.is_empty() {
                    out.push_str(if before.is_empty() { "" } else { " " });
                } else {
                    rest.iter().for_each(|_| out.push('\n'));
                }
            }
            Mutation::Padded => {
                if rest.is_empty() {
                    out.push_str(before);
                    out.push_str(before);
                    if in_bracket {
                        out.push(' ');
                    }
                } else {
                    out.push_str(gap);
                }
            }
            Mutation::OddIndent => {
                if rest.is_empty() {
                    out.push_str(if before.is_empty() { "" } else { "\t" });
                } else {
                    rest.iter().for_each(|_| out.push('\n'));
                    out.push_str(["", " ", "   ", "\t  ", "\t\t\t"][index % 5]);
                }
            }
            Mutation::Spread => {
                out.push_str(before);
                for line in &rest {
                    out.push_str("\n\n");
                    out.push_str(line);
                }
            }
        }
    }
}

/// Where tokens and comments stand, in order; of brackets, whether they open.
fn pieces(text: &str) -> Vec<(usize, usize, Option<bool>)> {
    let lexed = lex(text);
    let bracket = |tok| match tok {
        Tok::LParen | Tok::LBrack | Tok::LBrace => Some(true),
        Tok::RParen | Tok::RBrack | Tok::RBrace => Some(false),
        _ => None,
    };
    let tokens = lexed.tokens.iter().filter(|t| t.end > t.start).map(|t| (t.start as usize, t.end as usize, bracket(t.tok)));
    let comments = lexed.comments.iter().map(|c| (c.range.start as usize, c.range.end as usize, None));
    let mut pieces: Vec<_> = tokens.chain(comments).collect();
    pieces.sort_unstable();
    pieces
}

/// The text with comments at some places between tokens.
fn add_comments(text: &str, random: &mut Random) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    let mut end = 0;
    for (start, stop, _) in pieces(text) {
        let gap = &text[end..start];
        match random.below(24) {
            0 => out.push_str(&format!("{gap}/* {} */", random.below(100))),
            1 => out.push_str(&format!("/* {} */{gap}", random.below(100))),
            2 if gap.contains('\n') => out.push_str(&format!(" // {}{gap}", random.below(100))),
            3 if random.below(8) == 0 && gap.contains('\n') => out.push_str(&format!("{gap}// {}\n", random.below(100))),
            4 if random.below(8) == 0 && gap.contains('\n') => out.push_str(&format!("{gap}/* a\n b */")),
            _ => out.push_str(gap),
        }
        out.push_str(&text[start..stop]);
        end = stop;
    }
    out.push_str(&text[end..]);
    out
}

/// What formatting changed besides white space, commas, semicolons, parentheses and the order of imports; comments may lose and gain
/// nothing but punctuation and white space.
fn lost(before: &str, after: &str) -> Option<String> {
    if let Some(error) = amigos_syntax::parse::parse_file(after).errors.first() {
        return Some(format!("syntax error: {}", error.message));
    }
    let tokens = |text: &str| -> (Vec<String>, Vec<String>) {
        let lexed = lex(text);
        let import_end = lexed.tokens.iter().rposition(|t| t.tok == Tok::Import).map_or(0, |at| {
            let close = lexed.tokens[at..].iter().position(|t| matches!(t.tok, Tok::RParen | Tok::Semi));
            let group = lexed.tokens.get(at + 1).is_some_and(|t| t.tok == Tok::LParen);
            let close = if group { lexed.tokens[at..].iter().position(|t| t.tok == Tok::RParen) } else { close };
            at + close.unwrap_or(0)
        });
        let skipped = |tok| matches!(tok, Tok::Semi | Tok::Comma | Tok::LParen | Tok::RParen);
        let word = |t: &amigos_syntax::lex::Token| {
            let text = t.range().of(text).replace('\r', "");
            match t.tok {
                Tok::Int | Tok::Float => text.to_lowercase(),
                Tok::Imag => text.to_lowercase().trim_start_matches(['0', '_']).to_owned(),
                _ => text,
            }
        };
        let (head, body) = lexed.tokens.split_at(import_end.min(lexed.tokens.len()));
        let mut imports: Vec<String> = head.iter().filter(|t| t.tok == Tok::String).map(word).collect();
        imports.sort();
        imports.dedup();
        (imports, body.iter().filter(|t| !skipped(t.tok)).map(word).collect())
    };
    let (imports, body) = tokens(before);
    let (imports_after, body_after) = tokens(after);
    if imports != imports_after {
        return Some("other imports".to_owned());
    }
    if body.len() != body_after.len() {
        return Some(format!("{} tokens became {}", body.len(), body_after.len()));
    }
    if let Some((a, b)) = body.iter().zip(&body_after).find(|(a, b)| a != b) {
        return Some(format!("`{a}` became `{b}`"));
    }
    let letters = |text: &str| {
        let mut letters: Vec<char> =
            lex(text).comments.iter().flat_map(|c| c.range.of(text).chars()).filter(|c| c.is_alphanumeric()).collect();
        letters.sort_unstable();
        letters
    };
    (letters(before) != letters(after)).then(|| "comments differ".to_owned())
}
