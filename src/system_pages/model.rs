//! What the page shows of each metric: its name in words, how its figure is written, and from where on it needs somebody. Pure.

use crate::foundation::Timestamp;
use crate::scrape::family::{Family, Sample, Value};
use crate::web::format::{duration, number, waited};

/// How a figure is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Count,
    Seconds,
    Bytes,
    /// A moment, told as how long ago it was.
    Moment,
    /// What its label says.
    Label,
    /// Yes where it is not 0.
    Truth,
}

/// From where on a figure needs somebody.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Bound {
    Never,
    Above(f64),
    Below(f64),
}

/// One metric on the page.
struct Shown {
    family: &'static str,
    words: &'static str,
    unit: Unit,
    bound: Bound,
    /// What stands behind the figure; empty where nothing does.
    href: &'static str,
}

/// A part of the page.
struct Part {
    title: &'static str,
    shown: &'static [Shown],
}

const fn shown(family: &'static str, words: &'static str, unit: Unit, bound: Bound) -> Shown {
    Shown { family, words, unit, bound, href: "" }
}

impl Shown {
    const fn to(self, href: &'static str) -> Self {
        Self { href, ..self }
    }
}

const MIB: f64 = 1_048_576.0;

/// The page from top to bottom.
const PARTS: &[Part] = &[
    Part {
        title: "Work in the background",
        shown: &[
            shown("tracewright_jobs_failed", "Jobs given up", Unit::Count, Bound::Above(0.0))
                .to("/jobs?state=dead"),
            shown("tracewright_queue_oldest_seconds", "Late", Unit::Seconds, Bound::Above(900.0))
                .to("/jobs?state=waiting"),
            shown("tracewright_queue_depth", "Jobs that wait", Unit::Count, Bound::Never)
                .to("/jobs?state=waiting"),
            shown("tracewright_jobs_running", "Jobs that run", Unit::Count, Bound::Never)
                .to("/jobs?state=running"),
        ],
    },
    Part {
        title: "Traces on their way in",
        shown: &[
            shown("tracewright_last_arrival_timestamp_seconds", "Last trace", Unit::Moment, Bound::Never)
                .to("/traces"),
            shown(
                "tracewright_process_ingest_spans_total",
                "Spans taken by this process",
                Unit::Count,
                Bound::Never,
            ),
            shown("tracewright_writer_queue", "Writes that wait", Unit::Count, Bound::Above(1_000.0)),
        ],
    },
    Part {
        title: "Search",
        shown: &[
            shown("tracewright_search_lag_seconds", "Behind", Unit::Seconds, Bound::Above(60.0)),
            shown("tracewright_search_waiting", "Receipts not found yet", Unit::Count, Bound::Never),
            shown("tracewright_search_filling", "Index being filled anew", Unit::Truth, Bound::Never),
        ],
    },
    Part {
        title: "Ledger",
        shown: &[
            shown("tracewright_ledger_events_total", "Events", Unit::Count, Bound::Never).to("/ledger"),
            shown(
                "tracewright_ledger_unsequenced",
                "Events without a place yet",
                Unit::Count,
                Bound::Above(10_000.0),
            ),
            shown(
                "tracewright_checkpoint_age_seconds",
                "Newest checkpoint signed",
                Unit::Seconds,
                Bound::Never,
            )
            .to("/ledger"),
        ],
    },
    Part {
        title: "Machine",
        shown: &[
            shown(
                "tracewright_data_free_bytes",
                "Room on the disk",
                Unit::Bytes,
                Bound::Below(1_024.0 * MIB),
            ),
            shown("tracewright_database_bytes", "Database", Unit::Bytes, Bound::Never),
            shown("process_resident_memory_bytes", "Memory in use", Unit::Bytes, Bound::Never),
            shown("process_cpu_seconds_total", "Processor time", Unit::Seconds, Bound::Never),
            shown("process_open_fds", "Open files", Unit::Count, Bound::Never),
            shown("process_start_time_seconds", "Running for", Unit::Moment, Bound::Never),
            shown("tracewright_build_info", "Version", Unit::Label, Bound::Never),
        ],
    },
];

/// A part of the page with its figures.
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) rows: Vec<Row>,
}

/// One figure.
pub(super) struct Row {
    /// With the value of its label where there are several: `Jobs that wait, high`.
    pub(super) words: String,
    pub(super) value: String,
    /// What the metric says of itself.
    pub(super) help: String,
    /// Its name at `/metrics`.
    pub(super) family: &'static str,
    pub(super) href: &'static str,
    /// What it should not be beyond; empty where it is not.
    pub(super) beyond: String,
}

/// The figures of the page; what the machine does not tell is left out.
pub(super) fn sections(families: &[Family], now: Timestamp) -> Vec<Section> {
    let section = |part: &Part| Section {
        title: part.title,
        rows: part.shown.iter().flat_map(|shown| rows(shown, families, now)).collect(),
    };
    PARTS.iter().map(section).filter(|section| !section.rows.is_empty()).collect()
}

fn rows(shown: &Shown, families: &[Family], now: Timestamp) -> Vec<Row> {
    let Some(family) = families.iter().find(|family| family.name == shown.family) else { return Vec::new() };
    let row = |sample: &Sample| {
        let is_beyond = match shown.bound {
            Bound::Never => false,
            Bound::Above(bound) => sample.value.size() > bound,
            Bound::Below(bound) => sample.value.size() < bound,
        };
        let label = sample.labels.first().map_or("", |(_, value)| value.as_str());
        Row {
            words: match (label, shown.unit) {
                ("", _) | (_, Unit::Label) => shown.words.to_owned(),
                _ => format!("{}, {label}", shown.words),
            },
            value: if shown.unit == Unit::Label {
                label.to_owned()
            } else {
                written(&sample.value, shown.unit, now)
            },
            help: family.help.clone(),
            family: shown.family,
            href: shown.href,
            beyond: if is_beyond { bound(shown, now) } else { String::new() },
        }
    };
    family.samples.iter().map(row).collect()
}

fn bound(shown: &Shown, now: Timestamp) -> String {
    let say = |bound: f64| written(&Value::Real(bound), shown.unit, now);
    match shown.bound {
        Bound::Never => String::new(),
        Bound::Above(bound) if bound <= 0.0 => "should be none".to_owned(),
        Bound::Above(bound) => format!("should be {} at most", say(bound)),
        Bound::Below(bound) => format!("should be {} at least", say(bound)),
    }
}

fn written(value: &Value, unit: Unit, now: Timestamp) -> String {
    let whole = match value {
        Value::Whole(value) => *value,
        other => rounded(other.size()),
    };
    let micros = match value {
        Value::Whole(value) => value.saturating_mul(1_000_000),
        other => rounded(other.size() * 1_000_000.0),
    };
    match unit {
        Unit::Count | Unit::Label => number(whole),
        Unit::Seconds if micros == 0 => "0 s".to_owned(),
        Unit::Seconds => duration(micros),
        Unit::Moment => waited(Timestamp(micros), now),
        Unit::Truth if whole == 0 => "no".to_owned(),
        Unit::Truth => "yes".to_owned(),
        Unit::Bytes => bytes(whole),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds and bytes of a machine are far below 2^53, and beyond it saturates"
)]
fn rounded(value: f64) -> i64 {
    value.round() as i64
}

/// `512 B`, `1.5 MiB`.
fn bytes(count: i64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let (mut tenths, mut unit) = (i128::from(count.max(0)) * 10, "B");
    for larger in UNITS {
        if tenths < 10_240 {
            break;
        }
        (tenths, unit) = (tenths / 1_024, larger);
    }
    if unit == "B" || tenths % 10 == 0 || tenths >= 1_000 {
        format!("{}\u{a0}{unit}", tenths / 10)
    } else {
        format!("{}.{}\u{a0}{unit}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_251_600_000_000);

    fn all(families: &[Family]) -> Vec<Row> {
        sections(families, NOW).into_iter().flat_map(|section| section.rows).collect()
    }

    #[test]
    fn what_is_beyond_its_bound_says_so_and_what_is_not_told_is_absent() {
        let queue = Family::gauge("tracewright_queue_oldest_seconds", "how late");
        let rows = all(&[queue.with(&[("tier", "high")], 900_i64).with(&[("tier", "low")], 901.5)]);
        let told: Vec<_> =
            rows.iter().map(|row| (row.words.as_str(), row.value.as_str(), row.beyond.as_str())).collect();
        assert_eq!(
            told,
            [("Late, high", "15 m 00 s", ""), ("Late, low", "15 m 01 s", "should be 15 m 00 s at most")]
        );
        assert!(all(&[Family::gauge("process_open_fds", "")]).is_empty());
    }

    #[test]
    fn each_figure_is_written_in_its_unit() {
        for (family, value, words, beyond) in [
            ("tracewright_data_free_bytes", Value::Whole(1_073_741_824), "1\u{a0}GiB", ""),
            (
                "tracewright_data_free_bytes",
                Value::Whole(1_048_576 * 3 / 2),
                "1.5\u{a0}MiB",
                "should be 1\u{a0}GiB at least",
            ),
            ("tracewright_jobs_failed", Value::Whole(2), "2", "should be none"),
            ("tracewright_jobs_failed", Value::Whole(0), "0", ""),
            ("tracewright_search_filling", Value::Whole(1), "yes", ""),
            ("tracewright_search_lag_seconds", Value::Real(0.0), "0 s", ""),
            ("tracewright_last_arrival_timestamp_seconds", Value::Real(1_795_251_480.0), "2 min", ""),
        ] {
            let rows = all(&[Family::gauge(family, "").with(&[], value)]);
            assert_eq!((rows[0].value.as_str(), rows[0].beyond.as_str()), (words, beyond), "{family}");
        }
        let version =
            all(&[Family::gauge("tracewright_build_info", "").with(&[("version", "0.1.0")], 1_i64)]);
        assert_eq!((version[0].value.as_str(), version[0].words.as_str()), ("0.1.0", "Version"));
        assert_eq!(
            [bytes(-1), bytes(1_023), bytes(123_456_789), bytes(i64::MAX)],
            ["0\u{a0}B", "1023\u{a0}B", "117\u{a0}MiB", "8388607\u{a0}TiB"]
        );
    }
}
