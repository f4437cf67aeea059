//! `load pages`: the trace list and trace pages as a signed-in person reads them, one at a time.

use std::time::{Duration, Instant};

use clap::Args;

use super::random::Random;
use super::report;
use super::server::{Person, Target};

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    #[arg(long)]
    email: String,
    #[arg(long, env = "LOAD_PASSWORD")]
    password: String,
    /// How often each kind of page is read.
    #[arg(long, default_value_t = 300)]
    requests: usize,
    /// Another page to time, as a path; may be given several times.
    #[arg(long)]
    path: Vec<String>,
}

/// Runs; false when a page was not answered with 200.
pub fn run(options: &Options) -> bool {
    let person = Person::sign_in(&options.target.url, &options.email, &options.password);
    let (_, list) = person.get("/traces");
    let traces = links(&list);
    assert!(!traces.is_empty(), "the list shows traces");
    let mut random = Random(1);
    let mut pick = move || traces.get(random.next() as usize % traces.len()).cloned().unwrap_or_default();
    let mut good = time(&person, options.requests, "list", || "/traces".to_owned());
    good &= time(&person, options.requests, "trace", &mut pick);
    for path in &options.path {
        good &= time(&person, options.requests, path, || path.clone());
    }
    good
}

fn time(person: &Person, requests: usize, what: &str, mut path: impl FnMut() -> String) -> bool {
    let (mut times, mut good, mut bytes) = (Vec::with_capacity(requests), true, 0);
    // The first ones fill caches that a running server has filled.
    for number in 0..requests + 20 {
        let path = path();
        let began = Instant::now();
        let (status, text) = person.get(&path);
        if number >= 20 {
            times.push(began.elapsed());
            bytes += text.len();
        }
        good &= status == 200;
    }
    let mean: Duration = times.iter().sum::<Duration>() / times.len().max(1) as u32;
    report::times(&format!("{what} ({} bytes, mean {mean:.1?})", bytes / times.len().max(1)), &mut times);
    report::figure(
        &format!("{}_p95_ms", what.replace(|c: char| !c.is_alphanumeric(), "_")),
        report::percentile(&mut times, 95),
    );
    good
}

/// The pages of traces that a list links to.
fn links(page: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in page.split("href=\"/traces/").skip(1) {
        let id = part.split(['"', '?', '/']).next().unwrap_or_default();
        let path = format!("/traces/{id}");
        if !id.is_empty() && !found.contains(&path) {
            found.push(path);
        }
    }
    found
}
