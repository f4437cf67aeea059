//! Logging: one line per fact, readable alone, with fields that carry their unit in the name.

use tracing_subscriber::EnvFilter;

/// Starts logging to standard error; `TRACEWRIGHT_LOG` sets the filter, `TRACEWRIGHT_LOG_FORMAT=json` the form.
pub fn start() {
    let filter = EnvFilter::try_from_env("TRACEWRIGHT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // Where the log cannot be written (its disk is full too), complaining about that on the same stream would panic.
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .log_internal_errors(false);
    let json = std::env::var("TRACEWRIGHT_LOG_FORMAT").is_ok_and(|format| format == "json");
    // A second start (tests in one process) keeps the first subscriber.
    let _ = if json { builder.json().try_init() } else { builder.compact().try_init() };
}
