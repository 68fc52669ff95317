//! Types, and the declarations of a program: structs with methods, functions, and `Main`.

use super::{FLOATS, Gen, INTS, Ty, Var};

impl Gen {
    pub(super) fn name(&self, ty: &Ty) -> String {
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
    pub(super) fn basic(&mut self) -> Ty {
        match self.below(10) {
            0..=5 => Ty::Int(if self.chance(40) { 0 } else { self.below(INTS.len()) }),
            6 => Ty::Float(self.below(2)),
            7 => Ty::Bool,
            8 => Ty::Complex,
            _ => Ty::Str,
        }
    }
    pub(super) fn any_ty(&mut self) -> Ty {
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
    pub(super) fn element(&mut self) -> Ty {
        let structs = self.structs.len();
        match self.below(8) {
            0 if structs > 0 => Ty::Struct(self.below(structs)),
            1 if structs > 0 => Ty::Ptr(self.below(structs)),
            2 => Ty::Array(2, Box::new(self.basic())),
            _ => self.basic(),
        }
    }

    pub(super) fn declarations(&mut self) {
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

    pub(super) fn function(&mut self, i: usize, params: &[Ty], result: &Ty) {
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
}
