//! Small texts on the pages: code spans, moments, names.

use crate::foundation::{ActorKind, Timestamp};
use crate::web::format;
use crate::work_orders::model::{Status, Who};

/// Escaped text with `` `code` `` spans, fit for the inside of a button.
pub fn inline(text: &str) -> String {
    let mut html = String::new();
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len().saturating_sub(1);
    for (i, part) in parts.iter().enumerate() {
        let is_code = i % 2 == 1 && i < last;
        let unpaired = i % 2 == 1 && i == last;
        let (before, after) = match (is_code, unpaired) {
            (true, _) => ("<code>", "</code>"),
            (_, true) => ("`", ""),
            _ => ("", ""),
        };
        html.push_str(before);
        html.push_str(&escape(part));
        html.push_str(after);
    }
    html
}

/// Text that stands for itself inside HTML.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in format::shown(text).chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

/// `Dana Okafor, 14:02` on the same day, else with the date; agents say that they are one.
pub fn by_at(by: Option<&Who>, at: Option<Timestamp>, now: Timestamp) -> String {
    let name = by.map(name_of);
    let time = at.map(|at| moment(at, now));
    [name, time].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The printed name, with a word for programs.
pub fn name_of(who: &Who) -> String {
    if who.kind == ActorKind::Agent { format!("{} (agent)", who.name) } else { who.name.clone() }
}

/// The time of day for today, else the day with it; UTC.
pub fn moment(at: Timestamp, now: Timestamp) -> String {
    let (day, today) = (at.to_chrono().date_naive(), now.to_chrono().date_naive());
    if day == today { at.to_chrono().format("%H:%M").to_string() } else { format::moment(at, now) }
}

/// The class of a state's chip.
pub fn tone_of(status: Status) -> &'static str {
    match status {
        Status::Draft | Status::Cancelled => "",
        Status::Submitted | Status::OnHold => "waiting",
        Status::Approved | Status::InProgress => "blue",
        Status::Completed | Status::Verified | Status::Closed => "good",
    }
}

/// `not_enough_information` as words.
pub fn words(stored: &str) -> String {
    stored.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_spans_are_marked_and_everything_is_escaped() {
        for (text, html) in [
            ("plain", "plain"),
            ("run `pip install x`", "run <code>pip install x</code>"),
            ("an `unpaired <b>", "an `unpaired &lt;b&gt;"),
            ("`<script>` & \"x\"", "<code>&lt;script&gt;</code> &amp; &quot;x&quot;"),
            ("", ""),
        ] {
            assert_eq!(inline(text), html, "{text}");
        }
    }
}
