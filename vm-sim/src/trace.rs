//! Keeping a trace while a call runs.

use crate::image::Image;
use crate::machine::Machine;
use crate::outcome::{MAX_STEPS, Step, StepKind};

impl Machine<'_> {
    fn trace_step(&mut self, image: &Image, what: StepKind, f: u32, pc: u32) {
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
        if self.trace.steps.len() >= MAX_STEPS {
            self.trace.truncated = true;
            return;
        }
        let used = self.trace.steps.last().map_or(0, |s| s.gas_left.saturating_sub(self.gas));
        if let Some(last) = self.trace.steps.last() {
            *self.trace.gas_by_line.entry((last.file.clone(), last.line)).or_insert(0) += used;
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
}
