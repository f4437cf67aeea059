//! Parses the command line and runs the command.

use std::process::ExitCode;

use clap::Parser as _;
use tracewright::{commands, telemetry};

fn main() -> ExitCode {
    keep_few_arenas();
    #[cfg(unix)]
    tracewright::config::private::from_now_on();
    let cli = commands::Cli::parse();
    telemetry::start();
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            tracing::error!("{cause:#}");
            // Whoever runs `sync` from a script tells what waits for a person from what failed.
            if cause.is::<commands::sync::Waits>() { ExitCode::from(3) } else { ExitCode::FAILURE }
        }
    }
}

/// Ingest moves megabytes through many threads, and glibc keeps an arena for each of them: twice the memory for nothing.
/// It reads how many it may keep only at the start of a process, so this one starts itself anew, once.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn keep_few_arenas() {
    use std::os::unix::process::CommandExt as _;
    const SETTING: &str = "MALLOC_ARENA_MAX";
    if std::env::var_os(SETTING).is_some() {
        return;
    }
    let mut arguments = std::env::args_os();
    let (Ok(program), Some(name)) = (std::env::current_exe(), arguments.next()) else { return };
    // Comes back only when it could not be done; then all goes on as it was.
    let _ = std::process::Command::new(program).arg0(name).args(arguments).env(SETTING, "2").exec();
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn keep_few_arenas() {}
