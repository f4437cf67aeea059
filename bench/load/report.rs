//! Figures in words.

use std::time::Duration;

/// The time that this share (in hundredths) of all answers stayed below, in milliseconds.
pub fn percentile(times: &mut [Duration], share: usize) -> f64 {
    times.sort_unstable();
    let place = (times.len() * share).div_ceil(100).saturating_sub(1);
    times.get(place).copied().unwrap_or_default().as_secs_f64() * 1e3
}

/// One line: how many, and p50, p95, p99, the longest.
pub fn times(what: &str, times: &mut [Duration]) {
    let [p50, p95, p99, most] = [50, 95, 99, 100].map(|share| percentile(times, share));
    println!(
        "{what}: {} answers, p50 {p50:.1} ms, p95 {p95:.1}, p99 {p99:.1}, longest {most:.1}",
        times.len()
    );
}

/// A figure by its name, for scripts that read many runs: `figure NAME VALUE`.
pub fn figure(name: &str, value: f64) {
    println!("figure {name} {value:.3}");
}
