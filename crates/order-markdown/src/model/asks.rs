//! What an item asks for, and what is answered.

use serde::{Deserialize, Serialize};

/// How an item is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskKind {
    /// One tick.
    #[default]
    Tick,
    /// Pass, flag or fail.
    Inspection,
    YesNo,
    /// A number, perhaps with a unit and limits.
    Number,
    Text,
    /// One of several words.
    Choice,
    /// A photo brought to the item.
    Photo,
    /// A person's signature under what the item says.
    Signature,
    /// The code on the label of the asset that it is done at.
    Scan,
}

impl AskKind {
    /// Every kind, the most usual first.
    pub const ALL: [Self; 9] = [
        Self::Tick,
        Self::Inspection,
        Self::YesNo,
        Self::Number,
        Self::Text,
        Self::Choice,
        Self::Photo,
        Self::Signature,
        Self::Scan,
    ];

    /// The word stored and posted by forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tick => "tick",
            Self::Inspection => "inspection",
            Self::YesNo => "yes_no",
            Self::Number => "number",
            Self::Text => "text",
            Self::Choice => "choice",
            Self::Photo => "photo",
            Self::Signature => "signature",
            Self::Scan => "scan",
        }
    }

    /// Reads the word back.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The words shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Tick => "A tick",
            Self::Inspection => "Pass, flag or fail",
            Self::YesNo => "Yes or no",
            Self::Number => "A number",
            Self::Text => "Words",
            Self::Choice => "One of several",
            Self::Photo => "A photo",
            Self::Signature => "A signature",
            Self::Scan => "A scan of the asset",
        }
    }
}

/// What an item asks for. Limits are decimal numbers as written, `0.2`; empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asks {
    pub kind: AskKind,
    /// Of a number: `bar`, `°C`; empty for none.
    pub unit: String,
    /// The smallest number that is all right.
    pub least: String,
    /// The largest number that is all right.
    pub most: String,
    /// Whether a number outside the limits fails the item; else it flags it.
    pub outside_fails: bool,
    /// What one chooses from.
    pub options: Vec<String>,
    /// Of a scan: the code of the asset. Left out where nothing is scanned, so that the files of all other items stay as they were.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub asset: String,
}

/// The longest code of an asset that a scan asks for.
pub const CODE_CHARS: usize = 64;

/// Whether what was found is as it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    #[default]
    Good,
    /// To be watched.
    Flagged,
    Failed,
}

impl Found {
    /// The word stored, and the class of its chip.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Flagged => "flagged",
            Self::Failed => "failed",
        }
    }
}

/// How the code of an asset came here. Neither proves that anybody stood there: an address can be typed too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanHow {
    /// From the page that the label opens.
    Label,
    /// Written into the field of the item.
    Typed,
}

impl ScanHow {
    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Typed => "typed",
        }
    }

    /// The words shown behind a code.
    fn words(self) -> &'static str {
        match self {
            Self::Label => "by its label",
            Self::Typed => "typed",
        }
    }
}

/// What somebody answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// As shown: `Pass`, `3.2 bar`, the words.
    pub value: String,
    pub found: Found,
    /// What was said about it; a finding needs no words, a follow-up has them.
    #[serde(default)]
    pub note: String,
    /// How the code of a scan came here; none of every other answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<ScanHow>,
}

impl Answer {
    /// What was answered, in words: `3.2 bar`; of a scan also how: `P-101, by its label`.
    pub fn words(&self) -> String {
        self.how.map_or_else(|| self.value.clone(), |how| format!("{}, {}", self.value, how.words()))
    }
}

impl Asks {
    /// What is wrong with the question itself, if anything.
    pub fn fault(&self) -> Option<&'static str> {
        let is_number = |text: &str| text.is_empty() || decimal(text).is_some();
        match self.kind {
            AskKind::Number if !is_number(&self.least) || !is_number(&self.most) => {
                Some("a limit is a number such as 0.2")
            }
            AskKind::Number => match (decimal(&self.least), decimal(&self.most)) {
                (Some(least), Some(most)) if least > most => Some("the lower limit is above the upper one"),
                _ => None,
            },
            AskKind::Choice if self.options.iter().filter(|it| !it.trim().is_empty()).count() < 2 => {
                Some("give at least two words to choose from")
            }
            AskKind::Scan if self.asset.trim().is_empty() => Some("say which asset is scanned, by its code"),
            AskKind::Scan if self.asset.chars().count() > CODE_CHARS => {
                Some("the code of an asset has 64 characters at most")
            }
            _ => None,
        }
    }

    /// Reads an answer as it was given, or says what was expected.
    pub fn read(&self, given: &str) -> Result<Answer, String> {
        let given = given.trim();
        let of = |value: &str, found| Ok(Answer { value: value.to_owned(), found, ..Answer::default() });
        match (self.kind, given.to_lowercase().as_str()) {
            (AskKind::Tick, "fail") => of("Fail", Found::Failed),
            (AskKind::Tick, _) => Err("this item is ticked, or it failed".to_owned()),
            (AskKind::Inspection, "pass") => of("Pass", Found::Good),
            (AskKind::Inspection, "flag") => of("Flag", Found::Flagged),
            (AskKind::Inspection, "fail") => of("Fail", Found::Failed),
            (AskKind::Inspection, _) => Err("answer pass, flag or fail".to_owned()),
            (AskKind::YesNo, "yes") => of("Yes", Found::Good),
            (AskKind::YesNo, "no") => of("No", Found::Flagged),
            (AskKind::YesNo, _) => Err("answer yes or no".to_owned()),
            (AskKind::Number, _) => self.number(given),
            (AskKind::Text, "") => Err("write what was found".to_owned()),
            (AskKind::Text, _) => of(given, Found::Good),
            (AskKind::Choice, _) if self.options.iter().any(|it| it == given) => of(given, Found::Good),
            (AskKind::Choice, _) => Err(format!("choose one of {}", self.options.join(", "))),
            (AskKind::Photo, "photo") => of("Photo", Found::Good),
            (AskKind::Photo, _) => Err("bring a photo to this item".to_owned()),
            (AskKind::Signature, _) => Err("sign this item on the page that it leads to".to_owned()),
            (AskKind::Scan, _) => self.scan(given, ScanHow::Typed),
        }
    }

    /// Reads the code of a scan; any other code than the one asked for is refused with both. The case of letters is no difference.
    pub fn scan(&self, given: &str, how: ScanHow) -> Result<Answer, String> {
        let (given, asked) = (given.trim(), self.asset.trim());
        if given.is_empty() {
            return Err(format!("scan or type the code on the label of {asked}"));
        }
        if !given.eq_ignore_ascii_case(asked) {
            let given: String = given.chars().take(CODE_CHARS).collect();
            return Err(format!("this item is done at {asked}, and {given} is another asset"));
        }
        Ok(Answer { value: given.to_owned(), how: Some(how), ..Answer::default() })
    }

    fn number(&self, given: &str) -> Result<Answer, String> {
        let Some(value) = decimal(given) else { return Err("write a number such as 3.2".to_owned()) };
        let below = decimal(&self.least).is_some_and(|least| value < least);
        let above = decimal(&self.most).is_some_and(|most| value > most);
        let found = match (below || above, self.outside_fails) {
            (false, _) => Found::Good,
            (true, true) => Found::Failed,
            (true, false) => Found::Flagged,
        };
        let shown = given.replace(',', ".");
        let value = if self.unit.is_empty() { shown } else { format!("{shown} {}", self.unit) };
        Ok(Answer { value, found, ..Answer::default() })
    }

    /// Why an answer that a person typed cannot be told from another, in words ([`ambiguous`]); only a number can be so.
    pub fn doubt(&self, given: &str) -> Option<String> {
        ambiguous(given).filter(|_| self.kind == AskKind::Number)
    }

    /// The limits in words: `0.1 to 0.2 bar`.
    pub fn limits(&self) -> String {
        let words = match (self.least.as_str(), self.most.as_str()) {
            ("", "") => return self.unit.clone(),
            (least, "") => format!("at least {least}"),
            ("", most) => format!("at most {most}"),
            (least, most) => format!("{least} to {most}"),
        };
        if self.unit.is_empty() { words } else { format!("{words} {}", self.unit) }
    }

    /// How far an answer, as it is shown, lies outside the limits: `1.8 °C above the limit`. None within them, and for what is
    /// no number.
    pub fn beyond(&self, shown: &str) -> Option<String> {
        let number = decimal(shown.strip_suffix(self.unit.as_str()).unwrap_or(shown))?;
        let over = decimal(&self.most).map(|most| number - most).filter(|over| *over > 0);
        let under = decimal(&self.least).map(|least| least - number).filter(|under| *under > 0);
        let (distance, side) = over.map(|it| (it, "above")).or_else(|| under.map(|it| (it, "below")))?;
        let unit = if self.unit.is_empty() { String::new() } else { format!(" {}", self.unit) };
        Some(format!("{}{unit} {side} the limit", written(distance)))
    }
}

/// A positive number of millionths as people write it.
fn written(millionths: i64) -> String {
    let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What a number that a person typed may mean, where it may mean two: one separator with three digits behind it parts
/// thousands for some and decimals for others. Programs write points, so only forms ask.
pub fn ambiguous(text: &str) -> Option<String> {
    let text = text.trim();
    let bare = text.strip_prefix(['-', '−', '+']).unwrap_or(text);
    let (whole, part) = bare.split_once([',', '.'])?;
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let parts_three = (1..=3).contains(&whole.len()) && part.len() == 3 && plain(whole) && plain(part);
    (parts_three && !whole.starts_with('0')).then(|| {
        let sign = text.strip_suffix(bare).unwrap_or_default();
        let (all, point) = (format!("{sign}{whole}{part}"), format!("{sign}{whole}.{part}"));
        format!("{text} can be {all} or {point}: write {all} or {point}0")
    })
}

/// A decimal number as an integer of millionths, so that limits are compared exactly; a comma is a point.
pub fn decimal(text: &str) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (sign, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (-1, rest.to_owned()),
        None => (1, text.strip_prefix('+').unwrap_or(&text).to_owned()),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((&digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && part.is_empty()
        || whole.len() > 12
        || part.len() > 6
        || !plain(whole)
        || !plain(part)
    {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let millionths: i64 = format!("{part:0<6}").parse().ok()?;
    Some(sign * (whole * 1_000_000 + millionths))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number() -> Asks {
        let (unit, least, most) = ("bar".to_owned(), "0.1".to_owned(), "0.25".to_owned());
        Asks { kind: AskKind::Number, unit, least, most, ..Asks::default() }
    }

    #[test]
    fn a_number_is_held_against_its_limits_exactly() {
        for (given, found) in [
            ("0.1", Found::Good),
            ("0,25", Found::Good),
            ("0.250001", Found::Flagged),
            ("0.099999", Found::Flagged),
            ("-3", Found::Flagged),
        ] {
            assert_eq!(number().read(given).unwrap().found, found, "{given}");
        }
        assert_eq!(number().read("0,2").unwrap().value, "0.2 bar");
        assert_eq!(Asks { outside_fails: true, ..number() }.read("9").unwrap().found, Found::Failed);
        for bad in ["", "x", "1e9", "1.2.3", "--1", ".", "1.0000001", "９"] {
            assert!(number().read(bad).is_err(), "{bad}");
        }
        assert_eq!(number().limits(), "0.1 to 0.25 bar");
    }

    #[test]
    fn a_number_that_can_be_two_is_asked_about() {
        for (typed, words) in [
            ("1,204", Some("1,204 can be 1204 or 1.204: write 1204 or 1.2040")),
            (" 1.204 ", Some("1.204 can be 1204 or 1.204: write 1204 or 1.2040")),
            ("-12,500", Some("-12,500 can be -12500 or -12.500: write -12500 or -12.5000")),
            ("999.999", Some("999.999 can be 999999 or 999.999: write 999999 or 999.9990")),
            ("1204", None),
            ("1.2040", None),
            ("1,20", None),
            ("0.204", None),
            ("012,204", None),
            ("1204.500", None),
            ("1,204,500", None),
            (",204", None),
            ("1.20a", None),
            ("", None),
        ] {
            assert_eq!(ambiguous(typed).as_deref(), words, "{typed}");
            assert_eq!(number().doubt(typed).as_deref(), words, "{typed}");
            assert_eq!(Asks { kind: AskKind::Text, ..Asks::default() }.doubt(typed), None);
        }
        // What a program sends is read as ever.
        assert_eq!(number().read("1.204").unwrap().value, "1.204 bar");
    }

    #[test]
    fn how_far_an_answer_lies_outside_is_said_exactly() {
        for (shown, said) in [
            ("0.2 bar", None),
            ("0.25 bar", None),
            ("0.31 bar", Some("0.06 bar above the limit")),
            ("-1 bar", Some("1.1 bar below the limit")),
            ("Pass", None),
        ] {
            assert_eq!(number().beyond(shown).as_deref(), said, "{shown}");
        }
        assert_eq!(Asks { unit: String::new(), ..number() }.beyond("3").unwrap(), "2.75 above the limit");
    }

    #[test]
    fn every_kind_says_what_it_expects() {
        let choice =
            Asks { kind: AskKind::Choice, options: vec!["red".into(), "green".into()], ..Asks::default() };
        assert_eq!(choice.read("red").unwrap().value, "red");
        assert!(choice.read("blue").unwrap_err().contains("red, green"));
        let of = |kind| Asks { kind, ..Asks::default() };
        assert_eq!(of(AskKind::Inspection).read("FAIL").unwrap().found, Found::Failed);
        assert_eq!(of(AskKind::YesNo).read("no").unwrap().found, Found::Flagged);
        assert!(of(AskKind::Tick).read("yes").is_err() && of(AskKind::Text).read(" ").is_err());
        for kind in AskKind::ALL {
            assert_eq!(AskKind::read(kind.as_str()), Some(kind));
        }
    }

    fn at(code: &str) -> Asks {
        Asks { kind: AskKind::Scan, asset: code.to_owned(), ..Asks::default() }
    }

    #[test]
    fn a_scan_takes_the_code_that_is_asked_for_and_no_other() {
        for (asked, given, taken) in [
            ("P-101", "P-101", Some("P-101, typed")),
            ("P-101", " p-101 ", Some("p-101, typed")),
            (" P-101", "P-101", Some("P-101, typed")),
            ("P-101", "P-102", None),
            ("P-101", "P-1010", None),
            ("P-101", "", None),
            ("É-1", "é-1", None),
        ] {
            assert_eq!(at(asked).read(given).ok().map(|it| it.words()).as_deref(), taken, "{asked} {given}");
        }
        let wrong = at("P-101").read("P-102").unwrap_err();
        assert!(wrong.contains("P-101") && wrong.contains("P-102"), "{wrong}");
        let answer = at("P-101").scan("P-101", ScanHow::Label).unwrap();
        assert_eq!((answer.words().as_str(), answer.found), ("P-101, by its label", Found::Good));
    }

    #[test]
    fn what_is_no_scan_is_kept_as_it_was_before_there_were_scans() {
        let answer = number().read("0.2").unwrap();
        assert_eq!(
            serde_json::to_string(&answer).unwrap(),
            r#"{"value":"0.2 bar","found":"good","note":""}"#
        );
        let asks = serde_json::to_string(&number()).unwrap();
        assert!(!asks.contains("asset"), "{asks}");
        let scanned = at("P-101").scan("P-101", ScanHow::Label).unwrap();
        let kept = serde_json::to_string(&scanned).unwrap();
        assert_eq!(kept, r#"{"value":"P-101","found":"good","note":"","how":"label"}"#);
        assert_eq!(serde_json::from_str::<Answer>(&kept).unwrap(), scanned);
        assert_eq!(serde_json::from_str::<Answer>(r#"{"value":"Pass","found":"good"}"#).unwrap().how, None);
    }

    #[test]
    fn a_question_that_cannot_be_answered_is_a_fault() {
        assert!(Asks { least: "3".into(), ..number() }.fault().is_some());
        assert!(Asks { most: "x".into(), ..number() }.fault().is_some());
        assert!(Asks { kind: AskKind::Choice, ..Asks::default() }.fault().is_some());
        assert_eq!(number().fault(), None);
        assert!(at(" ").fault().is_some() && at(&"x".repeat(65)).fault().is_some());
        assert_eq!(at("P-101").fault(), None);
    }
}
