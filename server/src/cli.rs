//! The command line: what there is, what it takes, and what its exit status means (0 done, 1 findings or a failed call, 2 bad
//! usage or an internal error).

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands;

/// Contracts in Go: language server and command line
#[derive(Parser)]
#[command(
    name = "amigos",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "\
A PKG is an import path (`hub.amigos.dev/social/post`) or a folder. Arguments of calls are Go literals.
Exit status: 0 done, 1 findings or a failed call, 2 bad usage or an internal error."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The language server on standard input and output
    #[command(after_help = "Editors start it by themselves. Example:\n  amigos lsp")]
    Lsp {
        /// Ignored: other transports are not supported, and some editors pass it
        #[arg(long, hide = true)]
        stdio: bool,
    },
    /// All diagnostics of packages and of the workspace packages they import
    #[command(
        after_help = "Examples:\n  amigos check\n  amigos check contracts/social --deny high\n  amigos check contracts/token --against hub.amigos.dev/token@1.0.0\n  amigos check contracts/token --authority\n  amigos check --json | jq '.diagnostics[].message'"
    )]
    Check(commands::check::Options),
    /// Runs `func main` of a package or a single file in the virtual machine
    #[command(after_help = "Examples:\n  amigos run hello.go\n  amigos run hello.go --profile go")]
    Run(commands::run::Options),
    /// Tests and examples, in the virtual machine, each in fresh state
    #[command(after_help = "Examples:\n  amigos test\n  amigos test contracts/token --run Transfer --json")]
    Test(commands::test::Options),
    /// For every exported function: the static bound, its value at live sizes, the last simulation
    #[command(after_help = "Examples:\n  amigos gas\n  amigos gas contracts/social/forum --json")]
    Gas(commands::gas::Options),
    /// A call, simulated on the network's state; `--commit` sends it
    #[command(
        after_help = "Examples:\n  amigos call hub.amigos.dev/social/post.CreatePost '\"hello\"'\n  amigos call contracts/token.Transfer '\"amigos1...\"' 5 --from bob --commit"
    )]
    Call(commands::call::Options),
    /// The last calls of a package, run again on the code as it is here: what would break, and at what gas
    #[command(after_help = "Examples:\n  amigos replay contracts/social/forum\n  amigos replay --last 200 --json")]
    Replay(commands::replay::Options),
    /// Live state as Go values, with names and sizes
    #[command(
        after_help = "Examples:\n  amigos state hub.amigos.dev/social/forum\n  amigos state hub.amigos.dev/social/forum.Posts[0] --at 7 --json"
    )]
    State(commands::state::Options),
    /// The hub as a server: a development chain with the contracts deployed
    #[command(after_help = "Examples:\n  amigos hub\n  amigos hub --data ./chain --listen 127.0.0.1:26657 --block-time 1000")]
    Hub(commands::hub::Options),
    /// Checks, prices and deploys or upgrades a package
    #[command(after_help = "Examples:\n  amigos deploy\n  amigos deploy contracts/token --network local --from bob")]
    Deploy(commands::deploy::Options),
    /// The page of a rule or error, with its two examples
    #[command(after_help = "Examples:\n  amigos explain AM1003\n  amigos explain map-order\n  amigos explain")]
    Explain(commands::explain::Options),
    /// gofmt's format, in place
    #[command(after_help = "Examples:\n  amigos fmt\n  amigos fmt --check contracts\n  amigos fmt -d post.go\n  amigos fmt - < post.go")]
    Fmt(commands::fmt::Options),
    /// A package that checks, tests and deploys as it stands
    #[command(after_help = "Examples:\n  amigos new greeter\n  amigos new greeter --path hub.amigos.dev/alice/greeter")]
    New(commands::new::Options),
    /// The keystore: makes keys, seals them with a passphrase, and signs with them
    #[command(
        after_help = "Examples:\n  amigos keys new me\n  amigos keys list\n  amigos call contracts/token.Transfer '\"amigos1...\"' 5 --from me --commit\n  amigos keys sign transaction.json"
    )]
    Keys(commands::keys::Options),
    /// Says what is found, what is missing, and the remedy
    #[command(after_help = "Example:\n  amigos doctor")]
    Doctor(commands::doctor::Options),
}

/// What sources are checked as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ProfileArg {
    /// The language of contracts
    Contract,
    /// Plain Go: no determinism profile, no contract rules
    Go,
}

/// `--json`.
#[derive(Args, Clone, Copy)]
pub struct JsonArg {
    /// Print one JSON document on standard output
    #[arg(long)]
    pub json: bool,
}

/// Why a command ends early: bad usage or an internal error (status 2), or a finding that ends it (status 1).
#[derive(Debug)]
pub struct Stop {
    /// The exit status.
    pub status: i32,
    /// What to print on standard error.
    pub message: String,
}

impl Stop {
    /// Bad usage, or the command can't do its work.
    pub fn usage(message: impl Into<String>) -> Stop {
        Stop { status: 2, message: message.into() }
    }
    /// The command did its work, and the outcome is bad.
    pub fn failed(message: impl Into<String>) -> Stop {
        Stop { status: 1, message: message.into() }
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Stop {
        Stop::usage(error.to_string())
    }
}

/// What a command ends with.
pub type Done = Result<i32, Stop>;

/// Runs the command line of this process; its exit status.
pub fn run() -> i32 {
    // clap ends the process itself: status 0 for help, 2 for bad usage
    let cli = Cli::parse();
    end_quietly_on_a_closed_pipe();
    let done = match &cli.command {
        Command::Lsp { .. } => crate::lsp::run().map_err(Stop::from),
        Command::Check(options) => commands::check::run(options),
        Command::Run(options) => commands::run::run(options),
        Command::Test(options) => commands::test::run(options),
        Command::Gas(options) => commands::gas::run(options),
        Command::Call(options) => commands::call::run(options),
        Command::Replay(options) => commands::replay::run(options),
        Command::State(options) => commands::state::run(options),
        Command::Hub(options) => commands::hub::run(options),
        Command::Deploy(options) => commands::deploy::run(options),
        Command::Explain(options) => commands::explain::run(options),
        Command::Fmt(options) => commands::fmt::run(options),
        Command::New(options) => commands::new::run(options),
        Command::Keys(options) => commands::keys::run(options),
        Command::Doctor(options) => commands::doctor::run(options),
    };
    match done {
        Ok(status) => status,
        Err(stop) => {
            if !stop.message.is_empty() {
                eprintln!("amigos: {}", stop.message);
            }
            stop.status
        }
    }
}

/// A reader that has seen enough (`amigos state ... | head`) is no error: the standard library's printing panics then, and this ends the process instead. The language server
/// has a hook of its own, and writes to its pipe by itself.
fn end_quietly_on_a_closed_pipe() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let text = info.payload().downcast_ref::<String>().map_or("", String::as_str);
        if text.starts_with("failed printing to stdout") && text.contains("Broken pipe") {
            std::process::exit(0);
        }
        default(info);
    }));
}

/// The paths a command works on: the current folder if none is given.
pub fn or_here(paths: &[PathBuf]) -> Vec<PathBuf> {
    if paths.is_empty() { vec![PathBuf::from(".")] } else { paths.to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent_and_every_command_has_an_example() {
        let command = Cli::command();
        command.clone().debug_assert();
        for sub in command.get_subcommands() {
            let help = sub.get_after_help().map(|text| text.to_string()).unwrap_or_default();
            assert!(help.contains("Example"), "`amigos {}` has no example", sub.get_name());
        }
    }
}
