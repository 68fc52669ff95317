//! The check that instantiation doesn't go on for ever: a function that calls itself with ever new type arguments.
//!
//! Type parameters are the nodes of a graph. An instantiation of `P` with a type that mentions `Q` is an edge from `Q` to `P`, of weight 0
//! if the argument is `Q` itself, else 1. A cycle of positive weight makes ever larger types.

use amigos_syntax::{Name, TextRange};
use rustc_hash::FxHashMap;

use crate::codes;
use crate::facts::{DeclIdx, PackageTypes, Place, TypeError};
use crate::source::PackageSource;
use crate::ty::{NamedKey, PkgKey, Ty, TyKind, TypeParamKey, components};

/// An instantiation seen while checking.
#[derive(Clone, Debug, PartialEq)]
pub struct Instantiation {
    /// Where.
    pub decl: DeclIdx,
    /// Where, in the declaration.
    pub range: TextRange,
    /// The type parameters.
    pub tparams: Box<[Ty]>,
    /// The type arguments.
    pub args: Box<[Ty]>,
    /// Where they are written; empty if they were inferred.
    pub ranges: Vec<TextRange>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Node {
    Param(TypeParamKey),
    Local(NamedKey),
}

struct Edge {
    to: usize,
    from: usize,
    weight: i64,
    place: Place,
    ty: Ty,
}

struct Graph<'g> {
    types: &'g PackageTypes,
    source: &'g PackageSource,
    nodes: Vec<Node>,
    index: FxHashMap<Node, usize>,
    edges: Vec<Edge>,
    /// Type parameters of receivers stand for those of their type.
    canon: FxHashMap<(Name, u32), TypeParamKey>,
}

/// Reports instantiation cycles among all instantiations of a package, those of its bodies included.
pub fn check_instantiations<'i>(
    source: &PackageSource,
    types: &PackageTypes,
    all: impl Iterator<Item = &'i Instantiation>,
) -> Option<(DeclIdx, TypeError)> {
    let mut canon = FxHashMap::default();
    for (key, method) in types.methods.keys() {
        let Some(info) = types.named.get(key) else { continue };
        let owner = Name::new(&format!("{}.{}.{method}", source.key.0, key.name));
        for (i, param) in info.tparams.iter().enumerate() {
            if let TyKind::TypeParam(param) = param.kind() {
                canon.insert((owner, i as u32), *param);
            }
        }
    }
    let mut graph = Graph { types, source, nodes: Vec::new(), index: FxHashMap::default(), edges: Vec::new(), canon };
    for inst in all {
        for (i, (param, arg)) in inst.tparams.iter().zip(inst.args.iter()).enumerate() {
            let range = inst.ranges.get(i).copied().unwrap_or(inst.range);
            graph.assign(Place { decl: inst.decl, range }, *param, *arg);
        }
    }
    graph.find_cycle()
}

impl Graph<'_> {
    fn own(&self, key: &TypeParamKey) -> bool {
        key.owner.as_str().strip_prefix(self.source.key.0.as_str()).is_some_and(|rest| rest.starts_with('.'))
    }

    fn canonical(&self, key: TypeParamKey) -> TypeParamKey {
        // Renamed parameters (`owner<...>`) stand for those they were made from.
        let plain = key.owner.as_str().split('<').next().unwrap_or("");
        let key = TypeParamKey { owner: Name::new(plain), ..key };
        self.canon.get(&(key.owner, key.index)).copied().unwrap_or(key)
    }

    fn node(&mut self, node: Node) -> usize {
        if let Some(found) = self.index.get(&node) {
            return *found;
        }
        let at = self.nodes.len();
        self.nodes.push(node);
        self.index.insert(node, at);
        at
    }

    fn assign(&mut self, place: Place, param: Ty, arg: Ty) {
        let TyKind::TypeParam(key) = param.kind() else { return };
        if !self.own(key) {
            return;
        }
        let to = Node::Param(self.canonical(*key));
        self.flow(place, to, arg, arg, 0);
    }

    fn flow(&mut self, place: Place, to: Node, ty: Ty, arg: Ty, depth: u32) {
        if depth > 100 {
            return;
        }
        let ty = ty.unalias();
        let weight = i64::from(ty != arg.unalias());
        match ty.kind() {
            TyKind::TypeParam(key) => {
                if self.own(key) {
                    let from = Node::Param(self.canonical(*key));
                    self.edge(place, to, from, weight, arg);
                }
            }
            TyKind::Named { key, args } => {
                if key.pkg == Some(self.source.key) && key.local.is_some() && self.local_node(*key, place) {
                    self.edge(place, to, Node::Local(*key), weight, arg);
                }
                for a in args {
                    self.flow(place, to, *a, arg, depth + 1);
                }
            }
            kind => {
                for part in components(kind) {
                    self.flow(place, to, part, arg, depth + 1);
                }
            }
        }
    }

    fn edge(&mut self, place: Place, to: Node, from: Node, weight: i64, ty: Ty) {
        let (to, from) = (self.node(to), self.node(from));
        self.edges.push(Edge { to, from, weight, place, ty });
    }

    /// Enters a type declared in a generic function, which is parameterised by the function's type parameters. Whether there are any.
    fn local_node(&mut self, key: NamedKey, place: Place) -> bool {
        let Some((func, _)) = key.local else { return false };
        let owner = Name::new(&format!("{}.{func}", self.source.key.0));
        let mut ambient: Vec<TypeParamKey> = self.types.bounds.keys().filter(|k| k.owner == owner).copied().collect();
        ambient.sort_by_key(|k| k.index);
        if !self.index.contains_key(&Node::Local(key)) {
            for param in &ambient {
                let from = Node::Param(self.canonical(*param));
                self.edge(place, Node::Local(key), from, 1, Ty::new(TyKind::TypeParam(*param)));
            }
        }
        !ambient.is_empty()
    }

    fn find_cycle(&self) -> Option<(DeclIdx, TypeError)> {
        let n = self.nodes.len();
        let mut weight = vec![0i64; n];
        let mut len = vec![0usize; n];
        let mut pre: Vec<Option<usize>> = vec![None; n];
        let mut again = true;
        while again {
            again = false;
            for (i, edge) in self.edges.iter().enumerate() {
                let w = weight[edge.from] + edge.weight;
                if w <= weight[edge.to] {
                    continue;
                }
                pre[edge.to] = Some(i);
                len[edge.to] = len[edge.from] + 1;
                if len[edge.to] == n {
                    return self.report(edge.to, &pre);
                }
                weight[edge.to] = w;
                again = true;
            }
        }
        None
    }

    fn report(&self, at: usize, pre: &[Option<usize>]) -> Option<(DeclIdx, TypeError)> {
        let mut at = at;
        let mut stack: Vec<usize> = Vec::new();
        while !stack.contains(&at) {
            stack.push(at);
            at = self.edges[pre[at]?].from;
        }
        let start = stack.iter().position(|v| *v == at)?;
        let mut related = Vec::new();
        let qualifier = |pkg: PkgKey| if pkg == self.source.key { String::new() } else { pkg.0.to_string() };
        for node in &stack[start..] {
            let edge = &self.edges[pre[*node]?];
            let (name, how) = match &self.nodes[edge.to] {
                Node::Param(key) => (key.name, "instantiated as"),
                Node::Local(key) => (key.name, "implicitly parameterized by"),
            };
            let ty = crate::typestring::type_string(edge.ty, &qualifier);
            related.push((edge.place, format!("{name} {how} {ty}").into()));
        }
        let place = self.place_of(&self.nodes[at]).or_else(|| related.first().map(|(p, _): &(Place, Box<str>)| *p))?;
        let message = "instantiation cycle:".into();
        let error = TypeError { code: codes::InvalidInstanceCycle, range: place.range, message, soft: false, related, fixes: Vec::new() };
        Some((place.decl, error))
    }

    fn place_of(&self, node: &Node) -> Option<Place> {
        let Node::Param(key) = node else { return None };
        let ty = Ty::new(TyKind::TypeParam(*key));
        self.types.facts.iter().enumerate().find_map(|(i, facts)| {
            let local = facts.locals.iter().find(|l| l.ty == ty && l.ident.is_some())?;
            let range = self.source.decls.get(i)?.sig[local.ident?].range;
            Some(Place { decl: DeclIdx(i as u32), range })
        })
    }
}
