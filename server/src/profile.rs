//! The gas of executions as a flame graph: speedscope's file format (speedscope.app, and editors' viewers), gas in the place of time.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What happened at a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// A function was entered.
    Enter,
    /// A function was left.
    Leave,
}

/// A step of an execution.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// What happened.
    pub what: What,
    /// The function.
    pub func: String,
    /// Its file.
    pub file: String,
    /// The line.
    pub line: u64,
    /// Gas left.
    pub gas_left: u64,
}

/// The steps of a trace in JSON, as the hub and `amigos call --trace` have them.
pub fn steps_of_json(trace: &Value) -> Vec<Step> {
    let read = |step: &Value| {
        let what = match step["what"].as_str()? {
            "call" => What::Enter,
            "return" => What::Leave,
            _ => return None,
        };
        let text = |name: &str| step[name].as_str().unwrap_or_default().to_owned();
        Some(Step { what, func: text("func"), file: text("file"), line: step["line"].as_u64()?, gas_left: step["gas_left"].as_u64()? })
    };
    trace["steps"].as_array().into_iter().flatten().filter_map(read).collect()
}

/// The steps of the machine's own trace.
pub fn steps_of(trace: &amigos_vm::outcome::Trace) -> Vec<Step> {
    use amigos_vm::outcome::StepKind;
    let read = |step: &amigos_vm::outcome::Step| {
        let what = match step.what {
            StepKind::Call => What::Enter,
            StepKind::Return => What::Leave,
            StepKind::Line => return None,
        };
        let (func, file) = (step.func.clone(), step.file.clone());
        Some(Step { what, func, file, line: u64::from(step.line), gas_left: step.gas_left })
    };
    trace.steps.iter().filter_map(read).collect()
}

/// Executions, each with its name, its steps and all the gas it used, as one file.
pub fn speedscope(executions: &[(String, Vec<Step>, u64)]) -> Value {
    let mut frames: Vec<Value> = Vec::new();
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut profiles = Vec::new();
    for (name, steps, used) in executions {
        let start = steps.first().map_or(0, |step| step.gas_left);
        let mut open: Vec<usize> = Vec::new();
        let mut events = Vec::new();
        let mut now = 0;
        for step in steps {
            now = start.saturating_sub(step.gas_left).max(now);
            match step.what {
                What::Enter => {
                    let frame = *known.entry((step.func.clone(), step.file.clone())).or_insert_with(|| {
                        frames.push(json!({"name": step.func, "file": step.file, "line": step.line}));
                        frames.len() - 1
                    });
                    open.push(frame);
                    events.push(json!({"type": "O", "frame": frame, "at": now}));
                }
                What::Leave => {
                    if let Some(frame) = open.pop() {
                        events.push(json!({"type": "C", "frame": frame, "at": now}));
                    }
                }
            }
        }
        let end = now.max(*used);
        while let Some(frame) = open.pop() {
            events.push(json!({"type": "C", "frame": frame, "at": end}));
        }
        profiles.push(json!({"type": "evented", "name": name, "unit": "none", "startValue": 0, "endValue": end, "events": events}));
    }
    json!({
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "exporter": format!("amigos {}", env!("CARGO_PKG_VERSION")),
        "name": "gas",
        "activeProfileIndex": 0,
        "shared": {"frames": frames},
        "profiles": profiles,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_opened_is_closed() {
        let step = |what, func: &str, gas_left| Step { what, func: func.into(), file: "a.go".into(), line: 1, gas_left };
        let steps = vec![step(What::Enter, "A", 100), step(What::Enter, "B", 90), step(What::Leave, "B", 70), step(What::Enter, "B", 60)];
        let file = speedscope(&[("t".into(), steps, 80)]);
        let events: Vec<String> = file["profiles"][0]["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| format!("{}{}@{}", e["type"].as_str().unwrap(), e["frame"], e["at"]))
            .collect();
        assert_eq!(events, ["O0@0", "O1@10", "C1@30", "O1@40", "C1@80", "C0@80"]);
        assert_eq!(file["shared"]["frames"].as_array().unwrap().len(), 2);
        assert_eq!(
            steps_of_json(&json!({"steps": [{"what": "call", "func": "F", "line": 2, "gas_left": 5}, {"what": "line"}, 7]})).len(),
            1
        );
    }
}
