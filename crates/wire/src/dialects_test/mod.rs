//! What a reader expects of the spans that frameworks send (`fixtures/dialects`), and that nothing of any span is lost.

mod expect;
mod nothing_lost;
mod span;

use std::fs;
use std::path::Path;

use serde_json::Value;

use span::Taken;
pub use span::take;

fn fixtures() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dialects");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), serde_json::from_slice(&fs::read(path).unwrap()).unwrap())).collect()
}

/// Each span of the fixtures with its label.
fn spans() -> Vec<(String, Value, Taken)> {
    let mut all = Vec::new();
    for (file, fixture) in fixtures() {
        for span in fixture["spans"].as_array().unwrap() {
            let label = format!("{file}: {}", span["name"].as_str().unwrap());
            all.push((label, span.clone(), take(&fixture["scope"], &fixture["resource"], span)));
        }
    }
    all
}

#[test]
fn every_dialect_says_what_a_reader_expects() {
    let all = spans();
    let mut faults = Vec::new();
    for (label, span, taken) in &all {
        faults.extend(
            expect::check(&span["expect"], taken).into_iter().map(|fault| format!("{label}: {fault}")),
        );
    }
    println!("{} spans of {} fixtures", all.len(), fixtures().len());
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn nothing_of_a_recorded_span_is_lost() {
    let lost: Vec<String> = spans()
        .iter()
        .flat_map(|(label, span, taken)| {
            let lost = nothing_lost::lost(span, taken);
            lost.into_iter().map(move |what| format!("{label}: {what}"))
        })
        .collect();
    assert!(lost.is_empty(), "\n{}", lost.join("\n"));
}
