//! What an asset is, what its meters measure, and the rules of each value. Pure.

use std::fmt;

use serde::{Deserialize, Serialize};

use order_markdown::model::asks::decimal;
use order_markdown::model::{AskKind, Asks, Found};

use crate::foundation::{Error, FieldErrors, Result};

/// The longest code.
pub const CODE_CHARS: usize = 64;
/// The longest of the short texts.
pub const SHORT_CHARS: usize = 200;
/// The longest notes.
const NOTES_CHARS: usize = 4_000;
/// The longest reason.
const REASON_CHARS: usize = 1_000;

/// Words that are addresses of pages beside those of assets.
const RESERVED: [&str; 6] = ["new", "labels", "options", "import", "by-id", "unknown"];

/// What stands on an asset's label: letters, digits and `.`, `-`, `_`; alike whatever the case of its letters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(String);

impl Code {
    /// Reads one that was typed in field `path`.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let text = text.trim();
        let is_fit = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        if text.is_empty() || text.len() > CODE_CHARS || !text.chars().all(is_fit) {
            let message =
                format!("a code is 1 to {CODE_CHARS} letters, digits, points, dashes and underscores");
            return Err(Error::invalid(path, message));
        }
        // Browsers take these for a way through folders.
        if text.chars().all(|c| c == '.') || RESERVED.contains(&text.to_ascii_lowercase().as_str()) {
            return Err(Error::invalid(
                path,
                format!("the word {text} is an address of its own here; choose another code"),
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is looked for.
    pub fn key(&self) -> String {
        key_of(&self.0)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a code, or the tag of an order, is looked for as.
pub fn key_of(tag: &str) -> String {
    tag.trim().to_ascii_lowercase()
}

/// What is at stake where it fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Criticality {
    A,
    B,
    #[default]
    C,
}

impl Criticality {
    /// All three, the gravest first.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    /// The letter, as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }

    /// Reads the letter back.
    pub fn read(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == letter.trim().to_ascii_uppercase())
    }

    /// What the letter means.
    pub fn words(self) -> &'static str {
        match self {
            Self::A => "critical: people or the plant are at risk",
            Self::B => "important: work is held up",
            Self::C => "ordinary: work goes on without it",
        }
    }

    /// The class of its mark.
    pub fn tone(self) -> &'static str {
        match self {
            Self::A => "bad",
            Self::B => "waiting",
            Self::C => "",
        }
    }
}

/// What is said of an asset and can be said anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub name: String,
    pub criticality: Criticality,
    /// What kind of thing, in the shop's own words.
    pub kind: String,
    pub place: String,
    pub maker: String,
    pub model: String,
    pub serial: String,
    pub notes: String,
}

impl Facts {
    /// Checks it; texts lose the blanks at their ends.
    pub fn checked(self) -> Result<Self> {
        let trimmed = |text: String| text.trim().to_owned();
        let facts = Self {
            name: trimmed(self.name),
            criticality: self.criticality,
            kind: trimmed(self.kind),
            place: trimmed(self.place),
            maker: trimmed(self.maker),
            model: trimmed(self.model),
            serial: trimmed(self.serial),
            notes: self.notes.replace("\r\n", "\n").trim().to_owned(),
        };
        let mut errors = FieldErrors::default();
        if facts.name.is_empty() {
            errors.add("name", "an asset needs a name that people call it by");
        }
        for (path, _, value) in facts.texts() {
            if path != "notes" && !is_visible_line(value) {
                errors.add(path, ONE_LINE);
            }
            if path == "notes" && value.contains('\0') {
                errors.add(path, "a NUL character is not allowed in text; remove it");
            }
            let most = if path == "notes" { NOTES_CHARS } else { SHORT_CHARS };
            if value.chars().count() > most {
                errors.add(path, format!("at most {most} characters"));
            }
        }
        errors.into_result().map(|()| facts)
    }

    /// Every text: the field, its label and the value.
    fn texts(&self) -> [(&'static str, &'static str, &str); 7] {
        [
            ("name", "Name", self.name.as_str()),
            ("kind", "Kind", self.kind.as_str()),
            ("place", "Place", self.place.as_str()),
            ("maker", "Maker", self.maker.as_str()),
            ("model", "Model", self.model.as_str()),
            ("serial", "Serial number", self.serial.as_str()),
            ("notes", "Notes", self.notes.as_str()),
        ]
    }

    /// What another one says differently: label, this value, that value.
    pub fn differences<'f>(&'f self, other: &'f Self) -> Vec<(&'static str, &'f str, &'f str)> {
        let pairs = self.texts().into_iter().zip(other.texts());
        let texts = pairs.filter(|(from, to)| from.2 != to.2).map(|(from, to)| (from.1, from.2, to.2));
        let (from, to) = (self.criticality.as_str(), other.criticality.as_str());
        texts.chain((from != to).then_some(("Criticality", from, to))).collect()
    }
}

/// Another asset, as an event names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetName {
    pub asset: String,
    pub code: String,
    pub name: String,
}

/// How the numbers of a meter go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeterKind {
    /// Up and down: a temperature, a share.
    #[default]
    Gauge,
    /// Only up: hours, pieces, calls.
    Counter,
}

impl MeterKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Gauge, Self::Counter];

    /// The word stored and posted by forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gauge => "gauge",
            Self::Counter => "counter",
        }
    }

    /// Reads the word back.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The words shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Gauge => "A gauge: it goes up and down",
            Self::Counter => "A counter: it only goes up",
        }
    }
}

/// What a meter measures. Limits are decimal numbers as written; empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterFacts {
    pub name: String,
    /// `°C`, `%`; empty for none.
    pub unit: String,
    pub kind: MeterKind,
    pub low: String,
    pub high: String,
}

impl MeterFacts {
    /// Checks it; a comma of a limit becomes a point.
    pub fn checked(self) -> Result<Self> {
        let facts = Self {
            name: self.name.trim().to_owned(),
            unit: self.unit.trim().to_owned(),
            kind: self.kind,
            low: plain_number(&self.low),
            high: plain_number(&self.high),
        };
        let mut errors = FieldErrors::default();
        if facts.name.is_empty() || facts.name.chars().count() > SHORT_CHARS {
            errors.add("name", format!("say in 1 to {SHORT_CHARS} characters what is measured"));
        }
        if facts.unit.chars().count() > 20 {
            errors.add("unit", "at most 20 characters");
        }
        for (path, text) in [("name", &facts.name), ("unit", &facts.unit)] {
            if !is_visible_line(text) {
                errors.add(path, ONE_LINE);
            }
        }
        for (path, limit) in [("low", &facts.low), ("high", &facts.high)] {
            if !limit.is_empty() && decimal(limit).is_none() {
                errors.add(path, "a limit is a number such as 0.2");
            }
        }
        if errors.0.is_empty()
            && let Some(fault) = facts.asks().fault()
        {
            errors.add("low", fault);
        }
        errors.into_result().map(|()| facts)
    }

    /// The same question as an item of an order asks: numbers are read and held against limits in one way.
    fn asks(&self) -> Asks {
        Asks {
            kind: AskKind::Number,
            unit: self.unit.clone(),
            least: self.low.clone(),
            most: self.high.clone(),
            ..Asks::default()
        }
    }

    /// Reads a number that was typed in field `value`.
    pub fn read(&self, given: &str) -> Result<Value> {
        let text = plain_number(given);
        let answer = self.asks().read(&text).map_err(|message| Error::invalid("value", message))?;
        let millionths =
            decimal(&text).ok_or_else(|| Error::invalid("value", "write a number such as 3.2"))?;
        let beyond = match answer.found {
            Found::Good => String::new(),
            _ => self.asks().beyond(&answer.value).unwrap_or_default(),
        };
        Ok(Value { text, millionths, beyond })
    }

    /// The limits in words: `at most 2 %`; empty for none.
    pub fn limits(&self) -> String {
        if self.low.is_empty() && self.high.is_empty() { String::new() } else { self.asks().limits() }
    }

    /// A value with its unit.
    pub fn with_unit(&self, value: &str) -> String {
        if self.unit.is_empty() { value.to_owned() } else { format!("{value} {}", self.unit) }
    }

    /// The same in another unit, where one is named: as it was when something was read.
    #[must_use]
    pub fn in_unit(&self, unit: Option<&String>) -> Self {
        Self { unit: unit.unwrap_or(&self.unit).clone(), ..self.clone() }
    }

    /// The limits as millionths, for drawing them.
    pub fn limits_in_millionths(&self) -> Vec<i64> {
        [&self.low, &self.high].into_iter().filter_map(|limit| decimal(limit)).collect()
    }

    /// Everything that is said of it, in one line.
    pub fn words(&self) -> String {
        let kind = self.kind.as_str();
        let parts = [self.name.clone(), self.unit.clone(), kind.to_owned(), self.limits()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// A number that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// As written, with a point.
    pub text: String,
    pub millionths: i64,
    /// How far it is outside the limits, in words; empty within them.
    pub beyond: String,
}

/// What is said of a text that must be one line and is not.
const ONE_LINE: &str = "expected one line of visible text, without line breaks and hidden characters";

/// Whether a text is empty, or one line that is read as it is written: nothing in it turns the direction of writing, and not all
/// of it is without width.
fn is_visible_line(text: &str) -> bool {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let is_seen = |c: char| {
        let is_hidden = matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        );
        !is_hidden && !c.is_whitespace()
    };
    !text.contains(|c: char| turns(c) || breaks(c)) && (text.is_empty() || text.contains(is_seen))
}

/// A number as it is kept: with a point, without a plus sign, and without a minus sign where it is nothing.
fn plain_number(given: &str) -> String {
    let text = given.trim().replace(',', ".");
    let bare =
        text.strip_prefix('+').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '.'));
    let is_nothing = |rest: &&str| rest.contains('0') && rest.chars().all(|c| matches!(c, '0' | '.'));
    let nothing = text.strip_prefix(['-', '−']).filter(is_nothing);
    bare.or(nothing).unwrap_or(&text).to_owned()
}

/// A reason that must be given, from field `reason`.
pub fn reason(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > REASON_CHARS {
        return Err(Error::invalid("reason", format!("say why, in 1 to {REASON_CHARS} characters")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_plain_and_alike_in_any_case() {
        for good in ["line-assist-02", "P.1_a", "7", &"x".repeat(CODE_CHARS)] {
            assert_eq!(Code::parse("code", good).unwrap().as_str(), good);
        }
        let too_long = "x".repeat(CODE_CHARS + 1);
        for bad in ["", "  ", "a b", "a/b", "ä", "..", ".", "New", "labels", "K\u{212a}", &too_long] {
            assert!(Code::parse("code", bad).is_err(), "{bad}");
        }
        assert_eq!(Code::parse("code", " AbC ").unwrap().key(), key_of("aBc"));
    }

    #[test]
    fn readings_are_exact_and_held_against_limits() {
        let meter = MeterFacts {
            name: "Refused".to_owned(),
            unit: "%".to_owned(),
            kind: MeterKind::Gauge,
            low: String::new(),
            high: "2,0".to_owned(),
        };
        let meter = meter.checked().unwrap();
        for (given, text, millionths, beyond) in [
            ("2", "2", 2_000_000, ""),
            ("2,000001", "2.000001", 2_000_001, "0.000001 % above the limit"),
            ("-1.5", "-1.5", -1_500_000, ""),
            ("+2", "2", 2_000_000, ""),
            ("-0", "0", 0, ""),
            ("-0,0", "0.0", 0, ""),
            ("2.4", "2.4", 2_400_000, "0.4 % above the limit"),
        ] {
            let read = meter.read(given).unwrap();
            assert_eq!(
                (read.text.as_str(), read.millionths, read.beyond.as_str()),
                (text, millionths, beyond)
            );
        }
        for bad in ["", "x", "1e3", "1.0000001"] {
            assert!(meter.read(bad).is_err(), "{bad}");
        }
        assert_eq!((meter.limits().as_str(), meter.with_unit("2").as_str()), ("at most 2.0 %", "2 %"));
        let crossed = MeterFacts { low: "3".to_owned(), ..meter.clone() };
        assert!(
            crossed.checked().is_err() && MeterFacts { high: "x".to_owned(), ..meter }.checked().is_err()
        );
    }

    #[test]
    fn what_is_one_line_has_no_breaks_and_nothing_hidden() {
        for bad in [
            "a\nb",
            "a\rb",
            "a\tb",
            "a\0",
            "a\u{202e}b",
            "\u{2066}a",
            "a\u{2028}b",
            "\u{200b}",
            "\u{200b} \u{feff}",
        ] {
            let refuses = |facts: Facts, path: &str| match facts.checked() {
                Err(Error::Invalid(errors)) => assert!(errors.get(path).is_some(), "{path}: {bad:?}"),
                other => panic!("{path}: {bad:?}: {other:?}"),
            };
            let (text, named) = (bad.to_owned(), Facts { name: "Line".to_owned(), ..Facts::default() });
            refuses(Facts { name: text.clone(), ..Facts::default() }, "name");
            refuses(Facts { kind: text.clone(), ..named.clone() }, "kind");
            refuses(Facts { place: text.clone(), ..named.clone() }, "place");
            refuses(Facts { maker: text.clone(), ..named.clone() }, "maker");
            refuses(Facts { model: text.clone(), ..named.clone() }, "model");
            refuses(Facts { serial: text.clone(), ..named }, "serial");
            let meter = MeterFacts { name: text.clone(), ..MeterFacts::default() };
            assert!(meter.checked().is_err(), "{bad:?}");
            let meter = MeterFacts { name: "Hours".to_owned(), unit: text, ..MeterFacts::default() };
            assert!(meter.checked().is_err(), "{bad:?}");
        }
        for good in ["Füllhalle №2", "خط الإنتاج", "5\u{a0}kg", "👩\u{200d}🔧 bench"] {
            let facts = Facts { name: good.to_owned(), notes: "one\ntwo".to_owned(), ..Facts::default() };
            assert!(facts.checked().is_ok(), "{good}");
        }
    }

    #[test]
    fn what_changed_is_told_by_label_with_both_values() {
        let from = Facts { name: "Line".to_owned(), ..Facts::default() };
        let to = Facts { place: "Hall 2".to_owned(), criticality: Criticality::A, ..from.clone() };
        assert_eq!(from.differences(&to), [("Place", "", "Hall 2"), ("Criticality", "C", "A")]);
        assert!(from.differences(&from).is_empty() && Facts::default().checked().is_err());
    }
}
