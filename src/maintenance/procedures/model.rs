//! A procedure and its versions, and where each version stands at a moment. Pure.

use order_markdown::model::Who;

use crate::foundation::{Digest, Timestamp};

/// A day, in microseconds.
pub const DAY: i64 = 86_400_000_000;

/// A procedure with everything that was written of it, as folded from its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Procedure {
    /// Opaque id; empty before the first event.
    pub id: String,
    /// `PR-001`.
    pub code: String,
    /// The number in the code.
    pub sequence: i64,
    pub title: String,
    /// Who said that no more orders are made from it, when and why.
    pub retired: Option<Told>,
    /// In the order of their numbers; one whose words were erased is not among them.
    pub versions: Vec<Version>,
    /// How many versions were ever begun.
    pub drafted: u32,
    /// How many events made it.
    pub version: i64,
}

/// Who did something, when, and what they said of it; empty where nothing was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub by: Who,
    pub at: Timestamp,
    pub reason: String,
}

/// One version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub number: u32,
    pub state: State,
    /// The Markdown, byte for byte as it was written.
    pub text: String,
    /// SHA-256 of the text.
    pub digest: Digest,
    /// The type of order that it makes, as written; empty for none.
    pub order_type: String,
    /// The order whose plan it was copied from, if it was.
    pub copied_from: Option<CopiedFrom>,
    /// Whoever drafted it.
    pub author: Who,
    /// The accounts that wrote any of its text, its author first.
    pub writers: Vec<String>,
    pub drafted_at: Timestamp,
    /// Whoever changed its text last; its author where nobody did.
    pub changed_by: Who,
    /// When its text last changed.
    pub changed_at: Timestamp,
    pub submitted: Option<Told>,
    /// The last time that it was sent back.
    pub returned: Option<Told>,
    pub approved: Option<Told>,
    /// The beginning of the UTC day from which an approved one is in use.
    pub effective_from: Option<Timestamp>,
    pub withdrawn: Option<Told>,
}

/// The order whose plan a version was copied from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CopiedFrom {
    /// The order's opaque id.
    pub order: String,
    /// What people call it: `WO-2026-001`.
    pub number: String,
    /// The accounts that wrote its plan, which makes them writers of the version.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub writers: Vec<String>,
}

/// A version as somebody looked at it: its number, and the text that they saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    pub version: u32,
    /// The digest of that text; none says that it is taken as it stands.
    pub seen: Option<Digest>,
}

impl From<u32> for Looked {
    /// As it stands: for whoever reads and acts in one go, with no page in between.
    fn from(version: u32) -> Self {
        Self { version, seen: None }
    }
}

/// What was done with a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Draft,
    /// Somebody else is to look at it.
    Submitted,
    Returned,
    /// Thrown away; it stays as a record.
    Withdrawn,
    Approved,
}

/// Where a version stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Draft,
    Submitted,
    Returned,
    Withdrawn,
    /// Approved, and its day has not come.
    Coming,
    InUse,
    /// A later one is in use.
    Replaced,
}

impl State {
    /// Every state, in the order in which a version comes to them.
    pub const ALL: [Self; 5] =
        [Self::Draft, Self::Submitted, Self::Returned, Self::Withdrawn, Self::Approved];

    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
            Self::Approved => "approved",
        }
    }

    /// Reads the word back.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether something is still to be done with it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Returned)
    }

    /// Whether its text may still be changed.
    pub fn is_written(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

impl Standing {
    /// What people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "waits for review",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
            Self::Coming => "approved, not yet in use",
            Self::InUse => "in use",
            Self::Replaced => "replaced",
        }
    }

    /// The class of its chip.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Draft | Self::Returned | Self::Submitted => "waiting",
            Self::Coming => "blue",
            Self::InUse => "good",
            Self::Withdrawn | Self::Replaced => "",
        }
    }
}

/// What decides where versions stand: number, state and day.
pub type Dated = (u32, State, Option<Timestamp>);

/// The number of the version in use at a moment: the highest approved one whose day has come.
pub fn in_use(versions: impl IntoIterator<Item = Dated>, now: Timestamp) -> Option<u32> {
    let has_come =
        |(_, state, from): &Dated| *state == State::Approved && from.is_some_and(|from| from <= now);
    versions.into_iter().filter(has_come).map(|(number, ..)| number).max()
}

/// Where one of them stands.
pub fn standing((number, state, from): Dated, in_use: Option<u32>, now: Timestamp) -> Standing {
    match state {
        State::Draft => Standing::Draft,
        State::Submitted => Standing::Submitted,
        State::Returned => Standing::Returned,
        State::Withdrawn => Standing::Withdrawn,
        State::Approved if in_use == Some(number) => Standing::InUse,
        State::Approved if in_use.is_some_and(|later| later > number) => Standing::Replaced,
        State::Approved if from.is_some_and(|from| from > now) => Standing::Coming,
        State::Approved => Standing::Replaced,
    }
}

/// The beginning of the UTC day of a moment.
pub fn day_of(at: Timestamp) -> Timestamp {
    Timestamp(at.0.saturating_sub(at.0.rem_euclid(DAY)))
}

/// `PR-001` for the first procedure of a project.
pub fn code_of(sequence: i64) -> String {
    format!("PR-{sequence:03}")
}

impl Version {
    /// What decides where it stands.
    pub fn dated(&self) -> Dated {
        (self.number, self.state, self.effective_from)
    }
}

impl Procedure {
    /// Whether any event has made it yet.
    pub fn exists(&self) -> bool {
        self.version > 0
    }

    /// A version by its number.
    pub fn find(&self, number: u32) -> Option<&Version> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// The version in use at a moment.
    pub fn in_use(&self, now: Timestamp) -> Option<&Version> {
        in_use(self.versions.iter().map(Version::dated), now).and_then(|number| self.find(number))
    }

    /// Where a version stands at a moment.
    pub fn standing(&self, version: &Version, now: Timestamp) -> Standing {
        standing(version.dated(), self.in_use(now).map(|it| it.number), now)
    }

    /// The version that is being written or waits for its review; there is one at most.
    pub fn open(&self) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.state.is_open())
    }

    /// The version that a next one begins with: the newest that is approved, though its day may not have come; else the newest
    /// that was not thrown away.
    pub fn base(&self) -> Option<&Version> {
        let newest = |wanted: fn(State) -> bool| self.versions.iter().rev().find(|it| wanted(it.state));
        newest(|state| state == State::Approved)
            .or_else(|| newest(|state| state != State::Withdrawn))
            .or(self.versions.last())
    }

    /// The number of the next version; that of an erased one is not given twice.
    pub fn next_number(&self) -> u32 {
        self.drafted.saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(day: i64) -> Timestamp {
        Timestamp(day * DAY)
    }

    #[test]
    fn the_highest_approved_version_whose_day_has_come_is_in_use() {
        use State::{Approved, Draft, Submitted, Withdrawn};
        let versions = [
            (1, Approved, Some(at(1))),
            (2, Approved, Some(at(5))),
            (3, Withdrawn, None),
            (4, Submitted, None),
            (5, Draft, None),
        ];
        for (day, expected) in [(0, None), (1, Some(1)), (4, Some(1)), (5, Some(2)), (9, Some(2))] {
            assert_eq!(in_use(versions, at(day)), expected, "day {day}");
        }
        let just_before = Timestamp(at(5).0 - 1);
        assert_eq!(in_use(versions, just_before), Some(1));
        // One that is effective later and has a lower number never comes into use.
        let crossed = [(1, Approved, Some(at(9))), (2, Approved, Some(at(3)))];
        assert_eq!((in_use(crossed, at(4)), in_use(crossed, at(10))), (Some(2), Some(2)));
    }

    #[test]
    fn where_a_version_stands_follows_from_the_day() {
        use State::{Approved, Draft, Returned, Withdrawn};
        for (dated, used, day, expected) in [
            ((1, Draft, None), None, 0, Standing::Draft),
            ((1, Returned, None), None, 0, Standing::Returned),
            ((1, Withdrawn, None), Some(2), 3, Standing::Withdrawn),
            ((2, Approved, Some(at(5))), Some(1), 4, Standing::Coming),
            ((2, Approved, Some(at(5))), Some(2), 5, Standing::InUse),
            ((1, Approved, Some(at(1))), Some(2), 5, Standing::Replaced),
            ((1, Approved, Some(at(9))), Some(2), 5, Standing::Replaced),
        ] {
            assert_eq!(standing(dated, used, at(day)), expected, "{dated:?}");
        }
    }

    #[test]
    fn codes_count_from_one_and_days_begin_at_midnight() {
        assert_eq!(
            (code_of(1), code_of(42), code_of(1_234)),
            ("PR-001".into(), "PR-042".into(), "PR-1234".into())
        );
        assert_eq!(day_of(Timestamp(at(3).0 + 7)), at(3));
        assert_eq!(day_of(at(3)), at(3));
        for state in State::ALL {
            assert_eq!(State::read(state.as_str()), Some(state));
        }
    }
}
