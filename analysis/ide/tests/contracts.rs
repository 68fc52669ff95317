//! The contracts and the standard library as the product sees them: no findings, and all of it becomes MIR.

mod support;

use amigos_db::input::{Origin as DbOrigin, Root};
use amigos_mir::mir::{Body, Op};
use support::contracts;

#[test]
fn contracts_have_no_findings() {
    let (host, files) = contracts();
    let analysis = host.analysis();
    let mut found = Vec::new();
    for (name, id) in &files {
        for d in analysis.diagnostics(*id).expect("not cancelled") {
            found.push(format!("{name}:{:?} {} {}", d.range, d.code, d.message));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

fn unsupported(body: &Body, out: &mut Vec<String>) {
    for inst in body.blocks.iter().flat_map(|b| &b.insts) {
        if let Op::Unsupported { what } = &inst.op {
            out.push(format!("{}.{}: {what}", body.func.pkg.0, body.func.name));
        }
    }
    body.closures.iter().for_each(|c| unsupported(c, out));
}

#[test]
fn contracts_and_std_become_mir() {
    let (host, _) = contracts();
    let analysis = host.analysis();
    let db = analysis.database();
    let mut missing = Vec::new();
    let mut packages: Vec<_> = Root::get(db).packages(db).values().copied().collect();
    packages.sort_by_key(|p| p.key(db));
    let mut functions = 0;
    for package in packages {
        let key = package.key(db).0;
        if package.origin(db) == DbOrigin::Std {
            let errors: Vec<String> = amigos_db::query::package_decls(db, package)
                .iter()
                .flat_map(|d| amigos_db::diagnostics::decl_errors(db, package, *d))
                .map(|e| e.message.to_string())
                .collect();
            assert!(errors.is_empty(), "{key}: {errors:#?}");
        }
        match amigos_mir::query::package_mir(db, package) {
            Some(mir) => {
                functions += mir.funcs.len();
                let mut bodies: Vec<_> = mir.funcs.values().collect();
                bodies.sort_by_key(|b| b.func);
                bodies.into_iter().for_each(|b| unsupported(b, &mut missing));
            }
            None => missing.push(format!("{key} has errors")),
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(functions > 400, "only {functions} functions");
}
