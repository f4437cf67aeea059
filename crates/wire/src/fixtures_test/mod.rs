//! Replays captured client requests through the pure pipeline: once, twice over and in reverse
//! order, and compares what is held afterwards with what a correct server must hold.
//!
//! The captures lie outside the project (`TRACEWRIGHT_SHARED`, else `../shared`); without them the
//! test says so and passes.

mod expect;
mod messages;
mod store;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use store::Store;

/// The folder of captures, if this machine has one.
fn captures() -> Option<PathBuf> {
    let shared = std::env::var_os("TRACEWRIGHT_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    Some(shared.join("fixtures/wire")).filter(|folder| folder.is_dir())
}

/// The programs captured, each with its requests in the order sent.
fn folders(captures: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(captures)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("expected.json").is_file())
        .collect();
    folders.sort();
    folders
}

fn requests(folder: &Path) -> Vec<PathBuf> {
    let mut heads: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".http.json"))
        .collect();
    heads.sort();
    heads
}

fn replay(requests: &[&PathBuf]) -> Store {
    let mut store = Store::default();
    for head in requests {
        store.take(head);
    }
    store
}

/// Replays one folder in three ways and prints its line of the table; gives the number of misses.
fn replay_folder(folder: &Path) -> usize {
    let expected: Value = serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let requests = requests(folder);
    let once: Vec<&PathBuf> = requests.iter().collect();
    let twice: Vec<&PathBuf> = requests.iter().chain(&requests).collect();
    let reversed: Vec<&PathBuf> = requests.iter().rev().collect();
    let view = replay(&once).view();
    let mut report = expect::compare(&view, &expected);
    for (way, order) in [("twice", twice), ("reversed", reversed)] {
        let other = replay(&order).view();
        report.misses.extend(expect::compare(&other, &expected).misses.iter().map(|m| format!("{way}: {m}")));
        if other != view {
            report.misses.push(format!("{way}: not the same as once"));
        }
    }
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    let observations: usize = view.traces.iter().map(|t| t.observations.len()).sum();
    let (traces, scores) = (view.traces.len(), view.scores.len());
    println!(
        "{name:<44} {traces:>6} {observations:>12} {scores:>6} {:>6} {:>8}",
        report.checks,
        report.misses.len()
    );
    report.misses.iter().for_each(|miss| println!("    {miss}"));
    report.misses.len()
}

#[test]
fn captured_clients_end_in_what_they_must() {
    let Some(captures) = captures() else {
        println!("skipped: no captures on this machine");
        return;
    };
    let mut all_misses = 0;
    println!(
        "{:<44} {:>6} {:>12} {:>6} {:>6} {:>8}",
        "folder", "traces", "observations", "scores", "checks", "misses"
    );
    for folder in folders(&captures) {
        all_misses += replay_folder(&folder);
    }
    assert_eq!(all_misses, 0, "misses, listed above");
}
