//! Statements. What they declare is known until their block ends.

use super::{Gen, INTS, Ty, Var};

impl Gen {
    pub(super) fn statements(&mut self, most: usize) {
        for _ in 0..1 + self.below(most) {
            self.statement();
            if !self.in_map && self.chance(25) {
                self.print_vars();
            }
        }
    }

    pub(super) fn block(&mut self, most: usize) {
        let kept = self.vars.len();
        self.depth += 1;
        self.statements(most);
        self.depth -= 1;
        self.vars.truncate(kept);
    }

    pub(super) fn declare(&mut self, ty: Ty) -> String {
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
    pub(super) fn in_parens(&self, ty: &Ty) -> String {
        match ty {
            Ty::Ptr(_) | Ty::Func => format!("({})", self.name(ty)),
            _ => self.name(ty),
        }
    }

    pub(super) fn pick(&mut self, fits: impl Fn(&Var) -> bool) -> Option<(String, Ty)> {
        let found: Vec<usize> = (0..self.vars.len()).filter(|i| fits(&self.vars[*i])).collect();
        if found.is_empty() {
            return None;
        }
        let at = found[self.below(found.len())];
        let v = &self.vars[at];
        Some((v.name.clone(), v.ty.clone()))
    }

    pub(super) fn statement(&mut self) {
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
    pub(super) fn closure_call(&mut self) {
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
    pub(super) fn commutative(&mut self) {
        if let Some((name, ty)) = self.pick(|v| matches!(v.ty, Ty::Int(_)) && v.name.starts_with("acc")) {
            let x = self.pick(|v| matches!(v.ty, Ty::Int(_)) && v.name.starts_with("mk")).map_or("1".to_owned(), |(n, _)| n);
            self.line(&format!("{name} += {}({x})", self.name(&ty)));
        }
    }

    pub(super) fn if_statement(&mut self) {
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

    pub(super) fn label(&mut self) -> Option<String> {
        let label = self.chance(30).then(|| self.fresh("loop"));
        if let Some(label) = &label {
            let text = format!("{label}:");
            self.line(&text);
        }
        self.loops.push(label.clone());
        label
    }
    /// Uses the label, so that it counts as used.
    pub(super) fn use_label(&mut self, label: Option<String>) {
        if let Some(label) = label {
            let tag = &self.tag;
            let text = format!("if fuel{tag} < 0 {{ break {label} }}");
            self.line(&text);
        }
    }

    pub(super) fn for_statement(&mut self) {
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

    pub(super) fn range_statement(&mut self) {
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

    pub(super) fn range_body(&mut self, label: Option<String>, vars: Vec<(String, Ty)>) {
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

    pub(super) fn switch_statement(&mut self) {
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

    pub(super) fn print_vars(&mut self) {
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
}
