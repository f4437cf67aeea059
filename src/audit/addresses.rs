//! Where traces, quotes and parts of orders are read.

use crate::foundation::address::part;

use super::stated::Stated;
use super::store::LinkRow;

/// Words of a quote that the address of the trace carries along.
const POINTED: usize = 12;

/// The place a link names, as `item:ID`; empty for the whole order.
pub fn target_text(link: &LinkRow) -> String {
    if link.target_kind == "order" {
        String::new()
    } else {
        format!("{}:{}", link.target_kind, link.target_id)
    }
}

/// Where a trace is read, at one of its observations unless that is empty.
pub fn trace_href(trace: &str, observation: &str) -> String {
    let query =
        if observation.is_empty() { String::new() } else { format!("?observation={}", part(observation)) };
    format!("/traces/{}{query}", part(trace))
}

/// The trace at the quoted observation; browsers that know text fragments go to the words themselves.
pub fn quote_href(one: &Stated) -> String {
    let evidence = &one.quote.evidence;
    let words: Vec<&str> = evidence.quote.exact.split_whitespace().take(POINTED).collect();
    let trace = part(&evidence.trace_id);
    let observation = part(&evidence.observation_id);
    // A hyphen would be read as a mark of the fragment's own.
    let words = part(&words.join(" ")).replace('-', "%2D");
    format!("/traces/{trace}?observation={observation}#:~:text={words}")
}
