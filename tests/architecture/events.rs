//! Every kind of event has words, and the ledger's page offers it: the list of kinds is the one that the source writes.

use std::collections::BTreeSet;

use tracewright::web::words;

use crate::source::{deciding_files, production_text};

/// Kinds as they stand in text: `"work_order.item_ticked.v1"`.
fn kinds_in(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').filter(|word| {
        let parts: Vec<&str> = word.split('.').collect();
        let is_name =
            |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        parts.len() == 3
            && parts.iter().take(2).all(is_name)
            && parts[2].strip_prefix('v').is_some_and(|version| version.parse::<u32>().is_ok())
    })
}

#[test]
fn the_list_of_kinds_is_the_source_s() {
    let files = deciding_files();
    let texts: Vec<String> = files
        .iter()
        .filter(|file| !file.ends_with("web/words.rs"))
        .map(|file| production_text(file))
        .collect();
    let written: BTreeSet<&str> = texts.iter().flat_map(|text| kinds_in(text)).collect();
    let known: BTreeSet<&str> = words::KINDS.into_iter().collect();
    let unknown: Vec<_> = written.difference(&known).collect();
    let unwritten: Vec<_> = known.difference(&written).collect();
    assert!(
        unknown.is_empty() && unwritten.is_empty(),
        "missing in words::KINDS: {unknown:?}; written nowhere: {unwritten:?}"
    );
    let words: BTreeSet<String> = known.iter().map(|kind| words::event(kind)).collect();
    assert_eq!(words.len(), known.len(), "two kinds read the same");
}
