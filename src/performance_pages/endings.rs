//! What the pages of agents, gates and builds have in common: how many ended well over time, and by name with how sure that is.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use askama::Template;

use crate::charts::{Interval, Mark, Svg};
use crate::fleet::model::{NONE, Question};
use crate::fleet_pages::asked::{AGENTS, Asked, BUILDS, GATES};
use crate::fleet_pages::text::{DASH, Figure, calls, share};
use crate::performance::endings::{self, Endings, Kind, Named};
use crate::performance::gates::{Ended, interval};
use crate::performance::model::{self, Bins};
use crate::state::App;
use crate::web::format::number;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult, csv};

use super::alarms::GATE_FAILURES;
use super::files::{self, seconds};
use super::head::{Chip, Choice, chips, choice, read_by};
use super::stages::{gate_name, hundredths, traces};
use super::text::{counted, of_hundred, took};
use super::trend::Trend;

/// Rows of a page; the file has all.
const MOST_ROWS: usize = 40;

/// What a kind is called, and where it stands.
struct Words {
    path: &'static str,
    file: &'static str,
    title: &'static str,
    /// What counts as one of them.
    meaning: &'static str,
    one: &'static str,
    name: &'static str,
    /// The head of what narrows a name; empty where nothing does.
    beside: &'static str,
    /// What the page narrows by: label, name in the address.
    by: (&'static str, &'static str),
}

#[derive(Template)]
#[template(path = "performance/endings.html")]
struct EndingsPage {
    shell: Shell,
    asked: Asked,
    words: &'static Words,
    kind: Kind,
    choices: Vec<Choice>,
    chips: Vec<Chip>,
    trend: Trend,
    rows: Vec<Row>,
    /// How many have no row; empty where all have one.
    more: String,
    /// Nothing with these filters in this time.
    is_empty: bool,
    /// Whether calls came and none is part of such a thing.
    is_unrecognised: bool,
    calls: String,
}

/// One name.
struct Row {
    name: Figure,
    beside: String,
    chart: Svg,
    share: String,
    /// `294 of 299`.
    counts: String,
    failed: Figure,
    has_failed: bool,
    p50: String,
    p95: String,
    is_over: bool,
}

fn words(kind: Kind) -> &'static Words {
    match kind {
        Kind::Agents => &Words {
            path: AGENTS,
            file: "agents.csv",
            title: "Agent performance",
            meaning: "A run of an agent begins where a trace first names it and reaches down to where another is named.",
            one: "run",
            name: "Agent",
            beside: "Model",
            by: ("Agent", "agent"),
        },
        Kind::Gates => &Words {
            path: GATES,
            file: "gates.csv",
            title: "Gate workflow",
            meaning: "A quality gate stands at the end of a stage and lets the run go on, or does not.",
            one: "gate",
            name: "Gate",
            beside: "Workflow",
            by: ("Workflow", "workflow"),
        },
        Kind::Builds => &Words {
            path: BUILDS,
            file: "builds.csv",
            title: "Builds",
            meaning: "A build is one run of a workflow; it fails when it ends in an error or one of its gates fails.",
            one: "build",
            name: "Workflow",
            beside: "",
            by: ("Workflow", "workflow"),
        },
    }
}

/// Shows the page of a kind.
pub(super) async fn show(
    request: &HttpRequest,
    app: &App,
    who: &Principal,
    query: &BTreeMap<String, String>,
    kind: Kind,
) -> WebResult {
    let words = words(kind);
    let mut asked = read_by(query, app.now(), &[words.by.1])?;
    let question = asked.question(who);
    let wanted = question.clone();
    let found = asked.look(app, move |conn| endings::read(conn, &wanted, kind)).await?;
    let shell = Shell::of(request, words.title, "fleet").in_fleet_style();
    show_page(&EndingsPage::of(shell, asked, &question, found, kind))
}

/// Sends all rows of a kind as a file.
pub(super) async fn file(
    app: &App,
    who: &Principal,
    query: &BTreeMap<String, String>,
    kind: Kind,
) -> WebResult {
    let words = words(kind);
    let mut asked = read_by(query, app.now(), &[words.by.1])?;
    let question = asked.question(who);
    let wanted = question.clone();
    let found = asked.look(app, move |conn| endings::read(conn, &wanted, kind)).await?;
    let rows = found.asked(&question, kind).named(kind).into_iter().map(|it| {
        let [p50, p95] = [it.took.map(|both| both.0), it.took.map(|both| both.1)];
        let times = [p50, p95].map(|micros| micros.map(seconds).unwrap_or_default());
        let counts = [it.ended.passed, it.ended.failed].map(|n| n.to_string());
        [it.name, it.beside].into_iter().chain(counts).chain(times).collect()
    });
    let head = ["name", "of", "passed", "failed", "about_p50_s", "about_p95_s"];
    Ok(files::file(words.file, csv::table(&head, rows)?, &asked))
}

impl EndingsPage {
    fn here(&self) -> &'static str {
        self.words.path
    }

    fn csv(&self) -> String {
        self.asked.at(&format!("{}.csv", self.words.path))
    }

    fn is_of_agents(&self) -> bool {
        self.kind == Kind::Agents
    }

    /// The heads of the table, each with its class.
    fn heads(&self) -> Vec<(&'static str, &'static str)> {
        let mut heads =
            vec![(self.words.name, ""), (self.words.beside, ""), ("With its interval", "bar-head")];
        heads.extend([("Ended well", "num"), ("Failed", "num")]);
        heads.extend([("p50", "num"), ("p95", "num")].into_iter().filter(|_| self.is_timed()));
        heads.retain(|(words, _)| !words.is_empty());
        heads
    }

    /// Whether how long it took is known at all: gates take no time.
    fn is_timed(&self) -> bool {
        self.kind != Kind::Gates
    }

    fn of(shell: Shell, asked: Asked, question: &Question, found: Endings, kind: Kind) -> Self {
        let words = words(kind);
        let names = names(&found);
        let found = found.asked(question, kind);
        let bins = Bins::of(question.from, question.to);
        let trend = Trend::of_parts(&asked, &bins, &found.parts(kind, &bins), words.one);
        let named = found.named(kind);
        let more = i64::try_from(named.len().saturating_sub(MOST_ROWS)).unwrap_or(i64::MAX);
        let is_bare = named.is_empty();
        let is_unrecognised = is_bare && !asked.is_narrow() && !found.whole.is_nothing();
        Self {
            choices: vec![choice(&asked, words.by.0, words.by.1, names)],
            chips: chips(&asked, words.path),
            rows: named.iter().take(MOST_ROWS).map(|it| Row::of(&asked, it, kind)).collect(),
            more: if more > 0 { counted(more, "more row") } else { String::new() },
            is_empty: is_bare && !is_unrecognised,
            is_unrecognised,
            calls: calls(found.whole.calls),
            shell,
            asked,
            words,
            kind,
            trend,
        }
    }
}

/// The names that the page may be narrowed to: all that occurred.
fn names(found: &Endings) -> Vec<String> {
    model::names(found.sums.iter().map(|(_, series, _)| series), 0)
}

impl Row {
    fn of(asked: &Asked, it: &Named, kind: Kind) -> Self {
        let Ended { passed, failed } = it.ended;
        let total = it.ended.total();
        let (low, high) = interval(passed, total);
        let (name, href, failures) = place(asked, it, kind);
        let counts = format!("{} of {}", number(passed), number(total));
        let says = format!(
            "{name}: {counts} ended well, {}; 95 of 100 times the true share is between {} and {}",
            share(passed, total),
            of_hundred(low),
            of_hundred(high)
        );
        let is_over = kind == Kind::Gates && hundredths(failed, total) > GATE_FAILURES;
        let chart = Interval {
            share: hundredths(passed, total),
            low,
            high,
            alarm: (kind == Kind::Gates).then_some(10_000 - GATE_FAILURES),
            is_over,
            mark: Mark::to(format!("{name}: {} of {} failed", number(failed), number(total)), href.as_str()),
            says,
        };
        let about = |micros: Option<i64>| {
            micros.map_or_else(|| DASH.to_owned(), |micros| format!("about\u{a0}{}", took(micros)))
        };
        Self {
            chart: chart.draw(),
            share: share(passed, total),
            counts,
            failed: Figure { words: number(failed), href: failures.filter(|_| failed > 0) },
            has_failed: failed > 0,
            p50: about(it.took.map(|both| both.0)),
            p95: about(it.took.map(|both| both.1)),
            name: Figure::to(name, href),
            beside: if it.beside == NONE { DASH.to_owned() } else { it.beside.clone() },
            is_over,
        }
    }
}

/// The name as it is shown, its traces, and those of its failures where a list can show just those: that a run of a workflow or an agent
/// failed is not said by one span of its trace.
fn place(asked: &Asked, it: &Named, kind: Kind) -> (String, String, Option<String>) {
    match kind {
        Kind::Agents => (it.name.clone(), asked.traces(&[("agent", it.name.as_str())]), None),
        Kind::Builds => (it.name.clone(), asked.traces(&[("workflow", it.name.as_str())]), None),
        Kind::Gates => (
            gate_name(&it.name).to_owned(),
            traces(asked, &it.beside, &it.name, &[]),
            Some(traces(asked, &it.beside, &it.name, &[("gate", "failed")])),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::Timestamp;

    fn row(kind: Kind, name: &str, beside: &str, (passed, failed): (i64, i64)) -> Row {
        let asked = Asked::read(&BTreeMap::new(), Timestamp(1_795_251_600_000_000)).unwrap();
        let ended = Ended { passed, failed };
        let took = Some((1_500_000, 19_000_000));
        Row::of(&asked, &Named { name: name.to_owned(), beside: beside.to_owned(), ended, took }, kind)
    }

    #[test]
    fn a_row_leads_to_its_traces_and_a_gate_to_its_failures() {
        let gate = row(Kind::Gates, "price", "order", (8, 4));
        assert_eq!(
            gate.failed.href.as_deref(),
            Some("/traces?gate=failed&range=7d&stage=price&workflow=order")
        );
        assert_eq!(
            (gate.is_over, gate.counts.as_str(), gate.share.as_str()),
            (true, "8 of 12", "66.6\u{a0}%")
        );
        assert!(row(Kind::Gates, "price", "order", (8, 0)).failed.href.is_none());
        let agent = row(Kind::Agents, "desk", NONE, (1, 3));
        assert_eq!(agent.name.href.as_deref(), Some("/traces?agent=desk&range=7d"));
        assert_eq!((agent.beside.as_str(), agent.is_over, agent.failed.href), (DASH, false, None));
        assert_eq!([agent.p50, agent.p95], ["about\u{a0}1.5\u{a0}s", "about\u{a0}19\u{a0}s"]);
        assert!(!agent.chart.to_string().contains("limit"), "no alarm is drawn where there is none");
    }

    #[test]
    fn each_kind_has_its_page() {
        for kind in [Kind::Agents, Kind::Gates, Kind::Builds] {
            let words = words(kind);
            assert!(words.path.ends_with(words.file.trim_end_matches(".csv")), "{}", words.path);
        }
    }
}
