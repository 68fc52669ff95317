//! A linked program: packages, functions (instances of generic ones made when first called), types, globals and constants, numbered.

use std::sync::Arc;

use amigos_mir::layout;
use amigos_mir::mir::{Body, FuncKey, GlobalKey, NativeFunc, PackageKind, PackageMir, Program};
use amigos_syntax::Name;
use amigos_types::ty::{NamedKey, Param, PkgKey, Signature, Ty, TyKind};
use rustc_hash::FxHashMap;

use crate::code::{CodeBlock, FuncCode, I, ResultFrom};
use crate::identity;
use crate::memory::Mem;
use crate::types::{MethodKey, RUNTIME_ERROR, TypeId, TypeTable};

/// The number of a package in an [`Image`]; 0 is nobody.
pub type PkgIdx = u16;

/// A program that can be shared.
pub type SharedProgram = Arc<dyn Program + Send + Sync>;

/// A package of an image.
pub struct Pkg {
    /// Its identity.
    pub key: PkgKey,
    /// Its MIR.
    pub mir: Arc<PackageMir>,
    /// Whether it has state and an identity.
    pub contract: bool,
    /// Its address.
    pub address: Arc<str>,
    /// The namespace of its state: its identity as text.
    pub namespace: Arc<str>,
    /// Functions that were called from outside, by name: the first call made sure that they can be.
    pub entries: FxHashMap<Box<str>, u32>,
}

/// What a function's code comes from.
pub enum Source {
    /// A body.
    Body(Arc<Body>),
    /// A native: its parameters' and results' types are those of the function.
    Native(Arc<NativeFunc>, Option<crate::natives::NativeFn>, Option<&'static amigos_std::Native>),
    /// Made by the machine.
    Builtin,
}

/// What the key of a package's variant with its tests ends in.
pub const TESTED: &str = " [test]";

/// A function of an image.
pub struct Func {
    /// Its name as people read it: `forum.NewPost`, `forum.(*Post).Publish`, `forum.F.func1`.
    pub name: Name,
    /// Its identity; of a closure the enclosing function's.
    pub key: FuncKey,
    /// The declaring package.
    pub pkg: PkgIdx,
    /// Whether that is a contract.
    pub contract: bool,
    /// Where its code comes from.
    pub source: Source,
    /// Type arguments.
    pub targs: Box<[Ty]>,
    /// The package that instantiated it; 0 if it isn't generic or a library did.
    pub maker: PkgIdx,
    /// Slots of receiver and parameters.
    pub params: Vec<TypeId>,
    /// Types of the results.
    pub results: Arc<[TypeId]>,
    /// Slots of all parameters.
    pub param_slots: u32,
    /// Slots of all results.
    pub result_slots: u32,
    /// The first slot of the last result if that is of type `error`.
    pub error_at: Option<u32>,
    /// Whether this is a contract's `Render`.
    pub render: bool,
    /// Whether this is a contract's `Migrate`, which runs when it is deployed and at no other time.
    pub migrate: bool,
    /// Whether this is no closure and has no type arguments: what can persist.
    pub named: bool,
    /// Its code, once somebody called it.
    pub code: Option<FuncCode>,
}

/// A package-level variable of an image.
pub struct GlobalInfo {
    /// Its identity.
    pub key: GlobalKey,
    /// Its package.
    pub pkg: PkgIdx,
    /// Its type.
    pub ty: TypeId,
}

/// A step from a value to the receiver that a promoted method wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// To a field, by slot offset.
    Field(u32),
    /// Through a pointer.
    Deref,
}

/// Where the steps end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// At the receiver of a function.
    Func {
        /// The function.
        f: u32,
        /// Slots of its receiver.
        recv: u32,
        /// Whether it takes the address.
        by_ptr: bool,
    },
    /// At an embedded interface, whose method is meant.
    Iface(u32),
}

/// How a method of a type is reached.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MethodTarget {
    /// The way to the receiver.
    pub steps: Vec<Step>,
    /// What is there.
    pub end: End,
}

/// What an image lacks for a run to go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Need {
    /// The code of a function.
    Code(u32),
    /// The way to a method of a type.
    Method(TypeId, u32),
    /// Whether a type implements an interface.
    Implements(TypeId, TypeId),
    /// The same, where the call has to start again.
    ImplementsAgain(TypeId, TypeId),
    /// An exported method of a type, by its name.
    Bound(TypeId, Name),
    /// A type that state names, as [`crate::persist::names::type_text`] writes it.
    Type(Arc<str>),
    /// A type that nobody has asked for yet.
    Layout(Ty),
    /// A function that state names, with its maker's package.
    Function(FuncKey),
    /// The machine code of a function from an instruction on.
    #[cfg(feature = "jit")]
    Compiled(u32, u32),
    /// A package outside the image: the call starts again with it.
    Package(PkgKey),
}

/// An error of linking: the text says what is missing.
pub type LinkError = String;

type Instance = (FuncKey, Box<[Ty]>, PkgIdx);

/// A linked program.
pub struct Image {
    /// Where packages come from.
    pub program: SharedProgram,
    /// Types.
    pub types: TypeTable,
    /// Packages; number 0 is nobody.
    pub pkgs: Vec<Pkg>,
    /// Functions.
    pub funcs: Vec<Func>,
    /// Globals.
    pub globals: Vec<GlobalInfo>,
    /// String constants.
    pub strings: Vec<Arc<[u8]>>,
    /// Method names that interfaces ask for.
    pub methods: Vec<MethodKey>,
    /// Ways to methods found so far.
    pub dispatch: FxHashMap<(TypeId, u32), Option<MethodTarget>>,
    /// Answers of `implements` found so far: the missing method's name if not.
    pub implements: FxHashMap<(TypeId, TypeId), Option<Name>>,
    /// Exported methods by name, for those who know the name only when they run: the number of the way, and the type as a function without receiver.
    pub bound: FxHashMap<(TypeId, Name), Option<(u32, TypeId)>>,
    /// Types by their path text, for decoding state.
    pub type_paths: FxHashMap<Arc<str>, Option<TypeId>>,
    /// Path texts by type.
    pub paths_of: FxHashMap<TypeId, Arc<str>>,
    /// Functions by identity, for decoding state.
    pub named_funcs: FxHashMap<FuncKey, Option<u32>>,
    /// Libraries' globals, initialised and frozen; `None` until made.
    pub base: Option<Mem>,
    /// Pointers to the globals in `base`.
    pub base_globals: Vec<u64>,
    /// Functions as machine code.
    #[cfg(feature = "jit")]
    pub jit: crate::jit::Tier,
    pkg_ids: FxHashMap<PkgKey, PkgIdx>,
    func_ids: FxHashMap<Instance, u32>,
    closure_ids: FxHashMap<(u32, u32), u32>,
    global_ids: FxHashMap<GlobalKey, u32>,
    string_ids: FxHashMap<Arc<[u8]>, u32>,
    method_ids: FxHashMap<MethodKey, u32>,
}

impl Image {
    /// Links `roots` with all that they import.
    pub fn new(program: SharedProgram, roots: &[PkgKey]) -> Result<Image, LinkError> {
        let mut image = Image {
            program,
            types: TypeTable::new(),
            pkgs: Vec::new(),
            funcs: Vec::new(),
            globals: Vec::new(),
            strings: Vec::new(),
            methods: Vec::new(),
            dispatch: FxHashMap::default(),
            implements: FxHashMap::default(),
            bound: FxHashMap::default(),
            type_paths: FxHashMap::default(),
            paths_of: FxHashMap::default(),
            named_funcs: FxHashMap::default(),
            base: None,
            base_globals: Vec::new(),
            #[cfg(feature = "jit")]
            jit: Default::default(),
            pkg_ids: FxHashMap::default(),
            func_ids: FxHashMap::default(),
            closure_ids: FxHashMap::default(),
            global_ids: FxHashMap::default(),
            string_ids: FxHashMap::default(),
            method_ids: FxHashMap::default(),
        };
        image.push_error_method();
        for root in roots {
            image.load(*root)?;
        }
        Ok(image)
    }

    /// Function 0: method `Error` of run-time panics, which returns its receiver.
    fn push_error_method(&mut self) {
        let string = self.types.intern(&*self.program, Ty::basic(amigos_types::ty::Basic::String));
        let code = FuncCode {
            code: vec![I::Ret],
            blocks: vec![CodeBlock { pc: 0, gas: 2 }],
            spans: vec![0],
            frame: 2,
            params: 2,
            results: vec![ResultFrom { reg: 0, slots: 2, boxed: false }],
            result_slots: 2,
            ..FuncCode::default()
        };
        let runtime = PkgKey(Name::new("runtime"));
        self.funcs.push(Func {
            name: Name::new("runtime.Error.Error"),
            key: FuncKey { pkg: runtime, name: Name::new("Error.Error") },
            pkg: 0,
            contract: false,
            source: Source::Builtin,
            targs: Box::new([]),
            maker: 0,
            params: vec![RUNTIME_ERROR],
            results: [string].into(),
            param_slots: 2,
            result_slots: 2,
            error_at: None,
            render: false,
            migrate: false,
            named: false,
            code: Some(code),
        });
    }

    /// The number of a package, linked with its imports if it isn't yet. Imports come before importers.
    pub fn load(&mut self, key: PkgKey) -> Result<PkgIdx, LinkError> {
        // A depth-first walk with its own stack: (package, next import to look at).
        let mut open: Vec<(PkgKey, Arc<PackageMir>, usize)> = Vec::new();
        let begin = |image: &Image, key: PkgKey| match image.program.package(key) {
            Some(mir) => Ok((key, mir, 0)),
            None => Err(format!("package `{}` is unknown or has errors", key.0)),
        };
        if let Some(id) = self.pkg_ids.get(&key) {
            return Ok(*id);
        }
        if self.pkgs.is_empty() {
            // nobody
            let none = PackageMir {
                key: PkgKey(Name::new("")),
                name: Name::new(""),
                kind: PackageKind::Std,
                imports: Vec::new(),
                globals: Vec::new(),
                local_types: FxHashMap::default(),
                funcs: FxHashMap::default(),
                natives: FxHashMap::default(),
                decls: Vec::new(),
            };
            self.pkgs.push(Pkg {
                key: none.key,
                mir: Arc::new(none),
                contract: false,
                address: "".into(),
                namespace: "".into(),
                entries: FxHashMap::default(),
            });
        }
        open.push(begin(self, key)?);
        while let Some((key, mir, next)) = open.last_mut() {
            if let Some(import) = mir.imports.get(*next).copied() {
                *next += 1;
                if !self.pkg_ids.contains_key(&import) {
                    if open.iter().any(|(k, ..)| *k == import) {
                        return Err(format!("import cycle through `{}`", import.0));
                    }
                    open.push(begin(self, import)?);
                }
                continue;
            }
            let (key, mir) = (*key, mir.clone());
            open.pop();
            let id = self.pkgs.len();
            if id >= usize::from(u16::MAX) - 2 {
                return Err("too many packages".to_owned());
            }
            let contract = mir.kind == PackageKind::Contract;
            let address = identity::package_address(key.0.as_str());
            for g in &mir.globals {
                let ty = self.types.intern(&*self.program, g.ty);
                let global = GlobalKey { pkg: key, name: g.name };
                self.global_ids.insert(global, self.globals.len() as u32);
                self.globals.push(GlobalInfo { key: global, pkg: id as PkgIdx, ty });
            }
            self.pkgs.push(Pkg {
                key,
                mir,
                contract,
                address: address.into(),
                namespace: key.0.as_str().into(),
                entries: FxHashMap::default(),
            });
            self.pkg_ids.insert(key, id as PkgIdx);
        }
        Ok(self.pkg_ids[&key])
    }

    /// The number of a package that is linked.
    pub fn pkg(&self, key: PkgKey) -> Option<PkgIdx> {
        self.pkg_ids.get(&key).copied()
    }

    /// The index of a package by the name that state has for it: of the package that is tested, the variant with its tests.
    pub fn pkg_of_state(&self, name: &str) -> Option<PkgIdx> {
        self.pkg(PkgKey(Name::new(name))).or_else(|| self.pkg(PkgKey(Name::new(&format!("{name}{TESTED}")))))
    }

    /// The number of a global.
    pub fn global(&self, key: GlobalKey) -> Option<u32> {
        self.global_ids.get(&key).copied()
    }

    /// The globals of a package, in declaration order.
    pub fn globals_of(&self, pkg: PkgIdx) -> impl Iterator<Item = (u32, &GlobalInfo)> {
        self.globals.iter().enumerate().filter(move |(_, g)| g.pkg == pkg).map(|(i, g)| (i as u32, g))
    }

    /// The number of a string constant.
    pub fn string(&mut self, bytes: &[u8]) -> u32 {
        if let Some(id) = self.string_ids.get(bytes) {
            return *id;
        }
        let id = self.strings.len() as u32;
        let bytes: Arc<[u8]> = bytes.into();
        self.strings.push(bytes.clone());
        self.string_ids.insert(bytes, id);
        id
    }

    /// The number of a method name.
    pub fn method(&mut self, key: MethodKey) -> u32 {
        if let Some(id) = self.method_ids.get(&key) {
            return *id;
        }
        let id = self.methods.len() as u32;
        self.methods.push(key);
        self.method_ids.insert(key, id);
        id
    }

    /// The number of a method name that somebody asked for already.
    pub fn method_id(&self, key: MethodKey) -> Option<u32> {
        self.method_ids.get(&key).copied()
    }

    /// The number of a type without type parameters.
    pub fn ty(&mut self, ty: Ty) -> TypeId {
        self.types.intern(&*self.program, ty)
    }

    /// The text by which state names a type.
    pub fn type_path(&mut self, ty: TypeId) -> Arc<str> {
        if let Some(text) = self.paths_of.get(&ty) {
            return text.clone();
        }
        let text = self.types.get(ty).state_name().clone();
        self.paths_of.insert(ty, text.clone());
        self.type_paths.insert(text.clone(), Some(ty));
        text
    }

    /// A function or method by identity, for the type arguments `targs`, instantiated by `maker`.
    pub fn func(&mut self, key: FuncKey, targs: &[Ty], maker: PkgIdx) -> Result<u32, LinkError> {
        let targs: Box<[Ty]> = targs.iter().map(|t| t.canonical()).collect();
        let maker = if targs.is_empty() { 0 } else { maker };
        let instance = (key, targs, maker);
        if let Some(id) = self.func_ids.get(&instance) {
            return Ok(*id);
        }
        let pkg = self.load(key.pkg)?;
        let mir = self.pkgs[usize::from(pkg)].mir.clone();
        let id = if let Some(body) = mir.funcs.get(&key.name) {
            let name = Name::new(&format!("{}.{}", mir.name, key.name));
            self.push_body(body.clone(), name, pkg, instance.1.clone(), maker, true)?
        } else if let Some(native) = mir.natives.get(&key.name) {
            self.push_native(native.clone(), pkg, instance.1.clone())?
        } else {
            return Err(format!("function `{}.{}` has no code", key.pkg.0, key.name));
        };
        self.func_ids.insert(instance, id);
        Ok(id)
    }

    /// The function literal number `n` of a function.
    pub fn closure(&mut self, parent: u32, n: u32) -> Result<u32, LinkError> {
        if let Some(id) = self.closure_ids.get(&(parent, n)) {
            return Ok(*id);
        }
        let p = &self.funcs[parent as usize];
        let Source::Body(body) = &p.source else { return Err("a closure of a function without body".to_owned()) };
        let Some(body) = body.closures.get(n as usize).cloned() else { return Err("a closure that is not there".to_owned()) };
        let name = Name::new(&format!("{}.func{}", p.name, n + 1));
        let (pkg, targs, maker) = (p.pkg, p.targs.clone(), p.maker);
        let id = self.push_body(body, name, pkg, targs, maker, false)?;
        self.closure_ids.insert((parent, n), id);
        Ok(id)
    }

    fn push_body(
        &mut self,
        body: Arc<Body>,
        name: Name,
        pkg: PkgIdx,
        targs: Box<[Ty]>,
        maker: PkgIdx,
        top: bool,
    ) -> Result<u32, LinkError> {
        let mut types = |ids: &[amigos_mir::mir::LocalId]| -> Vec<TypeId> {
            let of = |l: &amigos_mir::mir::LocalId| body.locals.get(l.idx()).map_or(Ty::invalid(), |l| l.ty);
            ids.iter().map(|l| self.types.intern(&*self.program, layout::subst(of(l), &body.tparams, &targs))).collect()
        };
        let params = types(&body.params);
        let results = types(&body.results);
        let contract = self.pkgs[usize::from(pkg)].contract;
        let string = self.types.intern(&*self.program, Ty::basic(amigos_types::ty::Basic::String));
        let render = top && contract && body.func.name.as_str() == "Render" && params == [string] && results == [string];
        let migrate = top && contract && body.func.name.as_str() == "Migrate" && self.is_migration(&params, &results);
        let named = top && targs.is_empty();
        Ok(self.push(Func {
            name,
            key: body.func,
            pkg,
            contract,
            source: Source::Body(body),
            targs,
            maker,
            params,
            results: results.into(),
            param_slots: 0,
            result_slots: 0,
            error_at: None,
            render,
            migrate,
            named,
            code: None,
        }))
    }

    /// Whether these are parameter and result of `func Migrate(old amigos.Tree) error`.
    fn is_migration(&self, params: &[TypeId], results: &[TypeId]) -> bool {
        let ([param], [result]) = (params, results) else { return false };
        let tree = NamedKey { pkg: Some(PkgKey(Name::new("amigos"))), name: Name::new("Tree"), local: None };
        self.types.get(*param).ty == Ty::named(tree, []) && self.types.get(*result).ty == Ty::error()
    }

    fn push_native(&mut self, native: Arc<NativeFunc>, pkg: PkgIdx, targs: Box<[Ty]>) -> Result<u32, LinkError> {
        let mut types = |list: &[Ty]| -> Vec<TypeId> {
            list.iter().map(|t| self.types.intern(&*self.program, layout::subst(*t, &native.tparams, &targs))).collect()
        };
        let params = types(&native.params);
        let results = types(&native.results);
        let key = native.func;
        let code = crate::natives::find(key.pkg.0.as_str(), key.name.as_str());
        let price = crate::natives::price(key.pkg.0.as_str(), key.name.as_str());
        let name = Name::new(&format!("{}.{}", self.pkgs[usize::from(pkg)].mir.name, key.name));
        Ok(self.push(Func {
            name,
            key,
            pkg,
            contract: false,
            source: Source::Native(native, code, price),
            targs,
            maker: 0,
            params,
            results: results.into(),
            param_slots: 0,
            result_slots: 0,
            error_at: None,
            render: false,
            migrate: false,
            named: true,
            code: None,
        }))
    }

    fn push(&mut self, mut func: Func) -> u32 {
        let sum = |ids: &[TypeId]| ids.iter().fold(0u32, |n, t| n.saturating_add(self.types.get(*t).slots));
        func.param_slots = sum(&func.params);
        func.result_slots = sum(&func.results);
        if let Some((last, before)) = func.results.split_last()
            && self.types.get(*last).ty == Ty::error()
        {
            func.error_at = Some(sum(before));
        }
        self.funcs.push(func);
        self.funcs.len() as u32 - 1
    }

    /// Compiles a function if it isn't yet.
    pub fn compile(&mut self, f: u32) -> Result<(), LinkError> {
        let func = &self.funcs[f as usize];
        if func.code.is_some() {
            return Ok(());
        }
        let Source::Body(body) = &func.source else { return Ok(()) };
        let body = body.clone();
        let code = crate::compile::compile(self, f, &body)?;
        self.funcs[f as usize].code = Some(code);
        Ok(())
    }

    /// How method `key` of values of type `ty` is reached; `None` if they have none.
    pub fn find_method(&mut self, ty: Ty, key: MethodKey) -> Result<Option<MethodTarget>, LinkError> {
        struct At {
            ty: Ty,
            steps: Vec<Step>,
        }
        let program = self.program.clone();
        if self.types.find(ty) == Some(RUNTIME_ERROR) {
            let target = MethodTarget { steps: Vec::new(), end: End::Func { f: 0, recv: 2, by_ptr: false } };
            return Ok(matches!(key.name.as_str(), "Error" | "RuntimeError").then_some(target));
        }
        let mut level = vec![At { ty: ty.canonical(), steps: Vec::new() }];
        let mut seen: Vec<Ty> = Vec::new();
        for _ in 0..32 {
            let mut next = Vec::new();
            for at in level {
                let (base, through) = match at.ty.kind() {
                    TyKind::Pointer(t) => (*t, true),
                    _ => (at.ty, false),
                };
                if seen.contains(&base) {
                    continue;
                }
                seen.push(base);
                if let TyKind::Named { key: named, args } = base.kind()
                    && let Some(pkg) = named.pkg
                    && let Some(info) = program.named(*named)
                    && let Some(m) = info.methods.iter().find(|m| MethodKey::new(m.name, Some(pkg)) == key)
                {
                    let owner = match named.local {
                        Some(_) => named.name,
                        None => named.name,
                    };
                    let func = FuncKey { pkg, name: Name::new(&format!("{owner}.{}", m.name)) };
                    let f = self.func(func, args, 0)?;
                    let recv = if m.pointer { 1 } else { layout::slots_of(&*program, base) };
                    return Ok(Some(MethodTarget { steps: at.steps, end: End::Func { f, recv, by_ptr: m.pointer } }));
                }
                match layout::underlying(&*program, base).kind() {
                    TyKind::Interface(_)
                        if !through && crate::types::method_set(&*program, base).iter().any(|m| MethodKey::new(m.name, m.pkg) == key) =>
                    {
                        let m = self.method(key);
                        return Ok(Some(MethodTarget { steps: at.steps, end: End::Iface(m) }));
                    }
                    TyKind::Struct(fields) => {
                        let mut offset = 0u32;
                        for f in fields.iter() {
                            if f.embedded {
                                let mut steps = at.steps.clone();
                                steps.push(Step::Field(offset));
                                let ty = f.ty.canonical();
                                if matches!(ty.kind(), TyKind::Pointer(_)) {
                                    steps.push(Step::Deref);
                                }
                                next.push(At { ty, steps });
                            }
                            offset = offset.saturating_add(layout::slots_of(&*program, f.ty));
                        }
                    }
                    _ => {}
                }
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        Ok(None)
    }

    /// Whether values of `ty` have all methods of interface `iface`, and by value if they are no pointers: the missing method's name if not.
    pub fn missing_method(&mut self, ty: TypeId, iface: TypeId) -> Result<Option<Name>, LinkError> {
        if let Some(known) = self.implements.get(&(ty, iface)) {
            return Ok(*known);
        }
        let concrete = self.types.get(ty).ty;
        let program = self.program.clone();
        let mut missing = None;
        for m in crate::types::method_set(&*program, self.types.get(iface).ty) {
            let found = self.find_method(concrete, MethodKey::new(m.name, m.pkg))?;
            let fits = self.same_signature(found.as_ref(), m.sig)
                && match &found {
                    None => false,
                    // a pointer method needs an address: the value is a pointer, or a pointer was followed on the way
                    Some(MethodTarget { steps, end: End::Func { by_ptr: true, .. } }) => {
                        matches!(concrete.kind(), TyKind::Pointer(_)) || steps.contains(&Step::Deref)
                    }
                    Some(_) => true,
                };
            if !fits {
                missing = Some(m.name);
                break;
            }
        }
        self.implements.insert((ty, iface), missing);
        Ok(missing)
    }

    /// The exported method of that name as a function: the number of the way, and the function's type. Methods of embedded interfaces have none.
    fn method_value(&mut self, ty: TypeId, name: Name) -> Result<Option<(u32, TypeId)>, LinkError> {
        let (concrete, key) = (self.types.get(ty).ty, MethodKey::new(name, None));
        let Some(target) = self.find_method(concrete, key)? else { return Ok(None) };
        let End::Func { f, by_ptr, .. } = target.end else { return Ok(None) };
        let reached = !by_ptr || matches!(concrete.kind(), TyKind::Pointer(_)) || target.steps.contains(&Step::Deref);
        if f == 0 || !reached {
            return Ok(None);
        }
        let func = &self.funcs[f as usize];
        let (owner, method) = func.key.name.as_str().split_once('.').unwrap_or(("", ""));
        let declared = self.program.named(NamedKey { pkg: Some(func.key.pkg), name: Name::new(owner), local: None });
        let method = Name::new(method);
        let Some(variadic) = declared.and_then(|d| Some(d.methods.iter().find(|m| m.name == method)?.sig.as_signature()?.variadic)) else {
            return Ok(None);
        };
        let list = |ids: &[TypeId]| ids.iter().map(|t| Param { name: None, ty: self.types.get(*t).ty }).collect();
        let signature = Signature {
            tparams: Box::default(),
            params: list(func.params.get(1..).unwrap_or(&[])),
            results: list(&func.results),
            variadic,
        };
        let signature = self.ty(Ty::new(TyKind::Signature(signature)).canonical());
        let way = self.method(key);
        self.dispatch.insert((ty, way), Some(target));
        Ok(Some((way, signature)))
    }

    /// Whether a method has a signature, receiver left out. (Of an embedded interface's method the name decides.)
    fn same_signature(&mut self, found: Option<&MethodTarget>, sig: Ty) -> bool {
        let Some(MethodTarget { end: End::Func { f, .. }, .. }) = found else { return true };
        let Some(sig) = sig.canonical().as_signature() else { return true };
        if *f == 0 {
            return true;
        }
        let want: Vec<TypeId> = sig.params.iter().chain(&sig.results).map(|p| self.ty(p.ty)).collect();
        let func = &self.funcs[*f as usize];
        func.params.len() == sig.params.len() + 1 && func.params.iter().skip(1).chain(func.results.iter()).eq(&want)
    }

    /// Supplies what a run lacked. `Err` if it cannot be had.
    pub fn supply(&mut self, need: &Need) -> Result<(), LinkError> {
        match need {
            Need::Code(f) => self.compile(*f),
            Need::Method(ty, m) => {
                let (t, key) = (self.types.get(*ty).ty, self.methods[*m as usize]);
                let target = self.find_method(t, key)?;
                self.dispatch.insert((*ty, *m), target);
                Ok(())
            }
            Need::Implements(ty, iface) | Need::ImplementsAgain(ty, iface) => self.missing_method(*ty, *iface).map(|_| ()),
            Need::Bound(ty, name) => {
                let found = self.method_value(*ty, *name)?;
                self.bound.insert((*ty, *name), found);
                Ok(())
            }
            Need::Type(text) => {
                let ty = crate::persist::names::parse_type(text).map(|t| self.ty(t));
                self.type_paths.insert(text.clone(), ty);
                if let Some(id) = ty {
                    self.paths_of.entry(id).or_insert_with(|| text.clone());
                }
                Ok(())
            }
            Need::Layout(ty) => {
                self.ty(*ty);
                Ok(())
            }
            Need::Function(key) => {
                let found = self.func(*key, &[], 0).ok();
                self.named_funcs.insert(*key, found);
                Ok(())
            }
            #[cfg(feature = "jit")]
            Need::Compiled(f, pc) => {
                self.compile_hot(*f, *pc);
                Ok(())
            }
            Need::Package(key) => Err(format!("package `{}` is not linked", key.0)),
        }
    }

    /// File and line of an instruction.
    pub fn place(&self, f: u32, pc: u32) -> (Name, u32) {
        let func = &self.funcs[f as usize];
        match &func.code {
            Some(code) => self.place_at(f, code.spans.get(pc as usize).copied().unwrap_or(0)),
            None => (Name::new(""), 0),
        }
    }

    /// File and line of an offset in a function's declaration.
    pub fn place_at(&self, f: u32, at: u32) -> (Name, u32) {
        let func = &self.funcs[f as usize];
        let Source::Body(body) = &func.source else { return (Name::new(""), 0) };
        match self.pkgs[usize::from(func.pkg)].mir.decls.get(body.decl as usize) {
            Some(d) => (d.file, d.line_of(at)),
            None => (Name::new(""), 0),
        }
    }
}
