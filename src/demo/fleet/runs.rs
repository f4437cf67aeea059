//! The runs as tables: when, for whom, in which stages, and what went wrong.

use crate::demo::days::{Days, at};
use crate::foundation::Timestamp;

/// Working days before today on which something is released.
pub(super) const DAYS: u16 = 9;
/// The hours of such a day. They lie far apart, so that a quiet hour a week later is nothing to wonder at.
const HOURS: [(u8, u8); 3] = [(8, 10), (11, 40), (15, 20)];
/// Minutes before now at which the runs of today began; each has ended.
const TODAY: [i64; 4] = [262, 148, 71, 26];
/// Milliseconds in which whoever leads a run plans it.
pub(super) const PLANNED: i64 = 6_000;

/// One run of the workflow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// Its place among all, from nothing on.
    pub(super) place: u32,
    pub(super) began: Timestamp,
}

/// A stage as it always is.
pub(super) struct Stage {
    pub(super) name: &'static str,
    pub(super) persona: &'static str,
    pub(super) agent: &'static str,
    /// Who makes the model, and its name.
    pub(super) model: (&'static str, &'static str),
    /// Tokens in and out at least, and by how much they differ.
    tokens: [(u32, u32); 2],
    /// Seconds at least, and by how much they differ.
    seconds: (u32, u32),
    /// A tool, what it is asked and what it gives.
    pub(super) tool: (&'static str, &'static str, &'static str),
    pub(super) question: &'static str,
    pub(super) answer: &'static str,
}

/// The stages in their order. In their words `{package}` and `{version}` are those of the run.
pub(super) const STAGES: &[Stage] = &[
    Stage {
        name: "version_bump",
        persona: "backend-engineer",
        agent: "release-planner",
        model: ("anthropic", "claude-sonnet-4-5"),
        tokens: [(620, 260), (210, 90)],
        seconds: (38, 31),
        tool: (
            "changelog_search",
            r#"{"package":"{package}","since":"last release"}"#,
            r#"{"entries":6,"breaking":0}"#,
        ),
        question: "What is the next version of {package}?",
        answer: "{version}: six entries since the last release, none of them breaking.",
    },
    Stage {
        name: "quality_validation",
        persona: "testing-specialist",
        agent: "release-tester",
        model: ("openai", "gpt-4o-mini"),
        tokens: [(480, 240), (130, 70)],
        seconds: (94, 88),
        tool: (
            "run_checks",
            r#"{"package":"{package}","version":"{version}"}"#,
            r#"{"checks":214,"took_seconds":71}"#,
        ),
        question: "Did the checks of {package} {version} pass?",
        answer: "All 214 checks were looked at; the gate says which passed.",
    },
    Stage {
        name: "publish_deploy",
        persona: "devops-engineer",
        agent: "release-deployer",
        model: ("anthropic", "claude-haiku-4-5"),
        tokens: [(380, 160), (120, 60)],
        seconds: (31, 27),
        tool: (
            "publish_package",
            r#"{"package":"{package}","version":"{version}"}"#,
            r#"{"asked":"registry","servers":2}"#,
        ),
        question: "Publish {package} {version} and say where it is.",
        answer: "The registry and both servers were asked for {package} {version}.",
    },
];

/// The runs whose gate failed: place, stage, and why.
const STOPPED: [(u32, usize, &str); 2] = [
    (7, 1, "3 of 214 checks failed: round_trip, retry, large_file"),
    (19, 2, "the registry refused the package: this version is there already"),
];
/// The run in which the last model was busy at first.
const BUSY: u32 = 17;
/// The run in which an agent handed on what rests on nothing.
const REJECTED: u32 = 25;

/// The runs of a day before today.
pub(super) fn of_day(days: Days, ago: u16) -> Vec<Run> {
    let before = u32::from(DAYS.saturating_sub(ago)) * 3;
    let moments = HOURS.into_iter().map(|(hour, minute)| days.moment(at(ago, hour, minute)));
    (before..).zip(moments).map(|(place, began)| Run { place, began }).collect()
}

/// The runs of the last hours.
pub(super) fn of_today(now: Timestamp) -> Vec<Run> {
    let moments = TODAY.into_iter().map(|minutes| now.plus_micros(-minutes * 60_000_000));
    (u32::from(DAYS) * 3..).zip(moments).map(|(place, began)| Run { place, began }).collect()
}

impl Run {
    /// Whom it is for.
    pub(super) fn tenant(self) -> &'static str {
        self.customer().0
    }

    /// Tenant, package and the first number of its version.
    fn customer(self) -> (&'static str, &'static str, u32) {
        match self.place % 3 {
            0 => ("acme", "acme-client", 2),
            1 => ("globex", "globex-api", 1),
            _ => ("initech", "initech-forms", 0),
        }
    }

    /// What is released: `acme-client 2.4.0`.
    pub(super) fn released(self) -> String {
        self.spoken("{package} {version}")
    }

    /// A text of the tables with the names of this run.
    pub(super) fn spoken(self, text: &str) -> String {
        let (_, package, major) = self.customer();
        let version = format!("{major}.{}.0", self.place / 3 + 1);
        text.replace("{package}", package).replace("{version}", &version)
    }

    /// The stage at which it stopped, and why.
    pub(super) fn stopped(self) -> Option<(usize, &'static str)> {
        STOPPED.iter().find(|(place, ..)| *place == self.place).map(|(_, stage, why)| (*stage, *why))
    }

    /// Its stages, each with its place and its beginning and end in milliseconds.
    pub(super) fn stages(self) -> Vec<(usize, &'static Stage, (i64, i64))> {
        let last = self.stopped().map_or(STAGES.len(), |(stage, _)| stage + 1);
        let mut from = PLANNED;
        let mut all = Vec::new();
        for (place, stage) in STAGES.iter().enumerate().take(last) {
            let (least, spread) = stage.seconds;
            let to = from + i64::from(least + self.varied(11 + salt(place), spread)) * 1_000;
            all.push((place, stage, (from, to)));
            from = to + 400;
        }
        all
    }

    /// Tokens in and out of the call of a stage.
    pub(super) fn tokens(self, place: usize, stage: &Stage) -> (u32, u32) {
        let [(input, more), (output, longer)] = stage.tokens;
        let salt = 2 * salt(place);
        (input + self.varied(2 + salt, more), output + self.varied(3 + salt, longer))
    }

    /// Tokens in and out of the call that plans it.
    pub(super) fn planning(self) -> (u32, u32) {
        (180 + self.varied(0, 50), 40 + self.varied(1, 20))
    }

    /// Why the search of its first stage failed, where it did.
    pub(super) fn search_fault(self) -> Option<&'static str> {
        (self.place % 6 == 4).then_some("no answer of the changelog after 5 s")
    }

    /// Whether the model of a stage was busy at first.
    pub(super) fn is_busy(self, place: usize) -> bool {
        self.place == BUSY && place == 2
    }

    /// Whether the agent of a stage tells that it hands on, and whether that rests on something.
    pub(super) fn handoff(self, place: usize) -> Option<bool> {
        let told = matches!((place, self.place % 3), (0, 0) | (1, 1)) && self.stages().len() > place + 1;
        told.then_some(self.place != REJECTED)
    }

    /// Below `spread`, another one for each run and purpose, and always the same.
    fn varied(self, salt: u32, spread: u32) -> u32 {
        (self.place * 37 + salt * 101 + 13) % spread.max(1)
    }
}

/// The place of a stage as a number to vary by.
fn salt(place: usize) -> u32 {
    u32::try_from(place).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A Monday, so that weekends lie between.
    const NOW: Timestamp = Timestamp(1_795_424_400_000_000);
    const MINUTE: i64 = 60_000_000;

    fn all() -> Vec<Run> {
        let days = Days::until(NOW);
        (1..=DAYS).rev().flat_map(|ago| of_day(days, ago)).chain(of_today(NOW)).collect()
    }

    #[test]
    fn there_are_some_thirty_runs_of_two_weeks_and_two_of_them_stopped() {
        let runs = all();
        let places: Vec<u32> = runs.iter().map(|run| run.place).collect();
        assert!((30..=40).contains(&runs.len()), "{}", runs.len());
        assert_eq!(
            places,
            (0..).take(runs.len()).collect::<Vec<_>>(),
            "each is told once, in the order of time"
        );
        assert!(runs.iter().map(|run| run.began).collect::<Vec<_>>().is_sorted());
        assert!(runs.iter().all(|run| NOW.micros_since(run.began) < 14 * 24 * 60 * MINUTE));
        assert_eq!(runs.iter().filter(|run| run.stopped().is_some()).count(), 2);
        assert_eq!(runs.iter().map(|run| run.tenant()).collect::<BTreeSet<_>>().len(), 3);
        assert_eq!(runs.iter().map(|run| run.released()).collect::<BTreeSet<_>>().len(), runs.len());
        let handoffs: Vec<bool> =
            runs.iter().flat_map(|run| (0..3).filter_map(|place| run.handoff(place))).collect();
        assert!(handoffs.len() > 8 && handoffs.iter().filter(|it| !**it).count() == 1, "{handoffs:?}");
        assert!(runs.iter().filter(|run| run.search_fault().is_some()).count() > 3);
    }

    #[test]
    fn each_run_has_ended_and_none_is_so_slow_or_so_close_to_others_that_an_alert_speaks() {
        let runs = all();
        for run in &runs {
            let stages = run.stages();
            let (_, _, (_, to)) = stages[stages.len() - 1];
            assert!(run.began.plus_micros((to + 1_000) * 1_000) < NOW, "{run:?}");
            assert!(stages.iter().all(|(_, _, (from, to))| to - from < 300_000), "{run:?}");
            let hour = |other: &&Run| other.began.micros_since(run.began).abs() < 10 * MINUTE;
            assert_eq!(runs.iter().filter(hour).count(), 1, "{run:?}");
        }
    }
}
