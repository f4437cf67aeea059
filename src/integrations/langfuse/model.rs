//! Where to pull from, and how far a walk has come. Pure.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::foundation::{Digest, Error, Result, Timestamp};

/// One minute, in microseconds: the shortest window.
const MINUTE: i64 = 60 * 1_000_000;
/// One day, in microseconds.
pub const DAY: i64 = 24 * 60 * MINUTE;
/// How far a pull reaches back behind the end of the last one, in microseconds: sources may lag ten minutes.
pub const OVERLAP: i64 = 10 * MINUTE;
/// Empty windows grow up to so many times the one asked for.
const GROWTH: i64 = 32;
/// Entries on a page at first; a power of two, so that halving keeps the place.
const PAGE: u32 = 64;
/// Metadata names remembered, so that their values come whole at once.
const MAX_KEYS: usize = 60;

/// The address of a Langfuse server, e.g. `https://cloud.langfuse.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    base: String,
    authority: String,
}

impl Address {
    /// Reads `http(s)://host[:port][/path]`.
    pub fn parse(text: &str) -> Result<Self> {
        let bad =
            |why: &str| Error::invalid("url", format!("{why}; expected e.g. https://cloud.langfuse.com"));
        let text = text.trim().trim_end_matches('/');
        let Some((scheme, rest)) = text.split_once("://") else { return Err(bad("this is no web address")) };
        if !matches!(scheme, "http" | "https") {
            return Err(bad("the address must begin with http:// or https://"));
        }
        let authority = rest.split('/').next().unwrap_or_default().to_ascii_lowercase();
        if authority.contains('@') {
            return Err(bad("keys do not belong into the address"));
        }
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']' | '_');
        if authority.is_empty() || !authority.chars().all(fits) || text.len() > 500 {
            return Err(bad("the address has no readable host"));
        }
        if rest.contains(['?', '#']) || !rest.chars().all(|c| c.is_ascii_graphic()) {
            return Err(bad("the address must have no query, fragment or blank"));
        }
        let path = rest.get(authority.len()..).unwrap_or_default();
        Ok(Self { base: format!("{scheme}://{authority}{path}"), authority })
    }

    /// The address as text, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.base
    }

    /// Host and port, as written.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether what is sent there can be read on the way.
    pub fn is_open_wire(&self) -> bool {
        self.base.starts_with("http://")
    }

    /// The address behind a redirect, if it is the same host and no less safe.
    pub fn redirected(&self, location: &str) -> Option<String> {
        let scheme = self.base.split("://").next()?;
        if location.starts_with('/') && !location.starts_with("//") {
            return Some(format!("{scheme}://{}{location}", self.authority));
        }
        let (to_scheme, rest) = location.split_once("://")?;
        let to = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
        let same = to == self.authority && to_scheme == scheme;
        let safer = scheme == "http" && to_scheme == "https" && host_of(&to)? == host_of(&self.authority)?;
        (same || safer).then(|| location.to_owned())
    }
}

/// The host of `host[:port]` or `[address][:port]`; none where more stands there, such as a name and password.
fn host_of(authority: &str) -> Option<&str> {
    let end = authority.find(']').map_or(0, |at| at + 1);
    let port = authority.get(end..)?.find(':').map_or(authority.len(), |at| end + at);
    let is_port = authority.get(port..)?.trim_start_matches(':').bytes().all(|byte| byte.is_ascii_digit());
    is_port.then(|| authority.get(..port))?
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.base)
    }
}

/// Names a source in our rows and in event ids: its address and public key as one digest.
pub fn source_name(address: &Address, public_key: &str) -> String {
    let text = format!("langfuse source 1\n{address}\n{public_key}\n");
    Digest::of(text.as_bytes()).to_hex()
}

/// How a server wants to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// Cursors over `v2/observations`, then scores.
    V4,
    /// Pages of traces, observations, scores.
    Legacy,
}

impl Dialect {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V4 => "v4 (cursors)",
            Self::Legacy => "legacy (pages)",
        }
    }

    fn stages(self, what: What) -> Vec<Stage> {
        let traces: &[Stage] = match self {
            Self::V4 => &[Stage::Observations],
            Self::Legacy => &[Stage::Traces, Stage::Observations],
        };
        let scores = what.scores.then_some(Stage::Scores);
        traces.iter().copied().filter(|_| what.traces).chain(scores).collect()
    }
}

/// What is pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct What {
    /// Traces and observations.
    pub traces: bool,
    pub scores: bool,
}

impl What {
    /// Everything.
    pub const ALL: Self = Self { traces: true, scores: true };

    /// Reads `traces`, `scores` or both.
    pub fn parse<'a>(words: impl Iterator<Item = &'a str>) -> Result<Self> {
        let mut what = Self { traces: false, scores: false };
        for word in words.map(str::trim).filter(|word| !word.is_empty()) {
            match word {
                "traces" => what.traces = true,
                "scores" => what.scores = true,
                other => {
                    return Err(Error::invalid("what", format!("{other:?} is neither traces nor scores")));
                }
            }
        }
        if what == (Self { traces: false, scores: false }) {
            return Err(Error::invalid("what", "say traces, scores or both"));
        }
        Ok(what)
    }
}

/// One list of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Traces, of the legacy API only.
    Traces,
    Observations,
    Scores,
}

/// Where scores are listed, newest first; a server that has none of these has no scores for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreList {
    /// `v3/scores`, by cursor.
    V3,
    /// `v2/scores`, by page.
    V2,
    /// `scores`, by page, of traces only.
    V1,
}

/// How many of what were pulled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Traces, as events.
    pub traces: i64,
    pub observations: i64,
    pub scores: i64,
    /// Entries that ingest refused.
    pub refused: i64,
    /// Metadata values that the server only gives cut.
    pub cut: i64,
    pub pages: i64,
    pub requests: i64,
    /// Requests sent again: busy server, no answer, window too large.
    pub repeats: i64,
}

impl Counts {
    /// Traces, observations and scores together.
    pub fn entries(&self) -> i64 {
        self.traces + self.observations + self.scores
    }

    /// Name and number of each, for tables.
    pub fn rows(&self) -> [(&'static str, i64); 8] {
        [
            ("traces", self.traces),
            ("observations", self.observations),
            ("scores", self.scores),
            ("refused", self.refused),
            ("metadata cut by the source", self.cut),
            ("pages", self.pages),
            ("requests", self.requests),
            ("requests repeated", self.repeats),
        ]
    }
}

/// What one request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub stage: Stage,
    /// Not before.
    pub from: Timestamp,
    /// Before.
    pub to: Timestamp,
    /// Where the last page ended: a cursor, or the number of the next page.
    pub place: Option<String>,
    /// Entries on the page.
    pub limit: u32,
    /// Whether pages have numbers, not cursors.
    pub is_numbered: bool,
}

/// A walk over one stretch of time: where it stands, so that it can go on after a kill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    pub dialect: Dialect,
    pub what: What,
    /// The beginning of the walk, microseconds.
    pub from: i64,
    /// Its end.
    pub to: i64,
    window: i64,
    at: i64,
    step: i64,
    stage: usize,
    place: Option<String>,
    limit: u32,
    entries: usize,
    /// Where scores are read.
    pub scores: ScoreList,
    /// Metadata names whose values are long.
    pub keys: BTreeSet<String>,
}

impl Walk {
    /// A walk at its beginning. `window` is in microseconds.
    pub fn new(dialect: Dialect, what: What, from: Timestamp, to: Timestamp, window: i64) -> Self {
        let window = window.clamp(MINUTE, 366 * DAY);
        Self {
            dialect,
            what,
            from: from.0,
            to: to.0,
            window,
            at: from.0,
            step: window,
            stage: 0,
            place: None,
            limit: PAGE,
            entries: 0,
            scores: if dialect == Dialect::V4 { ScoreList::V3 } else { ScoreList::V2 },
            keys: BTreeSet::new(),
        }
    }

    /// What to ask for next; `None` when the walk is over.
    pub fn task(&self) -> Option<Task> {
        let stage = self.dialect.stages(self.what).get(self.stage).copied()?;
        let to = Timestamp(self.at.saturating_add(self.step).min(self.to));
        let is_numbered =
            self.dialect == Dialect::Legacy || (stage == Stage::Scores && self.scores != ScoreList::V3);
        let (from, place, limit) = (Timestamp(self.at), self.place.clone(), self.limit);
        (self.at < self.to).then_some(Task { stage, from, to, place, limit, is_numbered })
    }

    /// Goes on after a page with so many entries; `next` is where the following page begins, if there is one.
    pub fn advance(&mut self, entries: usize, next: Option<String>) {
        self.entries += entries;
        self.place = next;
        if self.place.is_some() {
            return;
        }
        self.stage += 1;
        if self.stage < self.dialect.stages(self.what).len() {
            return;
        }
        self.at = self.at.saturating_add(self.step).min(self.to);
        let was_empty = self.entries == 0;
        // A quiet stretch is crossed in longer steps; whatever made a window small has passed with it.
        self.step = if was_empty {
            (self.step * 2).min(self.window * GROWTH)
        } else {
            self.window.min(self.step * 2)
        };
        (self.stage, self.entries, self.limit) = (0, 0, PAGE);
    }

    /// Asks for less at once: smaller pages first, then shorter windows; `false` when it cannot get smaller.
    pub fn shrink(&mut self) -> bool {
        if self.limit > 1 {
            self.limit /= 2;
            if let Some(task) = self.task().filter(|task| task.is_numbered) {
                let page = task.place.and_then(|place| place.parse::<i64>().ok());
                self.place = page.map(|page| ((page - 1) * 2 + 1).to_string());
            }
            return true;
        }
        if self.step <= MINUTE {
            return false;
        }
        // The pages of a shorter window are other pages; those already taken change nothing when they come again.
        self.step = (self.step / 2).max(MINUTE);
        (self.stage, self.place, self.limit) = (0, None, PAGE);
        true
    }

    /// Remembers a metadata name with long values; `false` when it is known or cannot be asked for.
    pub fn learn(&mut self, key: &str) -> bool {
        let fits = !key.contains(',') && key.len() <= 200 && self.keys.len() < MAX_KEYS;
        fits && self.keys.insert(key.to_owned())
    }

    /// Reads scores from the next older list, this window's from its first page; `false` when there is none.
    pub fn use_older_scores(&mut self) -> bool {
        self.scores = match self.scores {
            ScoreList::V3 => ScoreList::V2,
            ScoreList::V2 => ScoreList::V1,
            ScoreList::V1 => return false,
        };
        self.place = None;
        true
    }

    /// How much of the time is behind, in thousandths.
    pub fn thousandths(&self) -> i64 {
        let whole = (self.to - self.from).max(1);
        (i128::from(self.at - self.from) * 1_000 / i128::from(whole)).try_into().unwrap_or(0)
    }

    /// The beginning of the window under way.
    pub fn window_start(&self) -> Timestamp {
        Timestamp(self.at)
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
