//! Lists of words, and how words are compared: in small letters and digits alone, without the marks that people leave out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What stands in a file for a letter that a program could not write.
const LOST: char = char::REPLACEMENT_CHARACTER;

/// The words of each list, in their order.
type Lists = BTreeMap<&'static str, Vec<String>>;

/// What columns are called.
static COLUMNS: LazyLock<Lists> = LazyLock::new(|| lists(include_str!("names.txt")));
/// What cells say of priorities and states.
static VALUES: LazyLock<Lists> = LazyLock::new(|| lists(include_str!("words.txt")));

/// Lines that begin with the name of a list.
fn lists(text: &'static str) -> Lists {
    let mut lists = Lists::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        if let Some(list) = words.next() {
            lists.entry(list).or_default().extend(words.map(joined));
        }
    }
    lists
}

/// The names of columns in a list.
pub(crate) fn columns(list: &str) -> impl Iterator<Item = &'static str> {
    COLUMNS.get(list).into_iter().flatten().map(String::as_str)
}

/// Whether a list has the name of a column.
pub(crate) fn is_column(list: &str, name: &str) -> bool {
    columns(list).any(|known| is_same(known, name))
}

/// Whether a list has the word of a cell.
pub(crate) fn is_value(list: &str, word: &str) -> bool {
    VALUES.get(list).into_iter().flatten().any(|known| known == word)
}

/// Whether a name is the known one; where a program lost a letter, any letter may have stood.
pub(crate) fn is_same(known: &str, name: &str) -> bool {
    let is_whole = !name.contains(LOST);
    let kept = name.chars().filter(|c| *c != LOST).count();
    let fits = || {
        known.chars().count() == name.chars().count()
            && known.chars().zip(name.chars()).all(|(a, b)| a == b || b == LOST)
    };
    if is_whole { known == name } else { kept >= 3 && fits() }
}

/// The name of a column in letters and digits alone; what stands in brackets is left.
pub(crate) fn bare(name: &str) -> String {
    joined(name.split(['(', '（', '[']).next().unwrap_or_default())
}

/// A text in letters and digits alone, and what stands for letters that were lost.
pub(crate) fn joined(text: &str) -> String {
    text.to_lowercase().chars().map(plain).filter(|c| c.is_alphanumeric() || *c == LOST).collect()
}

/// A small letter without its mark: programs write "Priorité" and "Priorite", and capitals of "ı" come back as "i".
fn plain(letter: char) -> char {
    match letter {
        'à'..='å' | 'ą' | 'ā' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì'..='ï' | 'ı' => 'i',
        'ł' => 'l',
        'ñ' | 'ń' => 'n',
        'ò'..='ö' | 'ø' | 'ő' | 'º' | '°' => 'o',
        'ś' | 'š' | 'ş' => 's',
        'ù'..='ü' | 'ű' => 'u',
        'ý' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ё' => 'е',
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use order_markdown::model::{Priority, Status};

    use super::*;
    use crate::Meaning;

    #[test]
    fn every_list_of_words_is_one_that_is_asked_for() {
        for list in VALUES.keys() {
            let (of, word) = list.split_once('-').unwrap();
            let is_known = match of {
                "priority" => Priority::ALL.iter().any(|it| it.as_str() == word),
                _ => Status::ALL.iter().any(|it| it.as_str() == word),
            };
            assert!(is_known, "{list}");
        }
        let others = [
            "piece",
            "title",
            "issue",
            "called",
            "words",
            "workorder",
            "fault",
            "count",
            "thing",
            "stock",
            "meter",
        ];
        for list in COLUMNS.keys() {
            assert!(Meaning::read(list).is_some() || others.contains(list), "{list}");
        }
    }

    #[test]
    fn names_are_compared_without_marks_and_brackets() {
        for (name, wanted) in [
            ("Date d’échéance", "datedecheance"),
            ("VARLIK ADI", "varlikadi"),
            ("Varlık Adı", "varlikadi"),
            ("İş Emri No", "isemrino"),
            ("Pri\u{6f}rite\u{301} (1-5)", "priorite"),
            ("work_order_id", "workorderid"),
            ("N° OT", "noot"),
        ] {
            assert_eq!(bare(name), wanted, "{name}");
        }
    }

    #[test]
    fn a_lost_letter_is_any_letter() {
        assert!(is_column("meter", &bare("Fr\u{fffd}quence de mise \u{fffd} jour")));
        assert!(
            !is_column("workorder", &bare("\u{fffd}\u{fffd}"))
                && !is_column("meter", &bare("Fr\u{fffd}quence"))
        );
    }
}
