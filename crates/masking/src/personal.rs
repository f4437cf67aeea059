//! Mail addresses, bank account numbers and phone numbers: off unless a project turns them on.

use std::sync::LazyLock;

use regex::Regex;

use super::Hit;
use crate::Family;

#[expect(clippy::expect_used, reason = "constant patterns, compiled in every test")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a good pattern")
}

static MAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}",
    )
});
static IBAN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?"));
static PHONE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\+[1-9][0-9]{0,2}(?:[ .-]?\(?[0-9]{1,4}\)?){2,5}"));

/// Adds what the families that are on find.
pub(super) fn find(families: &[Family], text: &str, hits: &mut Vec<Hit>) {
    for family in families {
        match family {
            Family::Mail if text.contains('@') => mail(text, hits),
            Family::Iban => iban(text, hits),
            Family::Phone if text.contains('+') => phone(text, hits),
            _ => {}
        }
    }
}

fn hit(start: usize, end: usize, detector: &str) -> Hit {
    Hit { start, end, detector: detector.to_owned(), with_suffix: false }
}

fn mail(text: &str, hits: &mut Vec<Hit>) {
    for found in MAIL.find_iter(text) {
        // In JSON inside a text, `\nann@…` is a line break before `ann`, not a name that begins with n.
        let escaped = text.get(..found.start()).is_some_and(|before| before.ends_with('\\'));
        let skip = usize::from(escaped && found.as_str().starts_with(['n', 'r', 't', 'b', 'f']));
        hits.push(hit(found.start() + skip, found.end(), "mail-address"));
    }
}

fn iban(text: &str, hits: &mut Vec<Hit>) {
    for found in IBAN.find_iter(text) {
        let before = text.get(..found.start()).and_then(|it| it.chars().next_back());
        let after = text.get(found.end()..).and_then(|it| it.chars().next());
        let apart = |side: Option<char>| side.is_none_or(|c| !c.is_ascii_alphanumeric());
        if apart(before) && apart(after) && checks(found.as_str()) {
            hits.push(hit(found.start(), found.end(), "iban"));
        }
    }
}

/// ISO 13616: the first four characters go to the end, letters become numbers, and the rest by 97 is 1.
fn checks(text: &str) -> bool {
    let bytes: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    let Some((head, tail)) = bytes.split_at_checked(4) else { return false };
    let rest = tail.iter().chain(head).try_fold(0_u32, |rest, byte| {
        let value = char::from(*byte).to_digit(36)?;
        Some((rest * if value > 9 { 100 } else { 10 } + value) % 97)
    });
    (15..=34).contains(&bytes.len()) && rest == Some(1)
}

fn phone(text: &str, hits: &mut Vec<Hit>) {
    for found in PHONE.find_iter(text) {
        let digits = found.as_str().bytes().filter(u8::is_ascii_digit).count();
        let before = text.get(..found.start()).and_then(|it| it.chars().next_back());
        let after = text.get(found.end()..).and_then(|it| it.chars().next());
        let apart = |side: Option<char>| side.is_none_or(|c| !c.is_ascii_alphanumeric());
        if (8..=15).contains(&digits) && apart(before) && apart(after) {
            hits.push(hit(found.start(), found.end(), "phone-number"));
        }
    }
}
