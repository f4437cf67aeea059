//! Logging: one line per fact, readable alone, with fields that carry their unit in the name.

pub mod machine;

use std::ffi::OsStr;
use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

/// Starts logging to standard error; `TRACEWRIGHT_LOG` sets the filter, `TRACEWRIGHT_LOG_FORMAT=json` the form.
pub fn start() {
    let filter = EnvFilter::try_from_env("TRACEWRIGHT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // Where the log cannot be written (its disk is full too), complaining about that on the same stream would panic.
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(has_colour(std::io::stderr().is_terminal(), std::env::var_os("NO_COLOR").as_deref()))
        .log_internal_errors(false);
    let json = std::env::var("TRACEWRIGHT_LOG_FORMAT").is_ok_and(|format| format == "json");
    // A second start (tests in one process) keeps the first subscriber.
    let _ = if json { builder.json().try_init() } else { builder.compact().try_init() };
}

/// Colours are for eyes at a terminal: never in a file or a pipe, and not where `NO_COLOR` holds anything (no-color.org).
fn has_colour(is_terminal: bool, no_color: Option<&OsStr>) -> bool {
    is_terminal && no_color.is_none_or(OsStr::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_for_terminals_that_want_them() {
        for (is_terminal, no_color, colour) in [
            (true, None, true),
            (true, Some(""), true),
            (true, Some("1"), false),
            (false, None, false),
            (false, Some(""), false),
            (false, Some("1"), false),
        ] {
            assert_eq!(
                has_colour(is_terminal, no_color.map(OsStr::new)),
                colour,
                "{is_terminal} {no_color:?}"
            );
        }
    }
}
