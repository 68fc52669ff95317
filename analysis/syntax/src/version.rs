//! Go language versions, as the manifest and `//go:build` lines name them.

use std::fmt;

/// A language version of Go: `1.26`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct GoVersion {
    /// `1`
    pub major: u16,
    /// `26`
    pub minor: u16,
}

impl GoVersion {
    /// The newest version whose grammar is known.
    pub const LATEST: GoVersion = GoVersion::new(1, 27);
    /// What a package without a `go` version gets.
    pub const DEFAULT: GoVersion = GoVersion::new(1, 26);

    /// The version `major.minor`.
    pub const fn new(major: u16, minor: u16) -> GoVersion {
        GoVersion { major, minor }
    }

    /// Reads `1.26`, `go1.26`, `go1.26.3` or `1.27rc1`; nothing else.
    pub fn parse(text: &str) -> Option<GoVersion> {
        let text = text.strip_prefix("go").unwrap_or(text);
        let (major, rest) = text.split_once('.').unwrap_or((text, "0"));
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        Some(GoVersion::new(major.parse().ok()?, rest[..end].parse().ok()?))
    }
}

impl Default for GoVersion {
    fn default() -> GoVersion {
        GoVersion::DEFAULT
    }
}

impl fmt::Display for GoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "go{}.{}", self.major, self.minor)
    }
}
