//! What cells say of priorities and states, in the languages met most.

use order_markdown::model::{Priority, Status};

use crate::names::{is_value, joined};

/// A priority by its word, with its number before or behind it, or by its number alone: the most urgent is 1.
pub(crate) fn priority(value: &str) -> Option<Priority> {
    let whole = joined(value);
    if whole.is_empty() {
        return Some(Priority::None);
    }
    let words: Vec<String> = value.split(|c: char| !c.is_alphanumeric()).map(joined).collect();
    let said: String = words.iter().filter(|word| !is_aside(word)).map(String::as_str).collect();
    Priority::read(value).or_else(|| listed_priority(&whole)).or_else(|| listed_priority(&said))
}

/// A number of a priority, or the word priority itself, beside the word that counts.
fn is_aside(word: &str) -> bool {
    let digits = word.strip_prefix('p').unwrap_or(word);
    digits.bytes().all(|b| b.is_ascii_digit()) || crate::names::is_column("priority", word)
}

fn listed_priority(word: &str) -> Option<Priority> {
    Priority::ALL.into_iter().find(|it| is_value(&format!("priority-{}", it.as_str()), word))
}

/// A state by its word, or by the code that a large program has for it.
pub(crate) fn status(value: &str) -> Option<Status> {
    let word = joined(value);
    let listed = || Status::ALL.into_iter().find(|it| is_value(&format!("status-{}", it.as_str()), &word));
    Status::read(value).or_else(listed)
}

/// A state by several codes, `TECO NMAT PRC`: the first says how far an order is.
pub(crate) fn status_of_codes(value: &str) -> Option<Status> {
    let is_code = |code: &str| (3..=4).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase());
    let mut codes = value.split_whitespace();
    let first = codes.next().filter(|first| is_code(first))?;
    codes.all(is_code).then(|| status(first)).flatten()
}

/// Whether a cell says that there is nothing to say.
pub(crate) fn is_nothing(value: &str) -> bool {
    let word = joined(value);
    word.is_empty() || is_value("priority-none", &word)
}
