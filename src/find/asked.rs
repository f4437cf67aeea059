//! What somebody typed to find something, read without ever failing.

/// Characters that are read.
const LONGEST: usize = 100;
/// Letters that words must have together; a number, a code or an id may be shorter.
const SHORTEST: usize = 2;
/// Years whose numbers a short one is looked for in, this one and those before it.
const YEARS: i32 = 20;
/// Hex digits that the beginning of an id must have.
const SHORTEST_ID: usize = 6;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// On one line, without what no stored text holds.
    pub(super) text: String,
    /// Whether more was typed than is read.
    pub(super) is_cut: bool,
}

impl Asked {
    /// Reads it: characters that write nothing are blanks, blanks are one, and what is beyond 100 characters is left out.
    pub(super) fn read(typed: &str) -> Self {
        let mut kept = String::new();
        let mut chars = typed.chars();
        for c in chars.by_ref().take(LONGEST) {
            kept.push(if c.is_control() { ' ' } else { c });
        }
        let is_cut = chars.next().is_some();
        Self { text: kept.split_whitespace().collect::<Vec<_>>().join(" "), is_cut }
    }

    /// Whether it can be looked for as words.
    pub(super) fn has_words(&self) -> bool {
        self.text.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST
    }

    /// The words in small letters.
    pub(super) fn words(&self) -> Vec<String> {
        self.text.split_whitespace().map(str::to_lowercase).collect()
    }

    /// Whether a text in any case of letters holds every word.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.words().iter().all(|word| text.contains(word.as_str()))
    }

    /// The numbers of orders that it may stand for in a year: `WO-2026-031` and `2026-031` one, `031` and `31` one of each year.
    pub(super) fn numbers(&self, year: i32) -> Vec<String> {
        let text = self.text.to_uppercase();
        let rest = text.strip_prefix("WO-").unwrap_or(&text);
        let is_digits =
            |part: &str| (1..=6).contains(&part.len()) && part.chars().all(|c| c.is_ascii_digit());
        let padded = |year: &str, place: &str| format!("WO-{year}-{:0>3}", place.trim_start_matches('0'));
        match rest.split_once('-') {
            Some((year, place)) if year.len() == 4 && is_digits(year) && is_digits(place) => {
                vec![padded(year, place)]
            }
            None if is_digits(rest) => {
                (0..YEARS).map(|back| padded(&format!("{:04}", (year - back).max(0)), rest)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// It, where it can be a code or an id: one word.
    pub(super) fn code(&self) -> Option<&str> {
        Some(self.text.as_str()).filter(|text| !text.is_empty() && !text.contains(' '))
    }

    /// It, where it can be the beginning of an id.
    pub(super) fn beginning(&self) -> Option<&str> {
        let is_id = |text: &&str| text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        self.code().filter(|text| text.len() >= SHORTEST_ID).filter(is_id)
    }

    /// An address with the same words.
    pub(super) fn at(&self, path: &str) -> String {
        // Pairs of texts can always be written.
        format!("{path}?{}", serde_urlencoded::to_string([("q", &self.text)]).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_one_line_of_a_bounded_length() {
        for (typed, text) in [
            ("", ""),
            ("  cold \t store\n", "cold store"),
            ("a\0b", "a b"),
            ("100 % \"x' OR 1=1 --", "100 % \"x' OR 1=1 --"),
        ] {
            assert_eq!(Asked::read(typed), Asked { text: text.to_owned(), is_cut: false }, "{typed:?}");
        }
        let long = Asked::read(&"ä".repeat(10_000));
        assert!(long.is_cut && long.text.chars().count() == LONGEST);
    }

    #[test]
    fn a_number_is_understood_as_people_write_it() {
        for (typed, first, count) in [
            ("wo-2026-031", Some("WO-2026-031"), 1),
            ("2026-31", Some("WO-2026-031"), 1),
            ("031", Some("WO-2026-031"), 20),
            ("1234", Some("WO-2026-1234"), 20),
            ("0", Some("WO-2026-000"), 20),
            ("pump", None, 0),
            ("2026-", None, 0),
            ("1234567", None, 0),
            ("31-31", None, 0),
        ] {
            let numbers = Asked::read(typed).numbers(2026);
            assert_eq!((numbers.first().map(String::as_str), numbers.len()), (first, count), "{typed}");
        }
    }

    #[test]
    fn words_are_looked_for_from_two_letters_on_and_ids_from_six() {
        for (typed, words, id) in [
            ("p", false, false),
            ("%", false, false),
            ("pu", true, false),
            ("abc", true, false),
            ("abc123", true, true),
            ("0190-ab", true, true),
            ("abc 123", true, false),
        ] {
            let asked = Asked::read(typed);
            assert_eq!((asked.has_words(), asked.beginning().is_some()), (words, id), "{typed}");
        }
        assert!(
            Asked::read("Cold STORE").is_in("The cold-store, cold") && !Asked::read("cold x").is_in("cold")
        );
        assert_eq!(Asked::read("a&b %").at("/work-orders"), "/work-orders?q=a%26b+%25");
    }
}
