//! What can be assigned to, and assignments.

use super::{Gen, Ty};

impl Gen {
    /// Something that can be assigned to, of type `ty`.
    pub(super) fn place(&mut self, ty: &Ty) -> Option<String> {
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

    pub(super) fn assignment(&mut self) {
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

    pub(super) fn op_assignment(&mut self) {
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
}
