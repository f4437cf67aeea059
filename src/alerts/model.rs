//! The seven rules, what is measured for them, and how an alert stands. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::foundation::Timestamp;
use crate::foundation::money::NanoDollars;
use crate::web::format::number;

/// A minute, in microseconds.
pub const MINUTE: i64 = 60_000_000;
/// An hour, in microseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// A day, in microseconds.
pub const DAY: i64 = 24 * HOUR;
/// How long a rule must not be broken before its alert is over.
pub const CLEAR_FOR: i64 = 5 * MINUTE;
/// When a project was looked at longer ago than this, what it says is late.
pub const LATE_AFTER: i64 = 5 * MINUTE;
/// The longest silence.
pub const LONGEST_SILENCE: i64 = 30 * DAY;
/// Characters of the longest reason.
pub const LONGEST_REASON: usize = 500;
/// Subjects of one rule that are told apart in one look; those furthest beyond it come first.
pub const MOST_SUBJECTS: usize = 50;

/// A rule, named as people know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rule {
    TokenBudgetExceeded,
    HypertoolMetricsNotReported,
    HighQualityGateFailureRate,
    ExcessivePersonaSwitching,
    SlowWorkflowStage,
    LangfuseIntegrationFailing,
    TokenBudgetDepletionPredicted,
}

/// How much an alert matters, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Critical,
    Warning,
    Info,
}

impl Severity {
    /// The word that pages and programs see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// What a value is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Tokens,
    /// Billionths of a dollar.
    NanoDollars,
    PerMille,
    /// Thousandths of one a second.
    ThousandthsPerSecond,
    Microseconds,
}

impl Unit {
    /// As it is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::NanoDollars => "nano_dollars",
            Self::PerMille => "per_mille",
            Self::ThousandthsPerSecond => "thousandths_per_second",
            Self::Microseconds => "microseconds",
        }
    }

    /// The one that is stored so; an unknown one counts as tokens.
    pub fn from_stored(word: &str) -> Self {
        let all = [Self::NanoDollars, Self::PerMille, Self::ThousandthsPerSecond, Self::Microseconds];
        all.into_iter().find(|unit| unit.as_str() == word).unwrap_or(Self::Tokens)
    }

    /// A value for people: `1 840 tokens`, `27 %`, `0.24 / s`, `5 min 12 s`.
    pub fn shown(self, value: i64) -> String {
        match self {
            Self::Tokens => format!("{}\u{a0}tokens", number(value)),
            Self::NanoDollars => NanoDollars(value).to_string(),
            Self::PerMille if value % 10 == 0 => format!("{}\u{a0}%", value / 10),
            Self::PerMille => format!("{}.{}\u{a0}%", value / 10, value % 10),
            Self::ThousandthsPerSecond => {
                format!("{}.{:02}\u{a0}/\u{a0}s", value / 1_000, value % 1_000 / 10)
            }
            Self::Microseconds => lasting(value),
        }
    }
}

/// `12 s`, `5 min 12 s`, `3 h 04 min`, `2 days`: a time in at most two units.
pub fn lasting(micros: i64) -> String {
    let seconds = micros.max(0) / 1_000_000;
    match seconds {
        0..60 => format!("{seconds}\u{a0}s"),
        60..3_600 if seconds % 60 == 0 => format!("{}\u{a0}min", seconds / 60),
        60..3_600 => format!("{}\u{a0}min {}\u{a0}s", seconds / 60, seconds % 60),
        3_600..172_800 if seconds / 60 % 60 == 0 => format!("{}\u{a0}h", seconds / 3_600),
        3_600..172_800 => format!("{}\u{a0}h {}\u{a0}min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{}\u{a0}days", seconds / 86_400),
    }
}

/// What one rule says.
struct Line {
    name: &'static str,
    severity: Severity,
    /// In the unit of what is measured for it.
    threshold: i64,
    is_below: bool,
    /// How long it must be broken before it fires, in microseconds.
    hold: i64,
    about: &'static str,
    fires: &'static str,
}

impl Rule {
    /// All seven, the most severe first.
    pub const ALL: [Self; 7] = [
        Self::TokenBudgetExceeded,
        Self::HypertoolMetricsNotReported,
        Self::HighQualityGateFailureRate,
        Self::ExcessivePersonaSwitching,
        Self::SlowWorkflowStage,
        Self::LangfuseIntegrationFailing,
        Self::TokenBudgetDepletionPredicted,
    ];

    fn line(self) -> Line {
        match self {
            Self::TokenBudgetExceeded => Line {
                name: "TokenBudgetExceeded",
                severity: Severity::Critical,
                threshold: 0,
                is_below: true,
                hold: 0,
                about: "what is left of each budget",
                fires: "fires below 0",
            },
            Self::HypertoolMetricsNotReported => Line {
                name: "HypertoolMetricsNotReported",
                severity: Severity::Critical,
                threshold: 10 * MINUTE,
                is_below: false,
                hold: 5 * MINUTE,
                about: "since when the sums behind /metrics are not kept up",
                fires: "fires above 10\u{a0}min",
            },
            Self::HighQualityGateFailureRate => Line {
                name: "HighQualityGateFailureRate",
                severity: Severity::Warning,
                threshold: 200,
                is_below: false,
                hold: 5 * MINUTE,
                about: "gates that failed in the last hour, by workflow",
                fires: "fires above 20\u{a0}%",
            },
            Self::ExcessivePersonaSwitching => Line {
                name: "ExcessivePersonaSwitching",
                severity: Severity::Warning,
                threshold: 2_000,
                is_below: false,
                hold: 5 * MINUTE,
                about: "switches between personas in the last 5\u{a0}minutes, all agents together",
                fires: "fires above 2\u{a0}/\u{a0}s",
            },
            Self::SlowWorkflowStage => Line {
                name: "SlowWorkflowStage",
                severity: Severity::Warning,
                threshold: 5 * MINUTE,
                is_below: false,
                hold: 10 * MINUTE,
                about: "what 95\u{a0}% of the runs of a stage did not exceed in the last hour",
                fires: "fires above 5\u{a0}min",
            },
            Self::LangfuseIntegrationFailing => Line {
                name: "LangfuseIntegrationFailing",
                severity: Severity::Warning,
                threshold: 10 * MINUTE,
                is_below: false,
                hold: 5 * MINUTE,
                about: "since when no trace arrives where traces usually do, or a pull fails",
                fires: "fires above 10\u{a0}min",
            },
            Self::TokenBudgetDepletionPredicted => Line {
                name: "TokenBudgetDepletionPredicted",
                severity: Severity::Info,
                threshold: HOUR,
                is_below: true,
                hold: 5 * MINUTE,
                about: "when each budget is predicted to be used up",
                fires: "fires an hour ahead",
            },
        }
    }

    /// Its name, which is stored too.
    pub fn as_str(self) -> &'static str {
        self.line().name
    }

    /// The rule of a name.
    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == name)
    }

    /// How much it matters.
    pub fn severity(self) -> Severity {
        self.line().severity
    }

    /// Where it begins to be broken, in the unit of what is measured for it.
    pub fn threshold(self) -> i64 {
        self.line().threshold
    }

    /// How long it must be broken before it fires, in microseconds.
    pub fn hold(self) -> i64 {
        self.line().hold
    }

    /// What is measured, in words.
    pub fn about(self) -> &'static str {
        self.line().about
    }

    /// When it fires, in words.
    pub fn fires(self) -> &'static str {
        self.line().fires
    }

    /// The section of the runbook.
    pub fn anchor(self) -> String {
        self.as_str().to_lowercase()
    }

    /// Whether a value breaks it.
    pub fn is_broken_by(self, value: i64) -> bool {
        let Line { threshold, is_below, .. } = self.line();
        if is_below { value < threshold } else { value > threshold }
    }

    /// How far a value is beyond the threshold; the larger, the worse, and below nothing where it is not.
    pub fn excess(self, value: i64) -> i64 {
        let Line { threshold, is_below, .. } = self.line();
        if is_below { threshold.saturating_sub(value) } else { value.saturating_sub(threshold) }
    }
}

/// What was measured for one subject of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    pub rule: Rule,
    /// `persona planner`, `package_release / publish`; empty for all together.
    pub subject: String,
    pub value: i64,
    pub unit: Unit,
    /// A plain sentence without a full stop: `9 of 33 failed in the last hour`.
    pub said: String,
}

impl Measure {
    /// Whether it breaks its rule.
    pub fn is_broken(&self) -> bool {
        self.rule.is_broken_by(self.value)
    }
}

/// The measures furthest beyond each rule, with what keeps the others from being told apart for ever. Those that fire and still break
/// their rule stay among them whatever else is further beyond it: an alert is over when its rule holds again, and not before.
pub fn worst(mut measures: Vec<Measure>, firing: &BTreeSet<(Rule, String)>) -> Vec<Measure> {
    let key = |one: &Measure| (one.rule, std::cmp::Reverse(one.rule.excess(one.value)), one.subject.clone());
    measures.sort_by_cached_key(key);
    measures.dedup_by(|next, kept| (next.rule, &next.subject) == (kept.rule, &kept.subject));
    let stays = |one: &Measure| one.is_broken() && firing.contains(&(one.rule, one.subject.clone()));
    let mut taken: BTreeMap<Rule, usize> = BTreeMap::new();
    for one in measures.iter().filter(|one| stays(one)) {
        *taken.entry(one.rule).or_default() += 1;
    }
    measures.retain(|one| {
        if stays(one) {
            return true;
        }
        let taken = taken.entry(one.rule).or_default();
        *taken += 1;
        *taken <= MOST_SUBJECTS
    });
    measures
}

/// Who took an alert, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub by: String,
    pub name: String,
    pub at: Timestamp,
}

/// Who silenced an alert, until when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    pub by: String,
    pub name: String,
    pub at: Timestamp,
    pub until: Timestamp,
    pub reason: String,
}

/// How an alert stands, in the order in which pages show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Firing,
    Pending,
    Silenced,
    Fine,
}

impl State {
    /// The word that pages and programs see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Pending => "pending",
            Self::Silenced => "silenced",
            Self::Fine => "fine",
        }
    }
}

/// One alert as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Empty where it never was anything but fine.
    pub id: String,
    pub rule: Rule,
    pub subject: String,
    pub firing_since: Option<Timestamp>,
    pub pending_since: Option<Timestamp>,
    /// When it was over the last time.
    pub resolved_at: Option<Timestamp>,
    /// What was measured last; none where nothing is known.
    pub measure: Option<Measure>,
    pub taken: Option<Taken>,
    pub silence: Option<Silence>,
}

impl Alert {
    /// How it stands.
    pub fn state(&self) -> State {
        match self {
            Self { silence: Some(_), .. } => State::Silenced,
            Self { firing_since: Some(_), .. } => State::Firing,
            Self { pending_since: Some(_), .. } => State::Pending,
            _ => State::Fine,
        }
    }

    /// When it fires unless it stops to be broken.
    pub fn fires_at(&self) -> Option<Timestamp> {
        Some(self.pending_since?.plus_micros(self.rule.hold()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_those_of_the_list_by_name_threshold_and_severity() {
        let expected = [
            ("TokenBudgetExceeded", "critical", 0, -1),
            ("HypertoolMetricsNotReported", "critical", 10 * MINUTE, 10 * MINUTE + 1),
            ("HighQualityGateFailureRate", "warning", 200, 201),
            ("ExcessivePersonaSwitching", "warning", 2_000, 2_001),
            ("SlowWorkflowStage", "warning", 300_000_000, 300_000_001),
            ("LangfuseIntegrationFailing", "warning", 10 * MINUTE, 10 * MINUTE + 1),
            ("TokenBudgetDepletionPredicted", "info", HOUR, HOUR - 1),
        ];
        for (rule, (name, severity, still_fine, broken)) in Rule::ALL.into_iter().zip(expected) {
            assert_eq!((rule.as_str(), rule.severity().as_str()), (name, severity));
            assert!(!rule.is_broken_by(still_fine) && rule.is_broken_by(broken), "{name}");
            assert!(rule.excess(still_fine) <= 0 && rule.excess(broken) > 0, "{name}");
            assert_eq!(Rule::read(name), Some(rule));
        }
        let anchors: BTreeSet<String> = Rule::ALL.into_iter().map(Rule::anchor).collect();
        assert_eq!((anchors.len(), Rule::read("Unheard")), (7, None));
    }

    #[test]
    fn values_are_told_in_their_unit() {
        for (unit, value, shown) in [
            (Unit::Tokens, -1_840, "−1\u{202f}840\u{a0}tokens"),
            (Unit::PerMille, 270, "27\u{a0}%"),
            (Unit::PerMille, 273, "27.3\u{a0}%"),
            (Unit::ThousandthsPerSecond, 240, "0.24\u{a0}/\u{a0}s"),
            (Unit::Microseconds, 312_000_000, "5\u{a0}min 12\u{a0}s"),
            (Unit::Microseconds, 0, "0\u{a0}s"),
            (Unit::Microseconds, HOUR, "1\u{a0}h"),
            (Unit::Microseconds, 90 * MINUTE, "1\u{a0}h 30\u{a0}min"),
            (Unit::Microseconds, 3 * DAY, "3\u{a0}days"),
        ] {
            assert_eq!(unit.shown(value), shown);
            assert_eq!(Unit::from_stored(unit.as_str()), unit);
        }
    }

    #[test]
    fn of_many_subjects_the_worst_are_told_apart() {
        let measure = |number: i64| Measure {
            rule: Rule::SlowWorkflowStage,
            subject: format!("stage {number}"),
            value: number,
            unit: Unit::Microseconds,
            said: String::new(),
        };
        let all: Vec<Measure> = (0..80).chain([79]).map(measure).collect();
        let kept = worst(all, &BTreeSet::new());
        assert_eq!((kept.len(), kept[0].value), (MOST_SUBJECTS, 79));
    }

    #[test]
    fn what_fires_is_measured_until_its_rule_holds_however_many_are_worse() {
        let rule = Rule::TokenBudgetExceeded;
        let measure = |number: i64| Measure {
            rule,
            subject: format!("persona {number}"),
            value: -number,
            unit: Unit::Tokens,
            said: String::new(),
        };
        let firing: BTreeSet<(Rule, String)> = [0, 3].map(|number| (rule, measure(number).subject)).into();
        let kept = worst((0..80).map(measure).collect(), &firing);
        let told: Vec<i64> = kept.iter().map(|one| -one.value).collect();
        assert_eq!((told.len(), told[0], told[48], told[49]), (MOST_SUBJECTS, 79, 31, 3), "{told:?}");
        assert!(!told.contains(&0), "it is used to the last and not overdrawn");
    }
}
