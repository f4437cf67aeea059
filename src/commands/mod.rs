//! The command line: one file per subcommand, each exits 0 only when what it says is true.

mod background;
mod bundle;
mod config_show;
mod erase_record;
mod import;
mod import_table;
mod keys;
mod migrate;
mod policy;
mod prices;
mod project;
mod pull;
mod read_only;
mod rebuild;
mod score;
mod serve;
pub mod sync;
mod user;
mod verify;
mod worker;

use clap::{Args, Parser, Subcommand};

use crate::config::Config;

/// Work orders proven by LLM traces, in a ledger that anyone checks offline.
#[derive(Debug, Parser)]
#[command(name = "tracewright", version)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Common {
    /// Data folder [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
    /// `sqlite:PATH` or `postgres://USER@HOST/DATABASE` [default: SQLite in the data folder]
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// TOML file with settings
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the web server, ingest and background work in one process
    Serve(serve::Serve),
    /// Bring traces and scores over from another server
    #[command(subcommand)]
    Pull(pull::PullFrom),
    /// Work on background jobs beside a server on the same database
    Worker(worker::WorkerOptions),
    /// Take work orders over from Markdown files
    Import(import::Import),
    /// Write a work order out as Markdown
    Export(import::Export),
    /// Keep a folder of Markdown files and the work orders of a project in step, both ways
    Sync(sync::Sync),
    /// Write the evidence bundle of a work order, checkable offline
    Bundle(bundle::Bundle),
    /// Create, list and disable accounts
    #[command(subcommand)]
    User(user::User),
    /// What the project decides per type of work order: what is controlled, verified, and by whom it is closed
    #[command(subcommand)]
    Policy(policy::Policy),
    /// API key pairs, and the public key of the log
    #[command(subcommand)]
    Keys(keys::KeyCommand),
    /// Apply missing database migrations
    Migrate,
    /// Check what was recorded; exits non-zero and names the first bad position when it is not as it was signed
    #[command(subcommand)]
    Verify(verify::Verify),
    /// Remake all read tables from the events, or check everything that is derived from events and arrivals
    Rebuild(rebuild::Rebuild),
    /// Erase the words of one event of the ledger for good, with a record that names it
    EraseRecord(erase_record::EraseRecord),
    /// Print the trust score of a work order
    Score(score::Score),
    /// What models cost: bring in tables, show prices, price stored calls anew
    #[command(subcommand)]
    Prices(prices::Prices),
    /// Show settings
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print each value and where it came from
    Show,
}

/// Runs the command that was asked for.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    let flags = cli.common.into_flags();
    match cli.command {
        Command::Serve(serve) => serve::run(serve, flags),
        Command::Pull(from) => pull::run(&from, Config::load(flags)?),
        Command::Worker(options) => worker::run(&options, Config::load(flags)?),
        Command::Import(options) => import::run(&options, Config::load(flags)?),
        Command::Export(options) => import::export(&options, Config::load(flags)?),
        Command::Sync(options) => sync::run(&options, Config::load(flags)?),
        Command::Bundle(options) => bundle::run(&options, Config::load(flags)?),
        Command::User(user) => user::run(&user, Config::load(flags)?),
        Command::Policy(policy) => policy::run(&policy, Config::load(flags)?),
        Command::Keys(command) => keys::run(&command, Config::load(flags)?),
        Command::Migrate => migrate::run(&Config::load(flags)?),
        Command::Verify(verify) => verify::run(verify, &Config::load(flags)?),
        Command::Rebuild(rebuild) => rebuild::run(&rebuild, Config::load(flags)?),
        Command::EraseRecord(options) => erase_record::run(&options, Config::load(flags)?),
        Command::Score(score) => score::run(&score, Config::load(flags)?),
        Command::Prices(command) => prices::run(&command, Config::load(flags)?),
        Command::Config(ConfigCommand::Show) => {
            config_show::run(&Config::load(flags)?);
            Ok(())
        }
    }
}

impl Common {
    fn into_flags(self) -> Vec<(&'static str, String)> {
        let given = [("data", self.data), ("database-url", self.database_url), ("config", self.config)];
        given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// Prints a line for the person at the terminal.
///
/// A closed pipe (`tracewright … | head`) is no failure.
pub(crate) fn say(line: impl std::fmt::Display) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{line}");
}
