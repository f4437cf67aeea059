//! What is known without the database: this process, its disk, and the queue before the writer.

use crate::state::App;
use crate::telemetry::machine;

use super::family::Family;

/// The families of the process. What the machine does not tell is absent.
pub fn families(app: &App) -> Vec<Family> {
    let usage = machine::usage();
    let mut families = vec![
        Family::gauge("tracewright_build_info", "The version that runs; always 1.")
            .with(&[("version", env!("CARGO_PKG_VERSION"))], 1_i64),
        Family::gauge("process_resident_memory_bytes", "Memory of the process that is in use now.")
            .told(usage.resident_bytes),
        Family::counter("process_cpu_seconds_total", "Time of the process on a processor, user and system.")
            .told(usage.cpu_seconds),
        Family::gauge("process_start_time_seconds", "When the process began, in seconds since 1970.")
            .told(usage.started_at),
        Family::gauge("process_open_fds", "Descriptors that the process has open.").told(usage.open_files),
        Family::gauge(
            "tracewright_data_free_bytes",
            "Bytes that may still be written where the data folder lies.",
        )
        .told(machine::free_bytes(&app.config.data)),
    ];
    let queue = Family::gauge(
        "tracewright_writer_queue",
        "Writes that wait before the one writer of SQLite, of people and programs, and of traces.",
    );
    families.extend(app.db.queued().map(|queued| {
        queue.with(&[("lane", "interactive")], queued.interactive).with(&[("lane", "ingest")], queued.ingest)
    }));
    families
}
