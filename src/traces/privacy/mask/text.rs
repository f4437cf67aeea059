//! Puts masks in place of hits.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{Hit, Masked, Masker};

#[expect(clippy::expect_used, reason = "a constant pattern, compiled in every test")]
static MASKS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[masked:[a-z0-9-]{1,40}(?::[0-9a-f]{6})?\]").expect("a good pattern"));

/// The text with masks; `None` when all hits lie inside masks that stand there already.
pub(super) fn replace(masker: &Masker, text: &str, mut hits: Vec<Hit>) -> Option<Masked> {
    let old: Vec<_> = MASKS.find_iter(text).map(|found| found.range()).collect();
    hits.retain(|hit| !old.iter().any(|mask| hit.start < mask.end && mask.start < hit.end));
    hits.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
    let (mut out, mut done) = (String::with_capacity(text.len()), 0);
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    for hit in &hits {
        // What begins inside an earlier hit is covered by it; only what reaches beyond is cut away too.
        if hit.end <= done {
            continue;
        }
        let from = hit.start.max(done);
        let (Some(before), Some(secret)) = (text.get(done..from), text.get(from..hit.end)) else { continue };
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
