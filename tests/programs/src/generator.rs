//! Random valid Go programs, each from a number. What Go leaves open (the order of operands with effects, of maps, floats out of range as integers, the
//! capacity that `append` gives, which depends on whether the slice stays on the stack) doesn't occur, loops are bounded, and panics are recovered and
//! printed, so that output is all there is to compare.

use std::fmt::Write;

/// The types of values.
#[derive(Clone, PartialEq, Debug)]
enum Ty {
    Int(usize),
    Float(usize),
    Complex,
    Bool,
    Str,
    Slice(Box<Ty>),
    Array(usize, Box<Ty>),
    Map(Box<Ty>, Box<Ty>),
    Struct(usize),
    Ptr(usize),
    Any,
    Shape,
    Func,
}

const INTS: [&str; 11] = ["int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "uintptr"];
const FLOATS: [&str; 2] = ["float64", "float32"];

struct Var {
    name: String,
    ty: Ty,
    /// Whether it may be assigned.
    settable: bool,
}

struct Gen {
    state: u64,
    /// Behind the names of package level, so that many programs make one package.
    tag: String,
    out: String,
    indent: usize,
    vars: Vec<Var>,
    /// Fields of each struct type.
    structs: Vec<Vec<(String, Ty)>>,
    /// Functions: parameters and result.
    funcs: Vec<(Vec<Ty>, Ty)>,
    next: usize,
    depth: usize,
    /// Loops around the statement; their labels.
    loops: Vec<Option<String>>,
    /// Whether the statement stands in a range over a map, where only what any order leaves alike may happen.
    in_map: bool,
    result: Option<Ty>,
}

/// Helpers of every program, with the tag in place of `@`.
const HELPERS: &str = r#"
var fuel@ = 3000

func tick@() bool { fuel@--; return fuel@ > 0 }

func k@[T any](x T) T { return x }

func cut@(s string) string {
	if len(s) > 40 {
		return s[:40]
	}
	return s
}

func toInt@(f float64) int64 {
	if f > -1e15 && f < 1e15 {
		return int64(f)
	}
	return 7
}

func try@(name string, f func()) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case error:
			println(name, "panics:", x.Error())
		case string:
			println(name, "panics with", x)
		case int:
			println(name, "panics with number", x)
		default:
			println(name, "panics")
		}
	}()
	f()
}

type Shape@ interface {
	Area() int
	Grow(n int)
}

type Num@ interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}

func sum@[T Num@](xs ...T) (s T) {
	for _, x := range xs {
		s += x
	}
	return
}

func fold@[S ~[]E, E, R any](s S, r R, f func(R, E) R) R {
	for _, x := range s {
		r = f(r, x)
	}
	return r
}

type Stack@[T any] struct{ items []T }

func (s *Stack@[T]) Push(x T) *Stack@[T] { s.items = append(s.items, x); return s }

func (s *Stack@[T]) Pop() (x T, ok bool) {
	if n := len(s.items); n > 0 {
		x, s.items = s.items[n-1], s.items[:n-1]
		return x, true
	}
	return
}

func upTo@(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 0; i < n && yield(i); i++ {
		}
	}
}

func kind@(x any) string {
	switch v := x.(type) {
	case nil:
		return "nil"
	case int, int8, uint64:
		return "integer"
	case string:
		return "string " + cut@(v)
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case Shape@:
		return "shape"
	case []int:
		return "ints"
	case float64:
		return "float"
	}
	return "other"
}
"#;

/// Program number `seed`: declarations, with a function `Main` and its tag as the entry. The tag is part of all names of package level.
pub fn program(seed: u64, tag: &str) -> String {
    let mut g = Gen {
        state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D,
        tag: tag.to_owned(),
        out: HELPERS.replace('@', tag),
        indent: 0,
        vars: Vec::new(),
        structs: Vec::new(),
        funcs: Vec::new(),
        next: 0,
        depth: 0,
        loops: Vec::new(),
        in_map: false,
        result: None,
    };
    g.declarations();
    g.out
}

impl Gen {
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: usize) -> usize {
        (self.bits() % n.max(1) as u64) as usize
    }
    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
    fn fresh(&mut self, prefix: &str) -> String {
        self.next += 1;
        format!("{prefix}{}", self.next)
    }
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{}{text}", "\t".repeat(self.indent));
    }
    fn open(&mut self, text: &str) {
        self.line(text);
        self.indent += 1;
    }
    fn close(&mut self, text: &str) {
        self.indent -= 1;
        self.line(text);
    }

    // ---- types

    fn name(&self, ty: &Ty) -> String {
        let tag = &self.tag;
        match ty {
            Ty::Int(i) => INTS[*i].to_owned(),
            Ty::Float(i) => FLOATS[*i].to_owned(),
            Ty::Complex => "complex128".to_owned(),
            Ty::Bool => "bool".to_owned(),
            Ty::Str => "string".to_owned(),
            Ty::Slice(t) => format!("[]{}", self.name(t)),
            Ty::Array(n, t) => format!("[{n}]{}", self.name(t)),
            Ty::Map(k, v) => format!("map[{}]{}", self.name(k), self.name(v)),
            Ty::Struct(i) => format!("T{i}{tag}"),
            Ty::Ptr(i) => format!("*T{i}{tag}"),
            Ty::Any => "any".to_owned(),
            Ty::Shape => format!("Shape{tag}"),
            Ty::Func => "func(int) int".to_owned(),
        }
    }
    fn basic(&mut self) -> Ty {
        match self.below(10) {
            0..=5 => Ty::Int(if self.chance(40) { 0 } else { self.below(INTS.len()) }),
            6 => Ty::Float(self.below(2)),
            7 => Ty::Bool,
            8 => Ty::Complex,
            _ => Ty::Str,
        }
    }
    fn any_ty(&mut self) -> Ty {
        let structs = self.structs.len();
        match self.below(16) {
            0..=5 => self.basic(),
            6 | 7 => Ty::Slice(Box::new(self.element())),
            8 => Ty::Array(1 + self.below(4), Box::new(self.element())),
            9 | 10 => {
                let key = if self.chance(50) { Ty::Str } else { Ty::Int(self.below(INTS.len())) };
                Ty::Map(Box::new(key), Box::new(self.element()))
            }
            11 if structs > 0 => Ty::Struct(self.below(structs)),
            12 if structs > 0 => Ty::Ptr(self.below(structs)),
            13 if structs > 0 => Ty::Shape,
            14 => Ty::Any,
            15 => Ty::Func,
            _ => Ty::Int(0),
        }
    }
    fn element(&mut self) -> Ty {
        let structs = self.structs.len();
        match self.below(8) {
            0 if structs > 0 => Ty::Struct(self.below(structs)),
            1 if structs > 0 => Ty::Ptr(self.below(structs)),
            2 => Ty::Array(2, Box::new(self.basic())),
            _ => self.basic(),
        }
    }

    // ---- declarations

    fn declarations(&mut self) {
        let tag = self.tag.clone();
        for i in 0..1 + self.below(3) {
            let mut fields = vec![("A".to_owned(), Ty::Int(self.below(INTS.len())))];
            for f in ["B", "C", "D"] {
                if self.chance(60) {
                    fields.push((f.to_owned(), self.element()));
                }
            }
            let embeds = i > 0 && self.chance(50);
            self.open(&format!("type T{i}{tag} struct {{"));
            for (name, ty) in &fields {
                let text = format!("{name} {}", self.name(ty));
                self.line(&text);
            }
            if embeds {
                self.line("E struct{ X, Y int }");
            }
            self.close("}");
            self.line(&format!("func (t T{i}{tag}) Area() int {{ return int(t.A) * {} }}", i + 2));
            self.line(&format!("func (t *T{i}{tag}) Grow(n int) {{ t.A += {}(n) }}", self.name(&fields[0].1)));
            self.structs.push(fields);
        }
        for i in 0..1 + self.below(3) {
            let params: Vec<Ty> = (0..self.below(4)).map(|_| self.any_ty()).collect();
            let result = self.any_ty();
            self.function(i, &params, &result);
            self.funcs.push((params, result));
        }
        self.open(&format!("func Main{tag}() {{"));
        for i in 0..2 + self.below(3) {
            self.vars.clear();
            self.result = None;
            self.open(&format!("try{tag}(\"part {i}\", func() {{"));
            self.statements(9);
            self.print_vars();
            self.close("})");
        }
        self.close("}");
    }

    fn function(&mut self, i: usize, params: &[Ty], result: &Ty) {
        let tag = self.tag.clone();
        self.vars.clear();
        let mut list = Vec::new();
        for (n, ty) in params.iter().enumerate() {
            list.push(format!("p{n} {}", self.name(ty)));
            self.vars.push(Var { name: format!("p{n}"), ty: ty.clone(), settable: true });
        }
        let named = self.chance(40);
        let ty = self.name(result);
        let results = if named { format!("(res {ty})") } else { ty };
        self.open(&format!("func F{i}{tag}({}) {results} {{", list.join(", ")));
        if named {
            self.vars.push(Var { name: "res".to_owned(), ty: result.clone(), settable: true });
            if self.chance(50) {
                let value = self.expr(result, 2);
                self.line(&format!("defer func() {{ if x := recover(); x != nil {{ res = {value} }} }}()"));
            }
        }
        self.result = Some(result.clone());
        self.statements(4);
        let value = self.expr(result, 3);
        self.line(&format!("return {value}"));
        self.close("}");
        self.result = None;
    }

    // ---- statements

    fn statements(&mut self, most: usize) {
        for _ in 0..1 + self.below(most) {
            self.statement();
            if !self.in_map && self.chance(25) {
                self.print_vars();
            }
        }
    }

    fn block(&mut self, most: usize) {
        let kept = self.vars.len();
        self.depth += 1;
        self.statements(most);
        self.depth -= 1;
        self.vars.truncate(kept);
    }

    fn declare(&mut self, ty: Ty) -> String {
        let value = self.expr(&ty, 3);
        let name = self.fresh("v");
        let text = match self.below(3) {
            0 => format!("var {name} {} = {value}", self.name(&ty)),
            1 if self.chance(30) => format!("var {name} {}", self.name(&ty)),
            _ => format!("{name} := {}({value})", self.in_parens(&ty)),
        };
        self.line(&text);
        self.line(&format!("_ = {name}"));
        self.vars.push(Var { name: name.clone(), ty, settable: true });
        name
    }
    /// A type as the operand of a conversion.
    fn in_parens(&self, ty: &Ty) -> String {
        match ty {
            Ty::Ptr(_) | Ty::Func => format!("({})", self.name(ty)),
            _ => self.name(ty),
        }
    }

    fn pick(&mut self, fits: impl Fn(&Var) -> bool) -> Option<(String, Ty)> {
        let found: Vec<usize> = (0..self.vars.len()).filter(|i| fits(&self.vars[*i])).collect();
        if found.is_empty() {
            return None;
        }
        let at = found[self.below(found.len())];
        let v = &self.vars[at];
        Some((v.name.clone(), v.ty.clone()))
    }

    fn statement(&mut self) {
        let tag = self.tag.clone();
        if self.in_map {
            return self.commutative();
        }
        let deep = self.depth > 2;
        match self.below(26) {
            0..=3 => {
                let ty = self.any_ty();
                self.declare(ty);
            }
            4..=6 => self.assignment(),
            7 => self.op_assignment(),
            8 if !deep => self.if_statement(),
            9 | 10 if !deep => self.for_statement(),
            11 | 12 if !deep => self.range_statement(),
            13 if !deep => self.switch_statement(),
            14 => {
                if let Some((name, ty)) = self.pick(|v| matches!(v.ty, Ty::Slice(_)) && v.settable)
                    && let Ty::Slice(elem) = ty
                {
                    let x = self.expr(&elem, 2);
                    let text = match self.below(4) {
                        0 => format!("if len({name}) < 20 {{ {name} = append({name}[:len({name}):len({name})], {name}...) }}"),
                        1 => format!("copy({name}, append({name}[:0:0], {x}))"),
                        2 if self.chance(20) => format!("{name} = {name}[:k{tag}({})]", self.below(4)),
                        2 => format!("{name} = {name}[:min(k{tag}({}), len({name}))]", self.below(6)),
                        _ => format!("if len({name}) < 40 {{ {name} = append({name}[:len({name}):len({name})], {x}) }}"),
                    };
                    self.line(&text);
                }
            }
            15 => {
                if let Some((name, Ty::Map(key, value))) = self.pick(|v| matches!(v.ty, Ty::Map(..))) {
                    let (k, v) = (self.expr(&key, 2), self.expr(&value, 2));
                    let text = match self.below(3) {
                        0 => format!("delete({name}, {k})"),
                        1 => format!("if x, ok := {name}[{k}]; ok {{ {name}[{k}] = x }}"),
                        _ => format!("{name}[{k}] = {v}"),
                    };
                    self.line(&text);
                }
            }
            16 => self.print_vars(),
            17 => {
                let text = match self.below(4) {
                    0 => "defer func(n int) { println(\"deferred\", n) }".to_owned(),
                    _ => "defer println(\"later\", ".to_owned(),
                };
                let n = self.expr(&Ty::Int(0), 2);
                self.line(&format!("{}{n})", if text.ends_with('}') { format!("{text}(") } else { text }));
            }
            18 if !deep => {
                let name = self.fresh("try");
                self.open(&format!("try{tag}(\"{name}\", func() {{"));
                let loops = std::mem::take(&mut self.loops);
                let result = self.result.take();
                self.block(4);
                self.loops = loops;
                self.result = result;
                self.close("})");
            }
            19 => {
                if let Some(label) = self.loops.last().cloned() {
                    let cond = self.expr(&Ty::Bool, 2);
                    let word = if self.chance(50) { "break" } else { "continue" };
                    let outer = self.loops.iter().flatten().next().cloned().filter(|_| self.chance(50));
                    let to = outer.or(label).map_or(String::new(), |l| format!(" {l}"));
                    self.line(&format!("if {cond} {{ {word}{to} }}"));
                }
            }
            20 => {
                if let Some((name, _)) = self.pick(|v| v.ty == Ty::Shape || matches!(v.ty, Ty::Ptr(_))) {
                    let n = self.expr(&Ty::Int(0), 2);
                    self.line(&format!("{name}.Grow({n})"));
                }
            }
            21 => {
                let ty = self.basic();
                if let (Some((a, _)), Some((b, _))) = (self.pick(|v| v.ty == ty && v.settable), self.pick(|v| v.ty == ty && v.settable)) {
                    self.line(&format!("{a}, {b} = {b}, {a}"));
                }
            }
            22 => {
                if let Some(ty) = self.result.clone() {
                    let (cond, value) = (self.expr(&Ty::Bool, 2), self.expr(&ty, 2));
                    self.line(&format!("if {cond} {{ return {value} }}"));
                }
            }
            23 if self.chance(30) => {
                let (cond, n) = (self.expr(&Ty::Bool, 2), self.below(100));
                let what = if self.chance(50) { format!("\"text {n}\"") } else { n.to_string() };
                self.line(&format!("if {cond} {{ panic({what}) }}"));
            }
            24 => self.closure_call(),
            25 => {
                let name = self.fresh("st");
                let ty = self.basic();
                let (a, b) = (self.expr(&ty, 2), self.expr(&ty, 2));
                self.line(&format!("{name} := new(Stack{tag}[{}]).Push({a}).Push({b})", self.name(&ty)));
                let popped = self.fresh("v");
                self.line(&format!("{popped}, _ := {name}.Pop()"));
                self.line(&format!("_ = {popped}"));
                self.vars.push(Var { name: popped, ty, settable: true });
            }
            _ => self.assignment(),
        }
    }

    /// A closure that changes what it captures, called by a statement of its own.
    fn closure_call(&mut self) {
        let (name, got) = (self.fresh("clo"), self.fresh("v"));
        let n = self.expr(&Ty::Int(0), 2);
        self.open(&format!("{name} := func(n int) int {{"));
        let result = self.result.take();
        let loops = std::mem::take(&mut self.loops);
        let kept = self.vars.len();
        self.vars.push(Var { name: "n".to_owned(), ty: Ty::Int(0), settable: true });
        self.assignment();
        self.op_assignment();
        self.vars.truncate(kept);
        self.loops = loops;
        self.result = result;
        self.line("return n + 1");
        self.close("}");
        self.line(&format!("{got} := {name}({n})"));
        self.line(&format!("_ = {got}"));
        self.vars.push(Var { name: got, ty: Ty::Int(0), settable: true });
    }

    /// What may happen for each entry of a map, in whatever order they come.
    fn commutative(&mut self) {
        if let Some((name, ty)) = self.pick(|v| matches!(v.ty, Ty::Int(_)) && v.name.starts_with("acc")) {
            let x = self.pick(|v| matches!(v.ty, Ty::Int(_)) && v.name.starts_with("mk")).map_or("1".to_owned(), |(n, _)| n);
            self.line(&format!("{name} += {}({x})", self.name(&ty)));
        }
    }

    /// Something that can be assigned to, of type `ty`.
    fn place(&mut self, ty: &Ty) -> Option<String> {
        let tag = self.tag.clone();
        if self.chance(45)
            && let Some((name, _)) = self.pick(|v| v.ty == *ty && v.settable)
        {
            return Some(name);
        }
        let structs = self.structs.clone();
        let candidates: Vec<String> = self
            .vars
            .iter()
            .flat_map(|v| match &v.ty {
                Ty::Slice(e) | Ty::Array(_, e) if **e == *ty => vec![format!("{n}[k{tag}(#)%max(len({n}), 1)]", n = v.name)],
                Ty::Struct(i) | Ty::Ptr(i) => structs[*i].iter().filter(|(_, t)| t == ty).map(|(f, _)| format!("{}.{f}", v.name)).collect(),
                Ty::Slice(e) | Ty::Array(_, e) => match &**e {
                    Ty::Struct(i) | Ty::Ptr(i) => structs[*i]
                        .iter()
                        .filter(|(_, t)| t == ty)
                        .map(|(f, _)| format!("{n}[k{tag}(#)%max(len({n}), 1)].{f}", n = v.name))
                        .collect(),
                    _ => vec![],
                },
                _ => vec![],
            })
            .collect();
        if candidates.is_empty() {
            return self.pick(|v| v.ty == *ty && v.settable).map(|(n, _)| n);
        }
        let at = self.below(candidates.len());
        let index = self.below(6);
        let mut place = candidates[at].replace('#', &index.to_string());
        // Now and then the index may be out of range.
        if self.chance(4)
            && let (Some(from), Some(to)) = (place.find("%max("), place.find(", 1)]"))
        {
            place.replace_range(from..to + 4, "");
        }
        Some(place)
    }

    fn assignment(&mut self) {
        let ty = match self.pick(|v| v.settable) {
            Some((_, ty)) if self.chance(60) => ty,
            _ => self.basic(),
        };
        let Some(place) = self.place(&ty) else {
            self.declare(ty);
            return;
        };
        let value = self.expr(&ty, 3);
        self.line(&format!("{place} = {value}"));
    }

    fn op_assignment(&mut self) {
        let tag = self.tag.clone();
        let ty = self.basic();
        let Some(place) = self.place(&ty) else { return };
        let text = match &ty {
            Ty::Int(_) => match self.below(4) {
                0 => format!("{place}++"),
                1 => format!("{place} <<= uint8({}) & 7", self.expr(&Ty::Int(6), 1)),
                _ => {
                    let op = ["+", "-", "*", "&", "|", "^", "&^", "/", "%"][self.below(9)];
                    let odd = if matches!(op, "/" | "%") && self.chance(90) { " | 1" } else { "" };
                    format!("{place} {op}= {}{odd}", self.expr(&ty, 2))
                }
            },
            Ty::Float(_) => format!("{place} {}= {}", ["+", "-", "*", "/"][self.below(4)], self.expr(&ty, 2)),
            Ty::Complex => format!("{place} *= {}", self.expr(&ty, 1)),
            Ty::Str => format!("{place} = cut{tag}({place} + {})", self.expr(&ty, 2)),
            _ => format!("{place} = !{place}"),
        };
        self.line(&text);
    }

    fn if_statement(&mut self) {
        let cond = self.expr(&Ty::Bool, 3);
        if self.chance(30) {
            let name = self.fresh("v");
            let value = self.expr(&Ty::Int(0), 2);
            self.open(&format!("if {name} := {value}; {name} > 2 && {cond} {{"));
        } else {
            self.open(&format!("if {cond} {{"));
        }
        self.block(3);
        if self.chance(50) {
            self.indent -= 1;
            self.line("} else {");
            self.indent += 1;
            self.block(3);
        }
        self.close("}");
    }

    fn label(&mut self) -> Option<String> {
        let label = self.chance(30).then(|| self.fresh("loop"));
        if let Some(label) = &label {
            let text = format!("{label}:");
            self.line(&text);
        }
        self.loops.push(label.clone());
        label
    }
    /// Uses the label, so that it counts as used.
    fn use_label(&mut self, label: Option<String>) {
        if let Some(label) = label {
            let tag = &self.tag;
            let text = format!("if fuel{tag} < 0 {{ break {label} }}");
            self.line(&text);
        }
    }

    fn for_statement(&mut self) {
        let tag = self.tag.clone();
        let label = self.label();
        let i = self.fresh("i");
        let n = 1 + self.below(4);
        let ty = Ty::Int(self.below(INTS.len()));
        if self.chance(50) {
            self.open(&format!("for {i} := {}(0); {i} < {n} && tick{tag}(); {i}++ {{", self.name(&ty)));
        } else {
            self.open(&format!("for {i} := {}({n}); tick{tag}() && {i} > 0; {i}-- {{", self.name(&ty)));
        }
        self.use_label(label);
        let kept = self.vars.len();
        self.vars.push(Var { name: i, ty, settable: false });
        self.block(4);
        self.vars.truncate(kept);
        self.loops.pop();
        self.close("}");
    }

    fn range_statement(&mut self) {
        let tag = self.tag.clone();
        match self.below(6) {
            0 => {
                let n = self.below(5);
                let over = if self.chance(50) { format!("upTo{tag}({n})") } else { n.to_string() };
                let label = self.label();
                let i = self.fresh("i");
                self.open(&format!("for {i} := range {over} {{"));
                self.range_body(label, vec![(i, Ty::Int(0))]);
            }
            1 => {
                let text = self.expr(&Ty::Str, 2);
                let label = self.label();
                let (i, r) = (self.fresh("i"), self.fresh("r"));
                self.open(&format!("for {i}, {r} := range cut{tag}({text}) {{"));
                self.range_body(label, vec![(i, Ty::Int(0)), (r, Ty::Int(3))]);
            }
            2 | 3 => {
                let Some((name, ty)) = self.pick(|v| matches!(v.ty, Ty::Slice(_) | Ty::Array(..))) else { return };
                let (Ty::Slice(elem) | Ty::Array(_, elem)) = ty else { return };
                let label = self.label();
                let (i, x) = (self.fresh("i"), self.fresh("x"));
                self.open(&format!("for {i}, {x} := range {name} {{"));
                self.line(&format!("_ = {x}"));
                self.range_body(label, vec![(i, Ty::Int(0)), (x, *elem)]);
            }
            _ => {
                let Some((name, Ty::Map(key, _))) = self.pick(|v| matches!(v.ty, Ty::Map(..))) else { return };
                let (acc, mk) = (self.fresh("acc"), self.fresh("mk"));
                self.line(&format!("{acc} := 0"));
                self.vars.push(Var { name: acc.clone(), ty: Ty::Int(0), settable: true });
                self.open(&format!("for {mk} := range {name} {{"));
                match *key {
                    Ty::Str => self.line(&format!("{acc} += len({mk})")),
                    _ => self.line(&format!("{acc} ^= int({mk})")),
                }
                if self.chance(30) {
                    self.line(&format!("delete({name}, {mk})"));
                }
                self.in_map = true;
                self.commutative();
                self.in_map = false;
                self.close("}");
            }
        }
    }

    fn range_body(&mut self, label: Option<String>, vars: Vec<(String, Ty)>) {
        let tag = self.tag.clone();
        self.line(&format!("if !tick{tag}() {{ break }}"));
        self.use_label(label);
        let kept = self.vars.len();
        for (name, ty) in vars {
            self.line(&format!("_ = {name}"));
            self.vars.push(Var { name, ty, settable: true });
        }
        self.block(4);
        self.vars.truncate(kept);
        self.loops.pop();
        self.close("}");
    }

    fn switch_statement(&mut self) {
        let tag = self.tag.clone();
        // A break in it would leave the switch: loops are out of sight without a label.
        let loops = std::mem::take(&mut self.loops);
        if self.chance(40) {
            let x = self.expr(&Ty::Any, 2);
            let v = self.fresh("v");
            self.open(&format!("switch {v} := {x}.(type) {{"));
            for ty in [Ty::Int(0), Ty::Str, Ty::Bool] {
                let name = self.name(&ty);
                self.indent -= 1;
                self.line(&format!("case {name}:"));
                self.indent += 1;
                self.line(&format!("_ = {v}"));
                let kept = self.vars.len();
                self.vars.push(Var { name: v.clone(), ty, settable: true });
                self.block(2);
                self.vars.truncate(kept);
            }
            self.indent -= 1;
            self.line("default:");
            self.indent += 1;
            self.line(&format!("println(\"kind\", kind{tag}({v}))"));
        } else {
            let ty = self.basic();
            let x = self.expr(&ty, 2);
            self.open(&format!("switch x := {x}; x {{"));
            let cases = 1 + self.below(3);
            for i in 0..cases {
                let value = self.expr(&ty, 2);
                self.indent -= 1;
                self.line(&format!("case {value}:"));
                self.indent += 1;
                self.block(2);
                if i + 1 < cases && self.chance(30) {
                    self.line("fallthrough");
                }
            }
            if self.chance(60) {
                self.indent -= 1;
                self.line("default:");
                self.indent += 1;
                self.block(2);
            }
        }
        self.close("}");
        self.loops = loops;
    }

    fn print_vars(&mut self) {
        let tag = self.tag.clone();
        let mut parts = Vec::new();
        let from = self.vars.len().saturating_sub(6);
        for v in &self.vars[from..] {
            let n = &v.name;
            match &v.ty {
                Ty::Int(_) | Ty::Float(_) | Ty::Bool | Ty::Str | Ty::Complex => parts.push(n.clone()),
                Ty::Slice(e) => {
                    parts.push(format!("len({n})"));
                    if matches!(**e, Ty::Int(_)) {
                        parts.push(format!("sum{tag}({n}...)"));
                    }
                }
                Ty::Array(_, e) if matches!(**e, Ty::Int(_)) => parts.push(format!("sum{tag}({n}[:]...)")),
                Ty::Map(..) => parts.push(format!("len({n})")),
                Ty::Struct(_) => parts.push(format!("{n}.A, {n}.Area()")),
                Ty::Ptr(_) | Ty::Func | Ty::Shape => parts.push(format!("{n} == nil")),
                Ty::Any => parts.push(format!("kind{tag}({n})")),
                Ty::Array(..) => {}
            }
        }
        self.line(&format!("println({})", parts.join(", ")));
    }

    // ---- expressions

    fn literal(&mut self, ty: &Ty) -> String {
        let tag = self.tag.clone();
        let structs = self.structs.clone();
        match ty {
            Ty::Int(i) => {
                let n = match self.below(6) {
                    0 => "0".to_owned(),
                    1 => "1".to_owned(),
                    2 => {
                        ["1<<63 - 1", "127", "32767", "1<<31 - 1", "1<<63 - 1", "1<<64 - 1", "255", "65535", "1<<32 - 1", "1<<64 - 1", "8"]
                            [*i]
                            .to_owned()
                    }
                    3 if *i < 5 => ["-1 << 63", "-128", "-32768", "-1 << 31", "-1 << 63"][*i].to_owned(),
                    _ => self.below(100).to_string(),
                };
                format!("k{tag}[{}]({n})", INTS[*i])
            }
            Ty::Float(i) => {
                let n = ["0", "0.5", "-1.25", "1e10", "3", "0.1"][self.below(6)];
                format!("k{tag}[{}]({n})", FLOATS[*i])
            }
            Ty::Complex => format!("k{tag}(complex({}, {}))", self.below(5), self.below(5)),
            Ty::Bool => format!("k{tag}({})", if self.chance(50) { "true" } else { "false" }),
            Ty::Str => format!("k{tag}({})", ["\"\"", "\"abc\"", "\"héllo\"", "\"x\"", "\"日本\\xff\""][self.below(5)]),
            Ty::Slice(e) => {
                if self.chance(6) {
                    return format!("{}(nil)", self.name(ty));
                }
                let items: Vec<String> = (0..1 + self.below(4)).map(|_| self.expr(e, 1)).collect();
                format!("{}{{{}}}", self.name(ty), items.join(", "))
            }
            Ty::Array(n, e) => {
                let items: Vec<String> = (0..self.below(n + 1)).map(|_| self.expr(e, 1)).collect();
                format!("{}{{{}}}", self.name(ty), items.join(", "))
            }
            Ty::Map(k, v) => {
                if self.chance(3) {
                    return format!("{}(nil)", self.name(ty));
                }
                let items: Vec<String> = (0..self.below(3)).map(|_| format!("{}: {}", self.expr(k, 1), self.expr(v, 1))).collect();
                format!("{}{{{}}}", self.name(ty), items.join(", "))
            }
            Ty::Struct(i) => {
                let mut items = Vec::new();
                for (name, ty) in &structs[*i] {
                    if self.chance(60) {
                        items.push(format!("{name}: {}", self.expr(ty, 1)));
                    }
                }
                format!("{}{{{}}}", self.name(ty), items.join(", "))
            }
            Ty::Ptr(i) => {
                if self.chance(3) {
                    return format!("({})(nil)", self.name(ty));
                }
                format!("&{}", self.literal(&Ty::Struct(*i)))
            }
            Ty::Any => {
                let inner = match self.below(6) {
                    0 => return "any(nil)".to_owned(),
                    1 => Ty::Slice(Box::new(Ty::Int(0))),
                    _ => self.basic(),
                };
                format!("any({})", self.expr(&inner, 1))
            }
            Ty::Shape => {
                let n = structs.len();
                if n == 0 || self.chance(5) {
                    return format!("Shape{tag}(nil)");
                }
                let i = self.below(n);
                format!("Shape{tag}({})", self.literal(&Ty::Ptr(i)))
            }
            Ty::Func => {
                let n = self.below(9);
                format!("func(n int) int {{ return n*{n} - 1 }}")
            }
        }
    }

    fn expr(&mut self, ty: &Ty, depth: usize) -> String {
        if depth == 0 || self.chance(20) {
            if self.chance(75)
                && let Some((name, _)) = self.pick(|v| v.ty == *ty)
            {
                return name;
            }
            return self.literal(ty);
        }
        let tag = self.tag.clone();
        let d = depth - 1;
        if self.chance(12)
            && self.result.is_none()
            && let Some(at) = (0..self.funcs.len()).find(|i| self.funcs[*i].1 == *ty)
        {
            let params = self.funcs[at].0.clone();
            let args: Vec<String> = params.iter().map(|p| self.expr(p, d.min(1))).collect();
            return format!("F{at}{tag}({})", args.join(", "));
        }
        if self.chance(20)
            && let Some(place) = self.place(ty)
        {
            return place;
        }
        match ty {
            Ty::Int(i) => self.integer(*i, d),
            Ty::Float(i) => match self.below(4) {
                0 => format!("{}({})", FLOATS[*i], self.expr(&Ty::Int(3), d)),
                1 => format!("(-({}))", self.expr(ty, d)),
                2 => format!("min({}, {})", self.expr(ty, d), self.expr(ty, d)),
                _ => format!("({} {} {})", self.expr(ty, d), ["+", "-", "*", "/"][self.below(4)], self.expr(ty, d)),
            },
            Ty::Complex => match self.below(3) {
                0 => format!("complex({}, {})", self.expr(&Ty::Float(0), d), self.expr(&Ty::Float(0), d)),
                _ => format!("({} {} {})", self.expr(ty, d), ["+", "-", "*"][self.below(3)], self.expr(ty, d)),
            },
            Ty::Bool => self.boolean(d),
            Ty::Str => match self.below(7) {
                0 => format!("cut{tag}({} + {})", self.expr(ty, d), self.expr(ty, d)),
                1 => {
                    let x = self.operand(ty, d);
                    format!("{x}[min(k{tag}({}), len({x})):]", self.below(3))
                }
                2 => format!("kind{tag}({})", self.expr(&Ty::Any, d)),
                3 => format!("string([]byte({}))", self.expr(ty, d)),
                4 => format!("string([]rune({}))", self.expr(ty, d)),
                5 => format!("string(rune({}))", self.expr(&Ty::Int(6), d)),
                _ => format!("max({}, {})", self.expr(ty, d), self.expr(ty, d)),
            },
            Ty::Any if self.chance(50) => {
                let inner = self.basic();
                format!("any({})", self.expr(&inner, d))
            }
            Ty::Slice(e) if self.chance(40) => match self.below(3) {
                0 => {
                    let x = self.operand(ty, d);
                    let to = if self.chance(90) { format!("min(k{tag}({}), len({x}))", self.below(2)) } else { "k@(1)".replace('@', &tag) };
                    format!("{x}[{to}:]")
                }
                1 => {
                    let x = self.operand(ty, d);
                    format!("append({x}[:len({x}):len({x})], {})", self.expr(e, d))
                }
                _ => format!("make({}, k{tag}({}), 5)", self.name(ty), self.below(4)),
            },
            Ty::Func if self.chance(40) => match self.pick(|v| matches!(v.ty, Ty::Int(0))) {
                Some((name, _)) => format!("func(n int) int {{ return n ^ {name} }}"),
                None => self.literal(ty),
            },
            _ => self.literal(ty),
        }
    }

    /// An expression that can be indexed, sliced or called.
    fn operand(&mut self, ty: &Ty, depth: usize) -> String {
        match self.pick(|v| v.ty == *ty) {
            Some((name, _)) => name,
            None => {
                let text = self.expr(ty, depth.min(1));
                format!("({text})")
            }
        }
    }

    fn integer(&mut self, i: usize, d: usize) -> String {
        let tag = self.tag.clone();
        let ty = Ty::Int(i);
        match self.below(16) {
            0..=5 => {
                let op = ["+", "-", "*", "&", "|", "^", "&^", "/", "%"][self.below(9)];
                // Division by zero happens, but seldom.
                let odd = if matches!(op, "/" | "%") && self.chance(90) { " | 1" } else { "" };
                format!("({} {op} ({}{odd}))", self.expr(&ty, d), self.expr(&ty, d))
            }
            6 => format!("({} << (uint8({}) & 15))", self.expr(&ty, d), self.expr(&Ty::Int(6), d)),
            7 => format!("({} >> (uint8({}) & 63))", self.expr(&ty, d), self.expr(&Ty::Int(6), d)),
            8 => {
                let from = Ty::Int(self.below(INTS.len()));
                format!("{}({})", INTS[i], self.expr(&from, d))
            }
            9 => format!("({}({}))", ["-", "^", "+"][self.below(3)], self.operand(&ty, d)),
            10 => {
                let ty = match self.below(3) {
                    0 => Ty::Str,
                    1 => Ty::Slice(Box::new(Ty::Int(0))),
                    _ => Ty::Map(Box::new(Ty::Str), Box::new(Ty::Int(0))),
                };
                format!("{}(len({}))", INTS[i], self.operand(&ty, d))
            }
            11 => format!("{}(toInt{tag}(float64({})))", INTS[i], self.expr(&Ty::Float(0), d)),
            12 => {
                let x = self.operand(&Ty::Str, d);
                format!("{}(({x} + \"pad\")[k{tag}({})%(len({x})+3)])", INTS[i], self.below(9))
            }
            13 => format!("{}({}(int({})))", INTS[i], self.operand(&Ty::Func, d), self.expr(&ty, d)),
            14 => {
                let maps = Ty::Map(Box::new(Ty::Str), Box::new(ty.clone()));
                format!("{}[{}]", self.operand(&maps, d), self.expr(&Ty::Str, d))
            }
            _ => match self.below(4) {
                0 => format!("sum{tag}({}, {})", self.expr(&ty, d), self.expr(&ty, d)),
                1 => format!("{}({}.Area())", INTS[i], self.operand(&Ty::Shape, d)),
                2 => {
                    let s = Ty::Slice(Box::new(ty.clone()));
                    format!("fold{tag}({}, {}, func(a, b {t}) {t} {{ return a*3 + b }})", self.expr(&s, d), self.expr(&ty, d), t = INTS[i])
                }
                _ => format!("max({}, {})", self.expr(&ty, d), self.expr(&ty, d)),
            },
        }
    }

    fn boolean(&mut self, d: usize) -> String {
        match self.below(7) {
            0 => format!("!{}", self.operand(&Ty::Bool, d)),
            1 => format!("({} && {})", self.expr(&Ty::Bool, d), self.expr(&Ty::Bool, d)),
            2 => format!("({} || {})", self.expr(&Ty::Bool, d), self.expr(&Ty::Bool, d)),
            3 => format!("(any({}) == any({}))", self.expr(&Ty::Int(0), d), self.expr(&Ty::Int(1), d)),
            4 => {
                let ty = Ty::Array(2, Box::new(Ty::Int(0)));
                let (a, b) = (self.operand(&ty, d), self.operand(&ty, d));
                format!("({a} == {b})")
            }
            _ => {
                let ty = match self.basic() {
                    Ty::Complex | Ty::Bool => Ty::Int(0),
                    ty => ty,
                };
                let op = ["==", "!=", "<", "<=", ">", ">="][self.below(6)];
                format!("({} {op} {})", self.expr(&ty, d), self.expr(&ty, d))
            }
        }
    }
}
