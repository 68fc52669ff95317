//! How things look in a terminal and in an editor's window: numbers, sizes, texts from the network.

pub mod call;
pub mod tree;

use std::io::IsTerminal;

/// Whether colour is used: on a terminal, unless `NO_COLOR` is set.
#[derive(Clone, Copy)]
pub struct Style {
    colour: bool,
}

impl Style {
    /// The style of standard output.
    pub fn of_stdout() -> Style {
        Style { colour: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) }
    }
    /// A text in the colour of a level (`error`, `high`, `low`, `hint`).
    pub fn level(self, level: &str, text: &str) -> String {
        let code = match level {
            "error" => "31;1",
            "high" => "33;1",
            "medium" => "33",
            "low" => "36",
            _ => "2",
        };
        self.paint(code, text)
    }
    /// A title.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }
    /// A text that matters less.
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }
    fn paint(self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// `1204331` as `1,204,331`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 item`, `2,870 items`.
pub fn plural(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// `412 kB`, three digits and a unit of a thousand.
pub fn bytes(bytes: u64) -> String {
    const UNITS: &[&str] = &["B", "kB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let decimals = usize::from(unit > 0 && value < 9.95);
    format!("{value:.decimals$} {}", UNITS.get(unit).copied().unwrap_or_default())
}

/// Micro-amg as `0.0124 amg`.
pub fn amg(micro: u64) -> String {
    let digits = format!("{}.{:06}", grouped(micro / 1_000_000), micro % 1_000_000);
    let plain = digits.trim_end_matches('0').trim_end_matches('.');
    format!("{plain} amg")
}

/// A text from the network in one line: control characters and those that change the direction of writing are escaped, and it
/// ends after `limit` characters.
pub fn tame(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == limit {
            out.push('…');
            break;
        }
        let hidden =
            c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if hidden {
            out.extend(c.escape_unicode());
        } else if c == '`' && out.ends_with("``") {
            // A fence would end the block that it is shown in.
            out.truncate(out.len() - 2);
            out.push_str("'''");
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes() {
        assert_eq!([0, 12, 999, 1000, 1_204_331].map(grouped), ["0", "12", "999", "1,000", "1,204,331"]);
        assert_eq!(
            [0, 999, 1000, 9_940, 9_960, 412_000, 1_500_000].map(bytes),
            ["0 B", "999 B", "1.0 kB", "9.9 kB", "10 kB", "412 kB", "1.5 MB"]
        );
        assert_eq!((plural(1, "item"), plural(2870, "item")), ("1 item".into(), "2,870 items".into()));
    }

    #[test]
    fn texts_from_the_network_are_tame() {
        assert_eq!(tame("a\u{202e}b\n```\u{7}", 100), "a\\u{202e}b\\u{a}'''\\u{7}");
        assert_eq!(tame("abcdef", 3), "abc…");
    }
}
