//! Deployment: who may put what under which path, and what is recorded of it.

use crate::address::{Address, short};
use crate::exec::{Before, Executor, Outcome, Refusal, Status, World, guarded, refuse_closed};
use crate::package::{Deployed, PackageRecord, PackageSource, PathRecord, Version, VersionRecord, hash_text, identity, split_identity};
use crate::proto::MsgDeploy;
use crate::state::{View, key};
use crate::store::StoreError;
use crate::tx::{TxError, code};

/// Gas of a deployment besides what its initialisers use.
pub fn deployment_gas(source: usize) -> u64 {
    50_000 + 8 * source as u64
}

fn refused(message: impl Into<String>) -> TxError {
    TxError::new(code::REFUSED, message)
}

fn broken(error: StoreError) -> TxError {
    TxError::new(code::INTERNAL, error.to_string())
}

/// Checks a deployment and records it; runs its initialisers. The caller keeps or undoes the view's layer.
pub fn deploy(
    message: &MsgDeploy,
    sender: Address,
    gas_limit: u64,
    view: &mut View,
    executor: &dyn Executor,
) -> Result<(Outcome, Deployed), TxError> {
    let source = PackageSource::new(&message.path, &message.version, message.library, message.files.clone(), message.lock.clone())
        .map_err(refused)?;
    let gas = deployment_gas(source.size());
    if gas > gas_limit {
        return Err(TxError::new(
            code::OUT_OF_GAS,
            format!("deploying {} bytes of source takes {gas} gas, but the limit is {gas_limit}", source.size()),
        ));
    }
    let name = source.identity();
    check_place(&source, view)?;
    let record = view.package_record(&name).map_err(broken)?;
    check_authority(&source, record.as_ref(), sender, view)?;
    check_lock(&source, view)?;
    let previous = match record.as_ref().and_then(PackageRecord::live) {
        None => None,
        Some(live) => view.deployed(&name, &live.version, live.height).map_err(broken)?,
    };
    let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| executor.check(&source, previous.as_deref(), view)))
        .map_err(|_| TxError::new(code::BROKEN, format!("checking `{name}` failed unexpectedly; this is a defect of amigos")))?
        .map_err(|refusal| refused(describe(&name, &refusal)))?;
    check_imports(&source, &checked.imports)?;
    let moves = if checked.migrates && record.is_none() { moves_from(&source, view)? } else { None };

    let rules = executor.rules();
    let height = view.height();
    let deployed = Deployed {
        path: source.path.clone(),
        version: source.version.to_string(),
        library: source.library,
        files: source.files.clone(),
        lock: source.lock.clone(),
        hash: source.hash.to_vec(),
        api: checked.api,
        layout: checked.layout,
        bytecode: checked.bytecode,
        compiler: rules.compiler,
        gas_table: rules.gas,
        rules: rules.rules,
        height,
        author: sender.to_string(),
    };
    let mut record = match record {
        Some(record) => record,
        None => new_record(&source, sender, &message.authority, view)?,
    };
    record.versions.push(VersionRecord { version: deployed.version.clone(), hash: deployed.hash.clone(), height });
    view.put_record(key::package(&name), &record);
    view.put_record(key::deployed(&name, &deployed.version), &deployed);
    view.note_deployment(&deployed).map_err(broken)?;

    let before = match (&previous, &moves) {
        (Some(previous), _) => Before::Version(previous),
        (None, Some(old)) => Before::Major(old),
        (None, None) => Before::Nothing,
    };
    let mut outcome = refuse_closed(guarded(|| executor.initialise(&deployed, before, sender, gas_limit - gas, view)), view);
    outcome.gas_used += gas;
    if outcome.status == Status::Done {
        apply(&outcome, view).map_err(broken)?;
        if let Some(old) = moves {
            close(&old, &name, view)?;
        }
    }
    Ok((outcome, deployed))
}

/// The earlier major whose state a new one with `Migrate` takes over: the highest. `None` if there is none, or no contract.
fn moves_from(source: &PackageSource, view: &View) -> Result<Option<String>, TxError> {
    let majors = view.majors_of(&source.path).map_err(broken)?;
    let Some(major) = majors.into_iter().filter(|major| *major < source.version.major).max() else { return Ok(None) };
    let old = identity(&source.path, major);
    match view.package_record(&old).map_err(broken)? {
        Some(record) if record.closed => {
            Err(refused(format!("`{old}` is closed: its state has moved to a later major version, and `Migrate` has nothing to move")))
        }
        Some(record) if !record.library => Ok(Some(old)),
        _ => Ok(None),
    }
}

/// Closes an earlier major to writes; its coins go to the one that has taken its state over.
fn close(old: &str, new: &str, view: &mut View) -> Result<(), TxError> {
    let Some(record) = view.package_record(old).map_err(broken)? else { return Ok(()) };
    view.close(record);
    let (from, to) = (Address::of_package(old), Address::of_package(new));
    let coins = view.account(&from).map_err(broken)?.unwrap_or_default().balance;
    view.transfer(&from, &to, coins).map_err(broken).map(drop)
}

/// Writes what a call did to the view.
pub fn apply(outcome: &Outcome, view: &mut View) -> Result<(), StoreError> {
    for write in &outcome.writes {
        if !view.write(&write.package, write.key.clone(), write.value.clone())? {
            return Err(StoreError::Engine(format!("a call wrote to `{}`, which is not deployed", write.package)));
        }
    }
    for (address, balance) in &outcome.balances {
        view.set_balance(address, *balance)?;
    }
    Ok(())
}

fn new_record(source: &PackageSource, sender: Address, authority: &str, view: &mut View) -> Result<PackageRecord, TxError> {
    let authority = match authority {
        "" => sender,
        text => text.parse().map_err(refused)?,
    };
    let mut path = PathRecord { majors: view.majors_of(&source.path).map_err(broken)? };
    path.majors.push(source.version.major);
    path.majors.sort_unstable();
    view.put_record(key::path(&source.path), &path);
    for (at, _) in source.path.match_indices('/') {
        view.put_record(key::folder(&source.path[..at]), &PathRecord { majors: vec![1] });
    }
    Ok(PackageRecord {
        number: view.number_package(&source.identity()).map_err(broken)?,
        path: source.path.clone(),
        major: source.version.major,
        library: source.library,
        author: sender.to_string(),
        authority: authority.to_string(),
        closed: false,
        versions: Vec::new(),
    })
}

/// No path is both a package and a namespace.
fn check_place(source: &PackageSource, view: &View) -> Result<(), TxError> {
    if view.record::<PathRecord>(&key::folder(&source.path)).map_err(broken)?.is_some() {
        return Err(refused(format!("there are packages below `{}`, so it cannot be a package itself", source.path)));
    }
    for (at, _) in source.path.match_indices('/') {
        let above = &source.path[..at];
        if !view.majors_of(above).map_err(broken)?.is_empty() {
            return Err(refused(format!("`{above}` is a package, so there can be no package below it")));
        }
    }
    Ok(())
}

fn check_authority(source: &PackageSource, record: Option<&PackageRecord>, sender: Address, view: &View) -> Result<(), TxError> {
    let may = |record: &PackageRecord| record.authority.parse() == Ok(sender);
    let owner = |record: &PackageRecord| match record.authority.as_str() {
        "" => "nobody may any more".to_string(),
        authority => format!("only `{authority}` may"),
    };
    if let Some(record) = record {
        let name = record.identity();
        if !may(record) {
            return Err(TxError::new(code::UNAUTHORIZED, format!("`{sender}` may not upgrade `{name}`: {}", owner(record))));
        }
        if record.library != source.library {
            return Err(refused(format!(
                "`{name}` is a {}; that is fixed for a major version",
                if record.library { "library" } else { "contract" }
            )));
        }
        if record.closed {
            return Err(refused(format!("`{name}` is closed: its state has moved to a later major version")));
        }
        if let Some(live) = record.live()
            && live.version.parse::<Version>().is_ok_and(|live| live >= source.version)
        {
            return Err(refused(format!("`{name}` is at version {}; {} does not come after it", live.version, source.version)));
        }
    }
    // Another major of a path belongs to whoever may upgrade the majors that are there.
    for major in view.majors_of(&source.path).map_err(broken)? {
        if let Some(other) = view.package_record(&identity(&source.path, major)).map_err(broken)?
            && !may(&other)
        {
            return Err(TxError::new(code::UNAUTHORIZED, format!("`{sender}` may not deploy to `{}`: {}", source.path, owner(&other))));
        }
    }
    Ok(())
}

/// Every pin names something deployed, with its hash, and none leads back to the package itself.
fn check_lock(source: &PackageSource, view: &View) -> Result<(), TxError> {
    let own = source.identity();
    let mut queue = Vec::new();
    for pin in &source.lock {
        let name = pin_identity(&pin.path, &pin.version)?;
        let record = view
            .package_record(&name)
            .map_err(broken)?
            .ok_or_else(|| refused(format!("the lock names `{name}`, which is not deployed here")))?;
        let Some(version) = record.versions.iter().find(|version| version.version == pin.version) else {
            let live = record.live().map_or("none", |live| live.version.as_str());
            return Err(refused(format!(
                "the lock names version {} of `{name}`, which is not deployed here; the newest is {live}",
                short(&pin.version)
            )));
        };
        if version.hash != pin.hash {
            return Err(refused(format!(
                "the lock has the content hash {} for `{name}` {}, but it is {} here",
                hash_text(&pin.hash),
                pin.version,
                hash_text(&version.hash)
            )));
        }
        queue.push((name, version.version.clone(), version.height));
    }
    let mut seen = std::collections::BTreeSet::new();
    while let Some((name, version, height)) = queue.pop() {
        if name == own {
            return Err(refused(format!("`{own}` would import itself by way of its dependencies")));
        }
        if !seen.insert((name.clone(), version.clone())) {
            continue;
        }
        let Some(deployed) = view.deployed(&name, &version, height).map_err(broken)? else { continue };
        for pin in &deployed.lock {
            let name = pin_identity(&pin.path, &pin.version)?;
            let Some(record) = view.package_record(&name).map_err(broken)? else { continue };
            // Of a contract the live version runs, whatever the pin says.
            let version = if record.library { record.versions.iter().find(|v| v.hash == pin.hash) } else { record.live() };
            if let Some(version) = version {
                queue.push((name, version.version.clone(), version.height));
            }
        }
    }
    Ok(())
}

/// `path@vN` of a pin.
pub fn pin_identity(path: &str, version: &str) -> Result<String, TxError> {
    let version: Version = version.parse().map_err(refused)?;
    let (path, _) = split_identity(path).map_err(refused)?;
    Ok(identity(path, version.major))
}

fn check_imports(source: &PackageSource, imports: &[String]) -> Result<(), TxError> {
    for import in imports {
        let (path, major) = split_identity(import).map_err(refused)?;
        let locked = source.lock.iter().any(|pin| {
            let pinned = pin.version.parse::<Version>().map(|v| v.major);
            split_identity(&pin.path).is_ok_and(|(p, _)| p == path) && major.is_none_or(|major| pinned == Ok(major))
        });
        if !locked {
            return Err(refused(format!(
                "the import `{}` has no line in the lock; run `amigos check`, which writes `amigos.lock`",
                short(import)
            )));
        }
    }
    Ok(())
}

fn describe(name: &str, refusal: &Refusal) -> String {
    let mut text = format!("`{name}` is refused");
    for (i, finding) in refusal.findings.iter().enumerate() {
        if i == 20 {
            text.push_str(&format!("\n… and {} more", refusal.findings.len() - i));
            break;
        }
        text.push_str(&format!("\n{finding}"));
    }
    text
}
