//! The signatures on an order below its Markdown form, for people to read.

use std::fmt::Write as _;

use super::{Check, Record, statement};
use crate::foundation::Result;
use crate::ledger::Event;
use crate::work_orders::model::Order;
use crate::work_orders::write::write;

/// An order as Markdown with the signatures on it, as these events make it; without any it is the file as it came.
pub fn render(order: &Order, events: &[Event]) -> Result<String> {
    Ok(write(order) + &signatures(order, events)?)
}

/// Who signed what and when, and what became of it. Read back it is a text like any other: no file signs for anybody.
fn signatures(order: &Order, events: &[Event]) -> Result<String> {
    let (mut text, record) = (String::new(), Record::of(order, events)?);
    let with_record = order.signatures.iter().filter_map(|it| Some((it, it.signed.as_ref()?)));
    for (signature, signed) in with_record {
        if text.is_empty() {
            let _ = write!(text, "\n## Signatures on {}\n\n", order.number);
        }
        let meaning = statement::meaning_words(signature.meaning);
        let _ = write!(text, "- {meaning}. {}, {}.", one_line(&signature.by.name), signature.at.to_rfc3339());
        let (version, content) = (signed.version, signed.content.to_hex());
        let said = one_line(&signed.statement);
        let _ = write!(text, " \"{said}\" Version {version}, SHA-256 {content}");
        let _ = match record.check(signature)? {
            Check::Fails(why) => write!(text, ", does not verify: {why}."),
            Check::Verifies | Check::NoRecord => write!(text, ", verifies."),
        };
        if let Some(superseded) = &signature.superseded {
            let (why, at) = (one_line(&superseded.why), superseded.at.to_rfc3339());
            let _ = write!(text, " Superseded: {why}, {}, {at}.", one_line(&superseded.by.name));
        }
        text.push('\n');
    }
    Ok(text)
}

/// What people wrote stands in the line of its signature and begins none of its own.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
