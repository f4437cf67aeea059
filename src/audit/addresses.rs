//! Where traces, quotes and parts of orders are read.

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
        if observation.is_empty() { String::new() } else { format!("?observation={}", encoded(observation)) };
    format!("/traces/{}{query}", encoded(trace))
}

/// The trace at the quoted observation; browsers that know text fragments go to the words themselves.
pub fn quote_href(one: &Stated) -> String {
    let evidence = &one.quote.evidence;
    let words: Vec<&str> = evidence.quote.exact.split_whitespace().take(POINTED).collect();
    let trace = encoded(&evidence.trace_id);
    let observation = encoded(&evidence.observation_id);
    // A hyphen would be read as a mark of the fragment's own.
    let words = encoded(&words.join(" ")).replace('-', "%2D");
    format!("/traces/{trace}?observation={observation}#:~:text={words}")
}

/// A path or query part with everything but letters, digits and `-._` in percent form.
pub fn encoded(text: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    text.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn ids_of_any_client_become_one_part_of_an_address() {
        assert_eq!(encoded("a41f-09.c2_"), "a41f-09.c2_");
        assert_eq!(encoded("a/b?c&d é"), "a%2Fb%3Fc%26d%20%C3%A9");
    }
}
