//! What is gathered while the work is done: files, time, parts with their cost, and who was spoken to.
//!
//! All of it only ever grows: what is taken back or corrected stays, marked as such.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Target, Undone, Who};
use foundation::money::{Money, decimal};
use foundation::{Digest, Timestamp};

/// Everything gathered on one order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gathered {
    pub files: Vec<OrderFile>,
    /// Timers that run.
    pub timers: Vec<Timer>,
    pub time: Vec<TimeEntry>,
    /// What was said of planned parts: how many, at what cost.
    pub planned: Vec<PartLine>,
    pub used: Vec<PartLine>,
    pub mentions: Vec<Mention>,
}

impl Gathered {
    /// Whether nothing was.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// A file by its id.
    pub fn file(&self, id: &str) -> Option<&OrderFile> {
        self.files.iter().find(|file| file.id == id)
    }

    /// The files that stand at a place.
    pub fn files_at<'a>(&'a self, place: &'a FilePlace) -> impl Iterator<Item = &'a OrderFile> {
        self.files.iter().filter(move |file| file.place == *place && file.withdrawn.is_none())
    }

    /// The timer that an account runs here.
    pub fn timer_of(&self, account: &str) -> Option<&Timer> {
        self.timers.iter().find(|timer| timer.who.is(account))
    }

    /// Whether somebody worked by the clock, used a part or brought evidence of a part of the work: what a cancellation
    /// would hide.
    pub fn has_actuals(&self) -> bool {
        let time = self.standing_time().any(|entry| entry.seconds() > 0);
        let proof = self.evidence().any(|file| file.place.target().is_some());
        !self.timers.is_empty() || time || proof || self.standing_parts().next().is_some()
    }

    /// Files that stand as evidence: all but those of comments.
    pub fn evidence(&self) -> impl Iterator<Item = &OrderFile> {
        self.files.iter().filter(|file| file.withdrawn.is_none() && file.is_evidence())
    }

    /// Entries of time that nothing replaced.
    pub fn standing_time(&self) -> impl Iterator<Item = &TimeEntry> {
        self.time.iter().filter(|entry| entry.superseded_by.is_none())
    }

    /// Used parts that nothing replaced and that are more than none.
    pub fn standing_parts(&self) -> impl Iterator<Item = &PartLine> {
        self.used.iter().filter(|line| line.superseded_by.is_none() && line.quantity.0 > 0)
    }

    /// Who worked how many seconds, in the order of their first entry; an hour that two entries name counts once.
    pub fn labour(&self) -> Vec<(Who, i64)> {
        let mut people: Vec<Labour> = Vec::new();
        for entry in self.standing_time() {
            let place = people.iter().position(|of| of.who.id == entry.who.id).unwrap_or_else(|| {
                people.push(Labour { who: entry.who.clone(), spans: Vec::new(), loose: 0 });
                people.len() - 1
            });
            let Some(of) = people.get_mut(place) else { continue };
            match entry.span() {
                Some(span) => of.spans.push(span),
                None => of.loose += i64::from(entry.minutes) * 60,
            }
        }
        people.into_iter().map(|of| (of.who, covered(of.spans) / 1_000_000 + of.loose)).collect()
    }

    /// What the used parts cost together, by currency; parts without a cost add nothing.
    pub fn cost(&self) -> Vec<Money> {
        let mut sums: BTreeMap<_, i64> = BTreeMap::new();
        for money in self.standing_parts().filter_map(PartLine::cost) {
            let sum = sums.entry(money.currency).or_insert(0);
            *sum = sum.saturating_add(money.nanos);
        }
        sums.into_iter().map(|(currency, nanos)| Money { nanos, currency }).collect()
    }
}

/// What one person's entries come to.
struct Labour {
    who: Who,
    /// Beginnings and ends, in microseconds.
    spans: Vec<(i64, i64)>,
    /// Seconds without a beginning.
    loose: i64,
}

/// Microseconds that these spans cover together.
fn covered(mut spans: Vec<(i64, i64)>) -> i64 {
    spans.sort_unstable();
    let (mut sum, mut until) = (0, i64::MIN);
    for (from, to) in spans {
        sum += (to - from.max(until)).max(0);
        until = until.max(to);
    }
    sum
}

/// What a file belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "on", content = "id", rename_all = "snake_case")]
pub enum FilePlace {
    /// The order as a whole.
    Order,
    Step(String),
    Item(String),
    Criterion(String),
    /// A comment; such a file is no evidence of a claim.
    Comment(String),
}

impl FilePlace {
    /// The part of the order that it is evidence for.
    pub fn target(&self) -> Option<Target> {
        match self {
            Self::Step(id) => Some(Target::Step(id.clone())),
            Self::Item(id) => Some(Target::Item(id.clone())),
            Self::Criterion(id) => Some(Target::Criterion(id.clone())),
            Self::Order | Self::Comment(_) => None,
        }
    }
}

impl From<Target> for FilePlace {
    fn from(target: Target) -> Self {
        match target {
            Target::Step(id) => Self::Step(id),
            Target::Item(id) => Self::Item(id),
            Target::Criterion(id) => Self::Criterion(id),
        }
    }
}

/// What is known of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Points, as it is looked at.
    pub width: u32,
    pub height: u32,
    /// The original says where it was taken.
    pub has_place: bool,
}

/// How the stored bytes of a file stood when they were last held against its digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    #[default]
    Whole,
    /// Other bytes lie there.
    Altered,
    /// Nothing lies there.
    Missing,
}

impl FileState {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Altered => "altered",
            Self::Missing => "missing",
        }
    }
}

/// A file or photo; its bytes lie in object storage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFile {
    /// Stable id.
    pub id: String,
    pub place: FilePlace,
    /// Its name, cleaned.
    pub name: String,
    /// As told from its bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// What it shows; may be empty.
    pub description: String,
    /// For a picture that could be opened.
    pub picture: Option<Picture>,
    pub by: Who,
    pub at: Timestamp,
    pub state: FileState,
    /// How it was taken back, if it was; its bytes stay.
    pub withdrawn: Option<Undone>,
    /// What was pinned on the picture, in the order in which it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<Pin>,
}

/// A place on a picture, with what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Stable id.
    pub id: String,
    /// From the left, in ten-thousandths of the width as it is looked at.
    pub x: u16,
    /// From the top, in ten-thousandths of the height.
    pub y: u16,
    pub text: String,
    pub by: Who,
    pub at: Timestamp,
    /// How it was taken back, if it was. Its number is given to no other.
    pub removed: Option<Undone>,
}

impl OrderFile {
    /// Whether it was brought as evidence, and not with a comment.
    pub fn is_evidence(&self) -> bool {
        !matches!(self.place, FilePlace::Comment(_))
    }

    /// Whether it stands, and its bytes are not what they were.
    pub fn is_broken(&self) -> bool {
        self.withdrawn.is_none() && self.state != FileState::Whole
    }
}

/// A timer that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// Stable id; the entry of time that it becomes has the same.
    pub id: String,
    pub who: Who,
    pub since: Timestamp,
}

/// Time that somebody worked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeEntry {
    /// Stable id.
    pub id: String,
    /// Whose time it is.
    pub who: Who,
    /// Whole minutes; of an entry with a beginning and an end, what lies between.
    pub minutes: u32,
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// `2026-11-21`; empty where beginning and end are known.
    pub day: String,
    pub note: String,
    /// A timer measured it; otherwise somebody wrote it down.
    pub is_timed: bool,
    /// Who wrote it down, and when.
    pub by: Who,
    pub at: Timestamp,
    /// The entry it replaces, and why.
    pub corrects: Option<String>,
    pub reason: String,
    pub superseded_by: Option<String>,
}

impl TimeEntry {
    /// Beginning and end in microseconds, where both are known.
    pub fn span(&self) -> Option<(i64, i64)> {
        Some((self.from?.0, self.until?.0)).filter(|(from, until)| from <= until)
    }

    /// How long it was.
    pub fn seconds(&self) -> i64 {
        self.span().map_or(i64::from(self.minutes) * 60, |(from, until)| (until - from) / 1_000_000)
    }
}

/// So many of something, in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(pub i64);

impl Quantity {
    /// The most of one thing.
    const MOST: i64 = 1_000_000_000_000;

    /// Reads `2`, `0.5` or `0,25`; none for what is no number from 0 up with at most three places.
    pub fn parse(text: &str) -> Option<Self> {
        decimal(text, 3).filter(|number| (0..=Self::MOST).contains(number)).map(Self)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:03}", self.0 % 1_000);
        let part = digits.trim_end_matches('0');
        if part.is_empty() { write!(f, "{}", self.0 / 1_000) } else { write!(f, "{}.{part}", self.0 / 1_000) }
    }
}

/// A part as planned or as used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartLine {
    /// Stable id.
    pub id: String,
    /// The entry of the plan that it is; none for what nobody planned.
    pub part: Option<String>,
    /// What it is called.
    pub name: String,
    pub quantity: Quantity,
    /// `pcs`, `m`; may be empty.
    pub unit: String,
    pub unit_cost: Option<Money>,
    /// Where it comes from: a store, an order number; may be empty.
    pub source: String,
    pub by: Who,
    pub at: Timestamp,
    /// The line it replaces, and why.
    pub corrects: Option<String>,
    pub reason: String,
    pub superseded_by: Option<String>,
}

impl PartLine {
    /// What all of it costs, where that is known.
    pub fn cost(&self) -> Option<Money> {
        self.unit_cost.map(|each| each.times_thousandths(self.quantity.0))
    }
}

/// Somebody was spoken to in a comment or an entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Id of the comment or entry.
    pub entry: String,
    pub account: String,
    /// Their name at that time.
    pub name: String,
    /// The words that name them, with the sign: `@USR-002`.
    pub words: String,
}

#[cfg(test)]
mod tests {
    use foundation::money::Currency;
    use proptest::prelude::*;

    use super::*;

    fn entry(who: &str, from: i64, until: i64) -> TimeEntry {
        let who = Who { id: who.to_owned(), ..Who::named(who) };
        TimeEntry {
            id: format!("{from}-{until}"),
            by: who.clone(),
            who,
            minutes: 0,
            from: Some(Timestamp(from * 1_000_000)),
            until: Some(Timestamp(until * 1_000_000)),
            day: String::new(),
            note: String::new(),
            is_timed: true,
            at: Timestamp(0),
            corrects: None,
            reason: String::new(),
            superseded_by: None,
        }
    }

    fn seconds(gathered: &Gathered) -> Vec<i64> {
        gathered.labour().into_iter().map(|(_, seconds)| seconds).collect()
    }

    #[test]
    fn an_hour_that_two_entries_name_counts_once_and_another_persons_counts_beside_it() {
        let loose = TimeEntry { from: None, until: None, minutes: 5, ..entry("ann", 0, 0) };
        let replaced = TimeEntry { superseded_by: Some("x".to_owned()), ..entry("ann", 900, 9_000) };
        let time = vec![entry("ann", 0, 100), entry("bob", 0, 100), entry("ann", 50, 120), loose, replaced];
        let gathered = Gathered { time, ..Gathered::default() };
        assert_eq!(seconds(&gathered), [120 + 300, 100]);
        assert!(gathered.has_actuals() && !Gathered::default().has_actuals());
    }

    #[test]
    fn quantities_and_costs() {
        for (typed, number) in [("2", 2_000), ("0,25", 250), (".5", 500), ("1.125", 1_125)] {
            assert_eq!(Quantity::parse(typed), Some(Quantity(number)), "{typed}");
        }
        for odd in ["-1", "1.2345", "", "x", "9999999999999"] {
            assert_eq!(Quantity::parse(odd), None, "{odd}");
        }
        assert_eq!(Quantity(1_250).to_string(), "1.25");
        assert_eq!(Quantity(3_000).to_string(), "3");
        let line = |quantity, nanos, currency: &str| PartLine {
            id: "p".to_owned(),
            part: None,
            name: "seal".to_owned(),
            quantity: Quantity(quantity),
            unit: "pcs".to_owned(),
            unit_cost: Currency::parse(currency).map(|currency| Money { nanos, currency }),
            source: String::new(),
            by: Who::named("ann"),
            at: Timestamp(0),
            corrects: None,
            reason: String::new(),
            superseded_by: None,
        };
        let used = vec![
            line(2_500, 4_000_000_000, "EUR"),
            line(1_000, 1, "EUR"),
            line(1_000, 7, "USD"),
            line(1_000, 1, ""),
        ];
        let cost = Gathered { used, ..Gathered::default() }.cost();
        assert_eq!(cost.iter().map(|money| money.nanos).collect::<Vec<_>>(), [10_000_000_001, 7]);
    }

    proptest! {
        /// The sum is what a list of all seconds would come to.
        #[test]
        fn labour_is_the_union_of_what_was_worked(spans in proptest::collection::vec((0_i64..200, 0_i64..60), 0..12)) {
            let time: Vec<TimeEntry> =
                spans.iter().map(|(from, length)| entry("ann", *from, from + length)).collect();
            let worked: std::collections::BTreeSet<i64> =
                spans.iter().flat_map(|(from, length)| *from..from + length).collect();
            let expected = if spans.is_empty() { vec![] } else { vec![i64::try_from(worked.len()).unwrap()] };
            prop_assert_eq!(seconds(&Gathered { time, ..Gathered::default() }), expected);
        }
    }
}
