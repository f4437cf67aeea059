//! `load pages`: a list and the pages that it links to as a signed-in person reads them, one at a time; where the list is
//! that of work orders, ticks too.

use std::time::{Duration, Instant};

use clap::Args;

use super::random::Random;
use super::report;
use super::server::{Person, Target};
use super::tick;

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    target: Target,
    #[arg(long)]
    email: String,
    #[arg(long, env = "LOAD_PASSWORD")]
    password: String,
    /// The list: /traces or /work-orders, narrowed as one likes.
    #[arg(long, default_value = "/traces")]
    list: String,
    /// Tick, and take back, what is open in the person's own orders in work.
    #[arg(long)]
    tick: bool,
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
    let (_, page) = person.get(&options.list);
    let pages = links(&page, &options.list);
    assert!(!pages.is_empty(), "{} lists something", options.list);
    let mut random = Random(1);
    let mut pick = move || pages.get(random.next() as usize % pages.len()).cloned().unwrap_or_default();
    let mut good = time(&person, options.requests, "list", || options.list.clone());
    good &= time(&person, options.requests, "page", &mut pick);
    for path in &options.path {
        good &= time(&person, options.requests, path, || path.clone());
    }
    if options.tick {
        good &= ticks(&person, options.requests);
    }
    good
}

/// Ticks and their undoing, each answered when it is on the disk.
fn ticks(person: &Person, requests: usize) -> bool {
    let (_, page) = person.get("/work-orders?assignee=me&status=in_progress");
    let mut times = tick::tick_through(person, &links(&page, "/work-orders"), requests);
    assert!(!times.is_empty(), "orders in work are the person's own");
    report::times("tick or undo", &mut times);
    report::figure("tick_p95_ms", report::percentile(&mut times, 95));
    true
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

/// The pages that a list links to.
fn links(page: &str, list: &str) -> Vec<String> {
    let root = list.split('?').next().unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    for part in page.split(&format!("href=\"{root}/")).skip(1) {
        let id = part.split(['"', '?', '/', '#']).next().unwrap_or_default();
        let path = format!("{root}/{id}");
        // Pages beside the list have small letters and no digit in their names.
        if id.contains(|c: char| c.is_ascii_digit()) && !found.contains(&path) {
            found.push(path);
        }
    }
    found
}
