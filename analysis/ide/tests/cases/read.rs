//! Files of cases.

/// A case as it is written.
pub struct Case {
    /// What it is about.
    pub title: String,
    /// What is asked, where the feature takes a word.
    pub argument: String,
    /// The text as written, with its cursor.
    pub fixture: String,
    head: String,
}

/// The cases of a file, without their answers.
pub fn cases(text: &str) -> Vec<Case> {
    let mut out: Vec<Case> = Vec::new();
    let mut in_answer = false;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("=== ") {
            let words = head.strip_suffix(" [crlf]").unwrap_or(head);
            let words = words.strip_suffix(" [no newline]").unwrap_or(words);
            let (title, argument) = words.split_once(" | ").unwrap_or((words, ""));
            out.push(Case { title: title.to_owned(), argument: argument.to_owned(), fixture: String::new(), head: head.to_owned() });
            in_answer = false;
        } else if line == "---" {
            in_answer = true;
        } else if let (false, Some(case)) = (in_answer, out.last_mut()) {
            case.fixture += line;
            case.fixture.push('\n');
        }
    }
    out
}

impl Case {
    /// The text that the editor has.
    pub fn text(&self) -> String {
        if self.head.ends_with(" [no newline]") {
            return self.fixture.trim_end_matches('\n').to_owned();
        }
        if self.head.ends_with(" [crlf]") { self.fixture.replace('\n', "\r\n") } else { self.fixture.clone() }
    }

    /// The case with its answer.
    pub fn answered(&self, answer: &str) -> String {
        let answer = answer.replace('\r', "␍");
        let end = if answer.is_empty() || answer.ends_with('\n') { "" } else { "\n" };
        format!("=== {}\n{}---\n{answer}{end}", self.head, self.fixture)
    }
}
