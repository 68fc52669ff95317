//! What go/types records, beside what we do (C5), on the whole standard library: types and values of expressions, what identifiers declare
//! and refer to, selections, instances, what is declared without an identifier, and the order of initialisation.

use std::io::{BufRead, BufReader};
use std::process::ChildStdout;

use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_types::world::{Options, World};
use anyhow::Result;

use crate::our_facts::{Package, collect};
use crate::report::{Report, percent};
use crate::{Arguments, goroot, oracle, std_suite};

const KINDS: [(char, &str); 6] =
    [('T', "types and values"), ('D', "definitions"), ('U', "uses"), ('S', "selections"), ('N', "instances"), ('I', "implicit objects")];

#[derive(Default, Clone)]
struct Tally {
    same: usize,
    all: usize,
}

/// Runs the suite.
pub fn run(args: &Arguments) -> Result<Report> {
    let mut wanted = std_suite::standard_packages(args);
    wanted.retain(|path| goroot::load(&args.goroot, path).is_ok());
    if args.sample {
        wanted = args.every(&wanted, 6);
    }
    let input = wanted.join("\n");
    let mut child = oracle::Program::build(args, "facts")?.start(input)?;
    let mut lines = BufReader::with_capacity(1 << 20, oracle::output(&mut child)?);
    let root = args.goroot.clone();
    let world = World::new(Box::new(move |path| goroot::load(&root, path)));
    let mut tallies = vec![Tally::default(); KINDS.len()];
    let mut orders = Tally::default();
    let mut report = Report::new("facts", "C5");
    while let Some((path, go)) = next_package(&mut lines)? {
        let Ok(files) = goroot::load(&args.goroot, &path) else { continue };
        let checked = world.check(PkgKey(Name::new(&path)), files, Options { go_minor: 27, natives: true });
        let ours = collect(&world, &checked);
        orders.all += 1;
        if ours.order == go.order {
            orders.same += 1;
        } else {
            report.difference(&path, || format!("order\n  go   {:?}\n  ours {:?}", go.order, ours.order));
        }
        for (key, fact) in &go.facts {
            let Some(at) = KINDS.iter().position(|k| k.0 == key.0) else { continue };
            tallies[at].all += 1;
            let own = ours.facts.get(key);
            if own == Some(fact) {
                tallies[at].same += 1;
                continue;
            }
            let (file, start, end) = &key.1;
            let own = own.map_or("nothing", String::as_str);
            report.difference(&format!("{path}/{file}:{start}-{end}"), || format!("{}\n  go   {fact}\n  ours {own}", key.0));
        }
    }
    child.wait()?;
    for (tally, (_, what)) in tallies.iter().zip(KINDS) {
        report.figure(format!("{what} {:.3} % of {}", percent(tally.same, tally.all), tally.all));
        report.must(percent(tally.same, tally.all) >= 99.99);
    }
    report.figure(format!("order of initialisation {} of {} packages", orders.same, orders.all));
    report.must(orders.same == orders.all && orders.all == wanted.len());
    Ok(report)
}

/// The next package that the oracle tells about.
fn next_package(lines: &mut BufReader<ChildStdout>) -> Result<Option<(String, Package)>> {
    let mut result = Package::default();
    let mut path = String::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&line);
        let fields: Vec<&str> = text.trim_end_matches('\n').split('\t').collect();
        match fields.as_slice() {
            ["P", name] => path = (*name).to_string(),
            ["E"] => return Ok(Some((path, result))),
            ["O", names] => result.order.push((*names).to_string()),
            [kind, file, start, end, rest @ ..] => {
                let (Ok(start), Ok(end)) = (start.parse(), end.parse()) else { continue };
                let kind = kind.chars().next().unwrap_or('T');
                result.facts.insert((kind, ((*file).to_string(), start, end)), rest.join("\t").trim_end().to_string());
            }
            _ => {}
        }
    }
}
