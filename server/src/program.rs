//! Local packages as a program of the virtual machine.

use std::sync::Arc;

use amigos_ide::Analysis;
use amigos_mir::query::OwnedProgram;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use amigos_vm::engine::Engine;

/// The key of a package's variant: as it is, or with its tests.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variant {
    /// Without tests.
    Plain,
    /// With the tests in the package.
    Tests,
    /// The external tests, `package x_test`.
    ExternalTests,
}

/// The identity of a variant of a package.
pub fn key(package: &str, variant: Variant) -> PkgKey {
    let suffix = match variant {
        Variant::Plain => "",
        Variant::Tests => " [test]",
        Variant::ExternalTests => " [xtest]",
    };
    PkgKey(Name::new(&format!("{package}{suffix}")))
}

/// What [`engine`] says when an edit overtook it: whoever asked asks again.
pub const OVERTAKEN: &str = "the compilation was overtaken by an edit";

/// An engine for a package and all that it imports. The error names the packages that can't be compiled.
pub fn engine(analysis: &Analysis, root: PkgKey) -> Result<Engine, String> {
    let collected = analysis.computing(|db| OwnedProgram::collect(db, &[root])).map_err(|_| OVERTAKEN.to_owned())?;
    match collected {
        Ok(program) => {
            let engine = Engine::new(Arc::new(program));
            #[cfg(feature = "jit")]
            let engine = engine.compiling(amigos_vm::jit::HOT);
            Ok(engine)
        }
        Err(broken) => {
            let names: Vec<String> = broken.iter().map(|key| format!("`{}`", key.0)).collect();
            Err(format!("{} cannot be compiled: `amigos check` says why", names.join(", ")))
        }
    }
}
