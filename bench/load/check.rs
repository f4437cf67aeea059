//! `load check`: what was acknowledged against what the server gives back, span by span.

use std::collections::HashSet;

use clap::Args;
use serde_json::Value;

use super::server::{Target, agent};
use super::traces::{SPANS, trace, trace_id};

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    /// The seed of the run.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The run's --base.
    #[arg(long)]
    base: u64,
    /// How many spans it sent.
    #[arg(long)]
    spans: u64,
}

/// What a run stands for.
pub struct Expected {
    pub seed: u64,
    pub base_ns: u64,
    pub step_ns: u64,
    pub traces: u64,
}

/// Runs; false when something is missing or twice.
pub fn run(options: &Options) -> bool {
    let traces = options.spans.div_ceil(SPANS as u64);
    let expected =
        Expected { seed: options.seed, base_ns: options.base * 1_000_000_000, step_ns: 1_000_000, traces };
    compare(&options.target, &expected)
}

/// Walks all observations of the run's time range and counts those of the run; then compares some word for word.
pub fn compare(target: &Target, expected: &Expected) -> bool {
    let wanted: HashSet<String> = (0..expected.traces).map(|n| trace_id(expected.seed, n)).collect();
    let (mut seen, mut twice) = (HashSet::new(), 0);
    walk(target, expected, |row| {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        if wanted.contains(&text("traceId")) && !seen.insert((text("traceId"), text("id"))) {
            twice += 1;
        }
    });
    let missing = (expected.traces * SPANS as u64).saturating_sub(seen.len() as u64);
    let differing = differing(target, expected);
    println!(
        "stored {} of {} spans: {missing} missing, {twice} twice; word for word: {differing} of 20 traces differ",
        seen.len(),
        expected.traces * SPANS as u64
    );
    missing == 0 && twice == 0 && differing == 0
}

fn walk(target: &Target, expected: &Expected, mut each: impl FnMut(&Value)) {
    let agent = agent();
    let time =
        |ns: u64| chrono::DateTime::from_timestamp_nanos(ns.cast_signed()).format("%Y-%m-%dT%H:%M:%S%.3fZ");
    let last = expected.base_ns + expected.traces * expected.step_ns + 1_000_000_000;
    let range = format!("fromStartTime={}&toStartTime={}", time(expected.base_ns), time(last));
    let mut cursor = String::new();
    loop {
        let path = format!("/api/public/v2/observations?fields=core&limit=1000&{range}{cursor}");
        let page = target.read(&agent, &path).expect("the walk is answered");
        page["data"].as_array().into_iter().flatten().for_each(&mut each);
        let Some(next) = page["meta"]["cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
}

/// How many of 20 traces, evenly spread, do not give back their inputs and outputs.
fn differing(target: &Target, expected: &Expected) -> usize {
    let agent = agent();
    let step = (expected.traces / 20).max(1);
    let numbers = (0..expected.traces).step_by(step as usize).take(20);
    numbers
        .filter(|number| {
            let made = trace(expected.seed, *number, expected.base_ns + number * expected.step_ns);
            let stored = target.read(&agent, &format!("/api/public/traces/{}", made.id)).unwrap_or_default();
            !made.spans.iter().all(|span| {
                let found = stored["observations"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .find(|row| row["id"] == span.id.as_str());
                let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
                found.is_some_and(|row| {
                    row["input"] == parsed(&span.input) && row["output"] == parsed(&span.output)
                })
            })
        })
        .count()
}
