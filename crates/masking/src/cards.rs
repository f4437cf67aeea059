//! Payment card numbers: an issuer's range, its lengths, the check digit (ISO/IEC 7812-1, Luhn), and the way cards are
//! written: in one piece or in the usual groups. One number in ten passes the check digit by chance, so what stands in one piece
//! under a name that says it is something else (`order_id`, `ticket`) stays.

use std::collections::BTreeMap;

use super::{Hit, Masked, words};

/// Fewest digits of a card number.
const FEWEST: usize = 13;
/// Most.
const MOST: usize = 19;

/// Groups as printed on cards.
const GROUPS: [&[usize]; 5] = [&[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3], &[4, 4, 5]];

/// What a number is whose name ends so.
#[rustfmt::skip]
const OTHERS: [&str; 42] = [
    "id", "ids", "uid", "guid", "ticket", "tickets", "order", "orders", "invoice", "receipt", "shipment", "parcel", "tracking",
    "sku", "ean", "gtin", "isbn", "imei", "barcode", "serial", "sequence", "seq", "ref", "reference", "snowflake", "nonce", "hash",
    "checksum", "offset", "cursor", "version", "revision", "timestamp", "ts", "time", "count", "size", "bytes", "length", "total",
    "ns", "us",
];

/// A name with one of these words may be a card's, whatever else it says.
const OF_CARDS: [&str; 9] = ["card", "cards", "cc", "pan", "credit", "debit", "visa", "mastercard", "amex"];

/// Whether a name says that its number is something else than a card's: `order_id`, `ticketNumber`.
pub(super) fn names_other(name: &str) -> bool {
    let words = words::of(name);
    if words.iter().any(|word| OF_CARDS.contains(&word.as_str())) {
        return false;
    }
    let mut ends = words.iter().rev().map(String::as_str);
    match ends.next() {
        Some("number" | "no" | "num" | "nr") => {
            ends.next().is_some_and(|what| OTHERS.contains(&what) || NUMBERED.contains(&what))
        }
        Some(last) => OTHERS.contains(&last),
        None => false,
    }
}

/// What has numbers beside those of [`OTHERS`]; those of accounts may be on a card.
const NUMBERED: [&str; 11] =
    ["work", "job", "build", "run", "case", "issue", "batch", "part", "item", "asset", "phone"];

/// Adds the card numbers of a text that stands under a name.
pub(super) fn find(name: Option<&str>, text: &str, hits: &mut Vec<Hit>) {
    let is_in_one_piece = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_in_one_piece && name.is_some_and(names_other) {
        return;
    }
    each_run(text.as_bytes(), &mut |run, start| {
        if run.iter().all(u8::is_ascii_digit) && name_before(text, start).is_some_and(names_other) {
            return;
        }
        in_run(run, &mut |from, to| {
            hits.push(Hit {
                start: start + from,
                end: start + to,
                detector: "payment-card".to_owned(),
                with_suffix: false,
            });
        });
    });
}

/// Whether there is a card number in the raw bytes.
pub(super) fn suspects(raw: &str) -> bool {
    let mut any = false;
    each_run(raw.as_bytes(), &mut |run, _| in_run(run, &mut |_, _| any = true));
    any
}

/// Whether all of a text is a card number, as a JSON number would be.
pub(super) fn is_card(digits: &str) -> bool {
    let values: Vec<u8> = digits.bytes().map(|byte| byte.wrapping_sub(b'0')).collect();
    values.iter().all(|value| *value < 10) && is_number_of_card(&values)
}

/// The name that a number at `at` is given to: `"order_id": 4…`, `ticket=4…`.
fn name_before(text: &str, at: usize) -> Option<&str> {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`' | '\\');
    let before = text.get(..at)?.trim_end_matches(is_quote).trim_end_matches(' ');
    let before = before.strip_suffix([':', '='])?.trim_end_matches(' ').trim_end_matches(is_quote);
    before.get(words::start_of(before, before.len())..)
}

/// The mask of a number that is a card number.
pub(super) fn one() -> Masked {
    Masked {
        text: "[masked:payment-card]".to_owned(),
        found: BTreeMap::from([("payment-card".to_owned(), 1)]),
    }
}

/// Gives every stretch of digits, blanks and dashes that is long enough. Looks at every fourth byte only: of four bytes
/// in a row inside a card number at most one is no digit.
fn each_run(bytes: &[u8], give: &mut impl FnMut(&[u8], usize)) {
    let mut at = 3;
    while let Some(byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            at += 4;
            continue;
        }
        let belongs = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b' ' | b'-');
        let before = bytes.get(..at).unwrap_or_default();
        let start = at - before.iter().rev().take_while(|byte| belongs(byte)).count();
        let after = bytes.get(at..).unwrap_or_default();
        let stop = at + after.iter().take_while(|byte| belongs(byte)).count();
        let run = bytes.get(start..stop).unwrap_or_default();
        let start = start + run.iter().take_while(|byte| !byte.is_ascii_digit()).count();
        let end = stop - run.iter().rev().take_while(|byte| !byte.is_ascii_digit()).count();
        // A number that is part of a word, a version or a fraction is no card.
        let joined =
            |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
        let left = start.checked_sub(1).and_then(|i| bytes.get(i));
        let right =
            bytes.get(end).filter(|b| **b != b'.' || bytes.get(end + 1).is_some_and(u8::is_ascii_digit));
        let escaped = start >= 2 && bytes.get(start - 2) == Some(&b'\\');
        if end - start >= FEWEST && (escaped || !joined(left)) && !joined(right) {
            give(bytes.get(start..end).unwrap_or_default(), start);
        }
        at = stop + 4;
    }
}

/// Card numbers among the groups of a run.
fn in_run(run: &[u8], give: &mut impl FnMut(usize, usize)) {
    let groups = groups_of(run);
    let mut first = 0;
    while first < groups.len() {
        match card_from(run, groups.get(first..).unwrap_or_default()) {
            Some((count, from, to)) => {
                give(from, to);
                first += count;
            }
            None => first += 1,
        }
    }
}

fn groups_of(run: &[u8]) -> Vec<(usize, usize)> {
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for (at, byte) in run.iter().enumerate() {
        if !byte.is_ascii_digit() {
            continue;
        }
        match groups.last_mut() {
            Some((_, end)) if *end == at => *end = at + 1,
            _ => groups.push((at, at + 1)),
        }
    }
    groups
}

/// The card number that begins with the first group: how many groups it takes, and where it stands.
fn card_from(run: &[u8], groups: &[(usize, usize)]) -> Option<(usize, usize, usize)> {
    let (from, end) = *groups.first()?;
    let alone = GROUPS.iter().filter_map(|shape| {
        let taken = groups.get(..shape.len())?;
        let fits = taken.iter().zip(*shape).all(|((from, to), len)| to - from == *len);
        let close = taken.windows(2).all(|pair| matches!(pair, [(_, end), (next, _)] if *next == end + 1));
        (fits && close).then(|| (taken.len(), taken.last().map_or(end, |(_, to)| *to)))
    });
    alone.chain([(1, end)]).find_map(|(count, to)| {
        let digits = run.get(from..to)?.iter().filter(|b| b.is_ascii_digit()).map(|b| b - b'0');
        is_number_of_card(&digits.collect::<Vec<_>>()).then_some((count, from, to))
    })
}

fn is_number_of_card(digits: &[u8]) -> bool {
    (FEWEST..=MOST).contains(&digits.len()) && is_issued(digits) && luhn(digits)
}

fn is_issued(digits: &[u8]) -> bool {
    let head = digits.iter().take(4).fold(0_u32, |sum, digit| sum * 10 + u32::from(*digit));
    matches!(
        (head, digits.len()),
        (4000..=4999, 13 | 16 | 19)
        | (5100..=5599 | 2221..=2720, 16)
        | (3400..=3499 | 3700..=3799, 15)
        | (6011 | 6440..=6599, 16 | 19)
        | (3528..=3589 | 6200..=6299, 16..=19)
        | (3000..=3059 | 3600..=3699 | 3800..=3999, 14 | 16)
    )
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .zip([false, true].into_iter().cycle())
        .map(|(digit, doubled)| {
            let value = u32::from(*digit) * if doubled { 2 } else { 1 };
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    sum.is_multiple_of(10)
}
