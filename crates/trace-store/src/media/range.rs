//! What part of a file is wanted, if any: one byte range and the validators around it (RFC 9110, sections 13 and 14). Pure.

use std::ops::Range;

/// The headers that decide it, as they came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Conditions<'a> {
    /// `If-None-Match`.
    pub none_match: Option<&'a str>,
    pub if_range: Option<&'a str>,
    /// `Range`; means something on GET only.
    pub range: Option<&'a str>,
}

/// What to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ByteRange {
    /// All of it: 200.
    Whole,
    /// These bytes, at least one: 206.
    Part(Range<u64>),
    /// Bytes that it does not have: 416.
    Beyond,
    /// Nothing, the asker has it: 304.
    Nothing,
}

impl Conditions<'_> {
    /// What is wanted of a file of this length under this strong entity tag, quotes included.
    pub fn byte_range(&self, tag: &str, length: u64) -> ByteRange {
        if self.none_match.is_some_and(|tags| names(tags, tag)) {
            return ByteRange::Nothing;
        }
        // A weak tag or a date says too little to go on with a part.
        let still_fits = self.if_range.is_none_or(|given| given.trim() == tag);
        self.range.filter(|_| still_fits).map_or(ByteRange::Whole, |range| part(range, length))
    }
}

/// Whether a list of entity tags, weak or strong, names this one.
fn names(tags: &str, tag: &str) -> bool {
    tags.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// One range in bytes. What cannot be read, and more ranges than one, is passed over, as the standard lets us.
fn part(range: &str, length: u64) -> ByteRange {
    let spec = range.split_once('=').filter(|(unit, _)| unit.trim().eq_ignore_ascii_case("bytes"));
    let Some((first, last)) = spec.and_then(|(_, spec)| spec.trim().split_once('-')) else {
        return ByteRange::Whole;
    };
    let (start, end) = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => (first, last.saturating_add(1).min(length)),
        (Some(first), None) if last.is_empty() => (first, length),
        (None, Some(count)) if first.is_empty() => (length.saturating_sub(count), length),
        _ => return ByteRange::Whole,
    };
    if start < end { ByteRange::Part(start..end) } else { ByteRange::Beyond }
}

/// Digits only; more than fit are as many as fit.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &str = "\"abc\"";

    fn answer(range: &str, length: u64) -> ByteRange {
        Conditions { range: Some(range), ..Conditions::default() }.byte_range(TAG, length)
    }

    #[test]
    fn one_range_is_cut_to_the_file_and_refused_beyond_it() {
        for (range, expected) in [
            ("bytes=0-0", ByteRange::Part(0..1)),
            ("bytes=2-4", ByteRange::Part(2..5)),
            ("Bytes = 7-", ByteRange::Part(7..10)),
            ("bytes=7-99", ByteRange::Part(7..10)),
            ("bytes=-3", ByteRange::Part(7..10)),
            ("bytes=-99", ByteRange::Part(0..10)),
            ("bytes=0-18446744073709551615", ByteRange::Part(0..10)),
            ("bytes=0-99999999999999999999999", ByteRange::Part(0..10)),
            ("bytes=10-", ByteRange::Beyond),
            ("bytes=99999999999999999999999-", ByteRange::Beyond),
            ("bytes=-0", ByteRange::Beyond),
        ] {
            assert_eq!(answer(range, 10), expected, "{range}");
        }
        assert_eq!(answer("bytes=0-", 0), ByteRange::Beyond);
    }

    #[test]
    fn what_cannot_be_read_is_passed_over() {
        for range in [
            "bytes=4-2",
            "bytes=0-1,3-4",
            "bytes=-",
            "bytes=a-b",
            "bytes=+1-2",
            "bytes",
            "lines=1-2",
            "",
            "bytes=--1",
        ] {
            assert_eq!(answer(range, 10), ByteRange::Whole, "{range}");
        }
    }

    #[test]
    fn validators_come_first() {
        let range = Some("bytes=0-1");
        for (none_match, if_range, expected) in [
            (Some("\"abc\""), None, ByteRange::Nothing),
            (Some("\"x\", W/\"abc\""), None, ByteRange::Nothing),
            (Some("*"), None, ByteRange::Nothing),
            (Some("\"x\""), None, ByteRange::Part(0..2)),
            (None, Some("\"abc\""), ByteRange::Part(0..2)),
            (None, Some("W/\"abc\""), ByteRange::Whole),
            (None, Some("Wed, 21 Oct 2026 07:28:00 GMT"), ByteRange::Whole),
        ] {
            let conditions = Conditions { none_match, if_range, range };
            assert_eq!(conditions.byte_range(TAG, 10), expected, "{conditions:?}");
        }
    }
}
