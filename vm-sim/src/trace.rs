//! Keeping a trace while a call runs: its steps, and how often blocks were entered and what they cost.

use std::collections::BTreeMap;

use amigos_syntax::Name;
use rustc_hash::FxHashMap;

use crate::code::I;
use crate::image::Image;
use crate::machine::Machine;
use crate::outcome::{LineKey, LineUse, MAX_STEPS, Step, StepKind};

/// Blocks and gas by function and instruction. Unlike steps it has no end.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// How often each block was entered, by its function and first instruction.
    entered: FxHashMap<(u32, u32), u64>,
    /// Gas beside the blocks' fixed prices, by function and instruction.
    charged: FxHashMap<(u32, u32), u64>,
}

impl Profile {
    /// Gas was taken at an instruction.
    pub fn charged(&mut self, f: u32, pc: u32, gas: u64) {
        *self.charged.entry((f, pc)).or_insert(0) += gas;
    }
}

impl Machine<'_> {
    fn trace_step(&mut self, image: &Image, what: StepKind, f: u32, pc: u32) {
        *self.profile.entered.entry((f, pc)).or_insert(0) += 1;
        if self.trace.steps.len() >= MAX_STEPS {
            self.trace.truncated = true;
            return;
        }
        let (file, line) = image.place(f, pc);
        let depth = self.frames.len() as u32;
        if what == StepKind::Line
            && let Some(last) = self.trace.steps.last()
            && last.depth == depth
            && last.line == line
            && last.what == StepKind::Line
        {
            return;
        }
        let func = image.funcs[f as usize].name.to_string();
        self.trace.steps.push(Step { depth, what, func, file: file.to_string(), line, gas_left: self.gas });
    }

    /// A block was entered.
    pub fn trace_line(&mut self, image: &Image, f: u32, pc: u32) {
        self.trace_step(image, StepKind::Line, f, pc);
    }

    /// A function was entered.
    pub fn trace_call(&mut self, image: &Image, f: u32) {
        self.trace_step(image, StepKind::Call, f, 0);
    }

    /// A function was left.
    pub fn trace_return(&mut self) {
        if self.trace.steps.len() >= MAX_STEPS {
            self.trace.truncated = true;
            return;
        }
        let depth = self.frames.len() as u32;
        if let Some(last) = self.trace.steps.last() {
            let step = Step { depth, what: StepKind::Return, gas_left: self.gas, ..last.clone() };
            self.trace.steps.push(step);
        }
    }

    /// What was entered and what it cost, by line: of the blocks on a line the one that was entered most often counts.
    pub fn lines_used(&self, image: &Image) -> BTreeMap<LineKey, LineUse> {
        let mut used: BTreeMap<LineKey, LineUse> = BTreeMap::new();
        let key_of = |f: u32, (file, line): (Name, u32)| {
            let package = &image.pkgs[usize::from(image.funcs[f as usize].pkg)].key.0;
            LineKey { package: package.to_string(), file: file.to_string(), line }
        };
        let key = |f: u32, pc: u32| key_of(f, image.place(f, pc));
        let key_at = |f: u32, at: u32| key_of(f, image.place_at(f, at));
        for ((f, pc), times) in &self.profile.entered {
            let Some(code) = image.funcs.get(*f as usize).and_then(|func| func.code.as_ref()) else { continue };
            let end = code.blocks.iter().map(|block| block.pc).filter(|start| start > pc).min().unwrap_or(code.code.len() as u32);
            // What ends a block may name a place in an arm that was not taken.
            let only_jumps = matches!(code.code.get(*pc as usize), Some(I::Jmp { .. }));
            let end = if end > pc + 1 || only_jumps { end - 1 } else { end };
            let mut last = None;
            for at in *pc..end {
                let key = key(*f, at);
                if last.as_ref() != Some(&key) {
                    let hits = &mut used.entry(key.clone()).or_default().hits;
                    *hits = (*hits).max(*times);
                }
                last = Some(key);
            }
        }
        for ((f, pc), times) in &self.profile.entered {
            let Some(code) = image.funcs.get(*f as usize).and_then(|func| func.code.as_ref()) else { continue };
            let of_block = code.prices.iter().skip_while(|price| price.block < *pc).take_while(|price| price.block == *pc);
            for price in of_block {
                used.entry(key_at(*f, price.at)).or_default().gas += times * u64::from(price.gas);
            }
        }
        for ((f, pc), gas) in &self.profile.charged {
            used.entry(key(*f, *pc)).or_default().gas += gas;
        }
        used.retain(|key, _| key.line > 0);
        used
    }
}

/// The lines of a package that have code, by file.
pub fn code_lines(package: &amigos_mir::mir::PackageMir) -> BTreeMap<String, std::collections::BTreeSet<u32>> {
    let mut lines: BTreeMap<String, std::collections::BTreeSet<u32>> = BTreeMap::new();
    // What initialises the package is nobody's line.
    let written = package.funcs.iter().filter(|(name, _)| name.as_str() != "$init");
    let mut open: Vec<&amigos_mir::mir::Body> = written.map(|(_, body)| &**body).collect();
    while let Some(body) = open.pop() {
        open.extend(body.closures.iter().map(|closure| &**closure));
        let Some(place) = package.decls.get(body.decl as usize) else { continue };
        let of_file = lines.entry(place.file.to_string()).or_default();
        for block in &body.blocks {
            of_file.extend(block.insts.iter().map(|inst| place.line_of(inst.span.start)));
        }
    }
    lines
}
