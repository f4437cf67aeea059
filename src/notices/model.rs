//! What somebody is told, how they want it, and what each order, procedure, asset, schedule or alert is called by it. Pure.

use std::collections::BTreeMap;

use crate::foundation::Timestamp;

use super::kinds::Kind;

/// How long a notice is kept: 90 days.
pub const KEPT_MICROS: i64 = 90 * 86_400_000_000;
/// The most notices that one person has in one project; the oldest go first.
pub const KEPT: i64 = 500;
/// Mails of single notices within an hour, after which the rest waits for the digest: a hundred orders given at once are one mail.
pub const AT_ONCE_AN_HOUR: i64 = 20;
/// Attempts of one webhook that may fail one after the other before it is stopped.
pub const FAILURES: i64 = 20;
/// So often one of its deliveries was tried by then: with the queue's waits that is 21 minutes, so that a short outage stops nothing,
/// however much was to be told in it.
pub const TRIED: i64 = 8;
/// Characters of what was said, of a title, of a name.
const SAID: usize = 300;
const TITLE: usize = 200;

/// How notices of a kind are mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mail {
    Never,
    /// With the others of a day.
    Digest,
    AtOnce,
}

impl Mail {
    /// All, in the order of the settings.
    pub const ALL: [Self; 3] = [Self::AtOnce, Self::Digest, Self::Never];

    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Digest => "digest",
            Self::AtOnce => "at_once",
        }
    }

    /// Reads it back.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mail| mail.as_str() == word)
    }

    /// The words of the settings.
    pub fn label(self) -> &'static str {
        match self {
            Self::Never => "Never",
            Self::Digest => "In the daily digest",
            Self::AtOnce => "At once",
        }
    }
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AboutKind {
    Order,
    Procedure,
    Asset,
    Schedule,
    Alert,
}

impl AboutKind {
    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Order => "work_order",
            Self::Procedure => "procedure",
            Self::Asset => "asset",
            Self::Schedule => "schedule",
            Self::Alert => "alert",
        }
    }

    /// Reads it back; the databases refuse any other.
    pub fn from_stored(word: &str) -> Self {
        match word {
            "procedure" => Self::Procedure,
            "asset" => Self::Asset,
            "schedule" => Self::Schedule,
            "alert" => Self::Alert,
            _ => Self::Order,
        }
    }
}

/// The thing a notice is about, as people know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub kind: AboutKind,
    /// Opaque.
    pub id: String,
    /// `WO-2026-031`, `PR-001`, `SC-001`, a code, the name of a rule.
    pub number: String,
    pub title: String,
}

impl Subject {
    /// One whose title is cut where it would be too long.
    pub fn new(kind: AboutKind, id: &str, number: &str, title: &str) -> Self {
        let (number, title) = (one_line(number, TITLE), one_line(title, TITLE));
        Self { kind, id: id.to_owned(), number, title }
    }
}

/// One thing that happened, and whom it is told to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub kind: Kind,
    pub about: Subject,
    /// The very place: `/work-orders/WO-2026-031#item-…`.
    pub place: String,
    /// What was said with it; empty for nothing.
    pub said: String,
    /// Accounts, each once.
    pub to: Vec<String>,
}

/// What was said, as a notice carries it.
pub fn said(text: &str) -> String {
    one_line(text, SAID)
}

/// A text on one line, cut with a sign where it is longer.
pub fn one_line(text: &str, longest: usize) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|it| !it.is_empty()).collect();
    let line = words.join(" ");
    if line.chars().count() <= longest {
        return line;
    }
    let cut: String = line.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// How somebody wants to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// 0 to 23, in their zone.
    pub digest_hour: u32,
    /// Until when nothing is mailed and nothing counted.
    pub quiet_until: Option<Timestamp>,
    /// Since when they want no mail at all.
    pub mail_stopped_at: Option<Timestamp>,
    /// What they chose; kinds that are not in it are mailed as usual.
    pub choices: BTreeMap<Kind, Mail>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { digest_hour: 7, quiet_until: None, mail_stopped_at: None, choices: BTreeMap::new() }
    }
}

impl Settings {
    /// How a kind is mailed when they hear everything.
    pub fn chosen(&self, kind: Kind) -> Mail {
        self.choices.get(&kind).copied().unwrap_or(kind.usual_mail())
    }

    /// How a notice of this kind is mailed now: while they want quiet, what would come at once waits for the digest after it.
    pub fn mail(&self, kind: Kind, now: Timestamp) -> Mail {
        if self.mail_stopped_at.is_some() {
            return Mail::Never;
        }
        match self.chosen(kind) {
            Mail::AtOnce if self.is_quiet(now) => Mail::Digest,
            chosen => chosen,
        }
    }

    /// Whether they want to be left alone.
    pub fn is_quiet(&self, now: Timestamp) -> bool {
        self.quiet_until.is_some_and(|until| until > now)
    }

    /// The choices as they are stored.
    pub fn choices_json(&self) -> String {
        let words: BTreeMap<&str, &str> =
            self.choices.iter().map(|(kind, mail)| (kind.as_str(), mail.as_str())).collect();
        serde_json::to_string(&words).unwrap_or_else(|_| "{}".to_owned())
    }

    /// Reads them back; what a newer or older build knew and this one does not is left out.
    pub fn read_choices(json: &str) -> BTreeMap<Kind, Mail> {
        let words: BTreeMap<String, String> = serde_json::from_str(json).unwrap_or_default();
        words.into_iter().filter_map(|(kind, mail)| Some((Kind::read(&kind)?, Mail::read(&mail)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_puts_mail_off_and_a_stop_ends_it() {
        let (now, later) = (Timestamp(1_000), Timestamp(2_000));
        let usual = Settings::default();
        assert_eq!(usual.mail(Kind::Given, now), Mail::AtOnce);
        assert_eq!(usual.mail(Kind::Late, now), Mail::Digest);
        let quiet = Settings { quiet_until: Some(later), ..Settings::default() };
        assert_eq!(
            (quiet.mail(Kind::Given, now), quiet.mail(Kind::Given, later)),
            (Mail::Digest, Mail::AtOnce)
        );
        let choices = BTreeMap::from([(Kind::Given, Mail::Never), (Kind::Late, Mail::AtOnce)]);
        let chosen = Settings { choices, ..Settings::default() };
        assert_eq!(
            (chosen.mail(Kind::Given, now), chosen.mail(Kind::Late, now)),
            (Mail::Never, Mail::AtOnce)
        );
        assert_eq!(Settings::read_choices(&chosen.choices_json()), chosen.choices);
        let stopped = Settings { mail_stopped_at: Some(now), ..chosen };
        assert_eq!(stopped.mail(Kind::Late, now), Mail::Never);
    }

    #[test]
    fn what_is_said_is_one_line_of_bounded_length() {
        assert_eq!(said(" a\r\nBcc: b\tc\0 "), "a Bcc: b c");
        assert_eq!(one_line("abcdef", 4), "abc…");
        assert_eq!(said(&"word ".repeat(1_000)).chars().count(), SAID);
        assert_eq!(Settings::read_choices("nonsense"), BTreeMap::new());
    }
}
