//! Puts masks in place of hits.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{Hit, Masked, Masker};

#[expect(clippy::expect_used, reason = "a constant pattern, compiled in every test")]
static MASKS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[masked:[a-z0-9-]{1,40}(?::[0-9a-f]{6})?\]").expect("a good pattern"));

/// The text with masks; `None` when all hits lie inside masks that stand there already. Of hits that overlap, the first
/// in the list stays; what is left of the others is found in the next round.
pub(super) fn replace(masker: &Masker, text: &str, hits: Vec<Hit>) -> Option<Masked> {
    let mut taken: Vec<_> = MASKS.find_iter(text).map(|found| found.range()).collect();
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        if !taken.iter().any(|other| hit.start < other.end && other.start < hit.end) {
            taken.push(hit.start..hit.end);
            kept.push(hit);
        }
    }
    kept.sort_by_key(|hit| hit.start);
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    for hit in &kept {
        let (Some(before), Some(secret)) = (text.get(done..hit.start), text.get(hit.start..hit.end)) else {
            continue;
        };
        out.push_str(before);
        out.push_str(&masker.mask(hit, secret));
        done = hit.end;
        *found.entry(hit.detector.clone()).or_default() += 1;
    }
    if found.is_empty() {
        return None;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Some(Masked { text: out, found })
}
