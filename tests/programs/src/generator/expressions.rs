//! Expressions of a wanted type, no deeper than is said.

use super::{FLOATS, Gen, INTS, Ty};

impl Gen {
    pub(super) fn literal(&mut self, ty: &Ty) -> String {
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

    pub(super) fn expr(&mut self, ty: &Ty, depth: usize) -> String {
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
    pub(super) fn operand(&mut self, ty: &Ty, depth: usize) -> String {
        match self.pick(|v| v.ty == *ty) {
            Some((name, _)) => name,
            None => {
                let text = self.expr(ty, depth.min(1));
                format!("({text})")
            }
        }
    }

    pub(super) fn integer(&mut self, i: usize, d: usize) -> String {
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

    pub(super) fn boolean(&mut self, d: usize) -> String {
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
