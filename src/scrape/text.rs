//! Families as text: Prometheus text format 0.0.4, or OpenMetrics 1.0 for whoever asks for it.
//!
//! Whatever is put in, what comes out can be read: names are made fit, values are escaped, a family that comes
//! twice is one, and a series that comes twice stands once. NUL, which readers take for the end, becomes U+FFFD.

use std::collections::{BTreeMap, HashSet};

use super::family::{Family, Histogram, Kind, Sample, Value};

/// In which form families are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Prometheus text format 0.0.4.
    Prometheus,
    /// OpenMetrics 1.0.
    OpenMetrics,
}

impl Form {
    /// The form that an `Accept` header asks for; whoever says nothing gets the older one.
    pub fn asked(accept: &str) -> Self {
        let (mut open, mut plain) = (0.0_f64, 0.0_f64);
        for range in accept.split(',') {
            let range = MediaRange::read(range);
            match range.kind.as_str() {
                "application/openmetrics-text" if range.is_of_version("1.0.0") => {
                    open = open.max(range.weight);
                }
                "text/plain" => plain = plain.max(range.weight),
                _ => {}
            }
        }
        if open > 0.0 && open >= plain { Self::OpenMetrics } else { Self::Prometheus }
    }

    /// The media type of the answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// A part of an `Accept` header (RFC 9110, section 12.5.1).
struct MediaRange {
    kind: String,
    version: Option<String>,
    weight: f64,
}

impl MediaRange {
    fn read(text: &str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let (mut version, mut weight) = (None, 1.0);
        for (name, value) in parts.filter_map(|part| part.split_once('=')) {
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "q" => weight = value.parse().unwrap_or(0.0),
                "version" => version = Some(value.to_owned()),
                _ => {}
            }
        }
        Self { kind, version, weight }
    }

    fn is_of_version(&self, version: &str) -> bool {
        self.version.as_deref().is_none_or(|said| said == version)
    }
}

/// Writes families, sorted by their names. One without samples is left out.
pub fn write(families: &[Family], form: Form) -> String {
    let mut by_name: BTreeMap<String, (&Family, Vec<&Sample>)> = BTreeMap::new();
    for family in families.iter().filter(|family| !family.samples.is_empty()) {
        let (first, samples) =
            by_name.entry(shown_name(family, form)).or_insert_with(|| (family, Vec::new()));
        // What is of another kind than the family of this name has no place in it.
        if first.kind == family.kind {
            samples.extend(&family.samples);
        }
    }
    let mut text = String::new();
    for (name, (family, samples)) in &by_name {
        write_family(&mut text, name, family, samples, form);
    }
    if form == Form::OpenMetrics {
        text.push_str("# EOF\n");
    }
    text
}

/// The name of a family as its form writes it: OpenMetrics names a counter without the end that its samples have.
fn shown_name(family: &Family, form: Form) -> String {
    match (family.kind, form) {
        (Kind::Counter, Form::OpenMetrics) => stem(family),
        (Kind::Counter, Form::Prometheus) => format!("{}_total", stem(family)),
        (Kind::Gauge | Kind::Histogram, _) => stem(family),
    }
}

/// The name that the names of samples begin with: that of a counter without its end.
fn stem(family: &Family) -> String {
    let name = metric_name(&family.name);
    match family.kind {
        Kind::Counter => {
            name.strip_suffix("_total").filter(|stem| !stem.is_empty()).unwrap_or(&name).to_owned()
        }
        Kind::Gauge | Kind::Histogram => name,
    }
}

fn write_family(text: &mut String, name: &str, family: &Family, samples: &[&Sample], form: Form) {
    let stem = stem(family);
    let (kind, of_samples) = match family.kind {
        Kind::Counter => ("counter", format!("{stem}_total")),
        Kind::Gauge => ("gauge", stem.clone()),
        Kind::Histogram => ("histogram", stem.clone()),
    };
    text.push_str(&format!("# HELP {name} {}\n# TYPE {name} {kind}\n", help(&family.help, form)));
    let mut written = HashSet::new();
    for sample in samples {
        let is_histogram = family.kind == Kind::Histogram;
        let labels = labels(sample, is_histogram);
        if !written.insert(identity(&labels)) {
            continue;
        }
        match (&sample.value, is_histogram) {
            (Value::Histogram(histogram), true) => write_histogram(text, &stem, &labels, histogram),
            (Value::Whole(value), false) => line(text, &of_samples, &labels, &value.to_string()),
            (Value::Real(value), false) => line(text, &of_samples, &labels, &number(*value)),
            (Value::Histogram(_), false) | (Value::Whole(_) | Value::Real(_), true) => {}
        }
    }
}

fn write_histogram(text: &mut String, name: &str, labels: &[(String, String)], histogram: &Histogram) {
    let (bucket, count) = (format!("{name}_bucket"), histogram.count().to_string());
    let below = |bound: f64| [labels, [("le".to_owned(), number(bound))].as_slice()].concat();
    for (bound, count) in histogram.buckets() {
        line(text, &bucket, &below(bound), &count.to_string());
    }
    line(text, &bucket, &below(f64::INFINITY), &count);
    line(text, &format!("{name}_sum"), labels, &number(histogram.sum()));
    line(text, &format!("{name}_count"), labels, &count);
}

fn line(text: &mut String, name: &str, labels: &[(String, String)], value: &str) {
    text.push_str(name);
    if !labels.is_empty() {
        let pairs: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value, true))).collect();
        text.push_str(&format!("{{{}}}", pairs.join(",")));
    }
    text.push_str(&format!(" {value}\n"));
}

/// The labels of a sample by name. A name that another one has already, or that a histogram needs, gets a number.
fn labels(sample: &Sample, is_histogram: bool) -> Vec<(String, String)> {
    let mut taken: HashSet<String> = HashSet::new();
    if is_histogram {
        taken.insert("le".to_owned());
    }
    let mut labels = Vec::with_capacity(sample.labels.len());
    for (name, value) in &sample.labels {
        let name = free_name(&taken, label_name(name));
        taken.insert(name.clone());
        labels.push((name, value.clone()));
    }
    labels.sort();
    labels
}

fn free_name(taken: &HashSet<String>, name: String) -> String {
    if !taken.contains(&name) {
        return name;
    }
    // Two underscores at the beginning are the reader's own.
    let stem = name.trim_end_matches('_');
    let mut numbered = (2_usize..).map(|number| format!("{stem}_{number}"));
    let free = numbered.find(|name| !taken.contains(name));
    free.unwrap_or(name)
}

/// By what a reader tells series apart: a label without a value is none.
fn identity(labels: &[(String, String)]) -> Vec<(String, String)> {
    let said = labels.iter().filter(|(_, value)| !value.is_empty());
    said.map(|(name, value)| (name.clone(), escaped(value, true))).collect()
}

/// A name of a metric: letters, digits, `_` and `:`, none of the digits first.
fn metric_name(name: &str) -> String {
    fit(name, |c| c == ':')
}

/// A name of a label: the same without colons. Names that begin with two underscores are the reader's own.
fn label_name(name: &str) -> String {
    let name = fit(name, |_| false);
    if name.starts_with("__") { format!("_{}", name.trim_start_matches('_')) } else { name }
}

fn fit(name: &str, also: impl Fn(char) -> bool) -> String {
    let mut fitting: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || also(c) { c } else { '_' }).collect();
    if fitting.is_empty() || fitting.starts_with(|c: char| c.is_ascii_digit()) {
        fitting.insert(0, '_');
    }
    fitting
}

fn help(text: &str, form: Form) -> String {
    escaped(text, form == Form::OpenMetrics)
}

fn escaped(text: &str, has_quotes: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '"' if has_quotes => escaped.push_str("\\\""),
            '\0' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A number as both forms read it; a whole one keeps its point, as OpenMetrics wants bounds.
fn number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value.is_sign_positive() { "+Inf" } else { "-Inf" }.to_owned();
    }
    format!("{value:?}")
}
