//! All nine figures: first which of them miss their goal, then a card for each.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use crate::db::AnyConnection;
use crate::figures::model::Figure;
use crate::figures::period::{By, Period};
use crate::figures::reads::beside::{Told, beside};
use crate::figures::reads::measured::{Measured, measure};
use crate::foundation::{Action, Asker, Grant, Result};
use crate::ledger::reads::latest_checkpoint;
use crate::state::App;
use crate::web::format::{Time, number};
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};
use crate::work_orders::reads::types;

use super::asked::{Asked, FIGURES, FilterChip, people};
use super::card::Card;
use super::text;

#[derive(Template)]
#[template(path = "figures/all.html")]
struct FiguresPage {
    shell: Shell,
    asked: Asked,
    cards: Vec<Card>,
    /// Figures that miss their goal, and what is late.
    missed: Vec<Missed>,
    /// Whether any figure has something to count.
    has_any: bool,
    /// Whether any figure that has a goal has something to count.
    has_goal: bool,
    chips: Vec<FilterChip>,
    types: Vec<String>,
    people: Vec<(String, String)>,
    /// The period in words.
    heading: String,
    as_of: AsOf,
    csv: String,
    may_set_hours: bool,
}

/// A figure that is not what it should be.
struct Missed {
    title: &'static str,
    words: String,
    /// The rows that make it so.
    href: String,
}

/// As of what the figures are.
pub(super) struct AsOf {
    pub(super) time: Time,
    /// The newest signed entry of the ledger, in words; none before the first.
    pub(super) entry: Option<String>,
    /// Its page, for whoever may read it.
    pub(super) href: Option<String>,
}

impl AsOf {
    /// Of a period, with the newest entry that was signed when it was counted.
    pub(super) fn of(period: &Period, size: u64, who: &Asker) -> Self {
        let entry = size.checked_sub(1);
        let may_read = who.may(Action::ReadLedger) > Grant::Never;
        Self {
            time: Time::new(period.as_of, period.now),
            entry: entry.map(|index| number(i64::try_from(index).unwrap_or(i64::MAX))),
            href: entry.filter(|_| may_read).map(|index| format!("/ledger/{index}")),
        }
    }
}

/// What the database says.
pub(super) struct Found {
    pub(super) figures: Vec<(Measured, Told)>,
    pub(super) types: Vec<String>,
    pub(super) people: Vec<(String, String)>,
    /// Entries of the ledger at the newest checkpoint.
    pub(super) size: u64,
}

impl Found {
    /// Counts every figure; the newest checkpoint is read first, so that all that is in it is counted.
    pub(super) fn read(conn: &mut AnyConnection, asked: &Asked, who: &Asker) -> Result<Self> {
        let size = latest_checkpoint(conn)?.map_or(0, |newest| newest.head.size);
        let (question, ends) = (asked.question(conn, who)?, asked.period.ends());
        let mut figures = Vec::new();
        for figure in Figure::ALL {
            let measured = measure(conn, figure, &question, &ends)?;
            figures.push((measured, beside(conn, figure, &question)?));
        }
        Ok(Self { figures, types: types(conn, who.project)?, people: people(conn, who)?, size })
    }
}

/// GET `/work-orders/figures`: `by` (`week` or `month`), `last` (so many), or `from` and `to` (days); `type`, `asset` (with everything
/// below it), `assignee` (an account, `me` or `nobody`), `unit` (with whoever counts as one with them).
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    who.must(Action::ViewFigures)?;
    let asked = Asked::read(&query, app.now())?;
    let (asker, wanted) = (who.0.clone(), asked.clone());
    let found = app.db.read(move |conn| Found::read(conn, &wanted, &asker)).await?;
    let cards: Vec<Card> =
        found.figures.iter().map(|(measured, told)| Card::of(&asked, measured, told)).collect();
    show_page(&FiguresPage {
        shell: Shell::of_tab(&request, "Figures", "figures"),
        missed: found.figures.iter().filter_map(|(measured, _)| missed(&asked, measured)).collect(),
        has_goal: found.figures.iter().any(|(measured, _)| text::is_held(measured.figure, &measured.whole)),
        has_any: cards.iter().any(|card| card.value.is_some()),
        cards,
        chips: asked.chips(&found.people),
        types: found.types,
        people: found.people,
        heading: heading(&asked.period),
        as_of: AsOf::of(&asked.period, found.size, &who),
        csv: asked.address("/work-orders/figures.csv", &[]),
        may_set_hours: who.may(Action::SetWorkingHours) > Grant::Never,
        asked,
    })
}

fn missed(asked: &Asked, measured: &Measured) -> Option<Missed> {
    let (figure, whole) = (measured.figure, &measured.whole);
    if !text::is_missed(figure, whole) {
        return None;
    }
    let value = text::value(figure, whole).unwrap_or_default();
    let goal = text::goal(figure).map(|goal| format!(", {goal}")).unwrap_or_default();
    let (above, below) = figure.sides();
    let (only, words) = match figure {
        Figure::Late => ("in", format!("{} {above}", number(whole.hits))),
        Figure::DoneToVerified => ("", format!("{value}{goal}")),
        _ => ("out", format!("{value}{goal}: {} {below}", number(whole.counted - whole.hits))),
    };
    let href = asked.address(&format!("{FIGURES}/{}", figure.as_str()), &[("only", only)]);
    Some(Missed { title: figure.title(), words, href })
}

/// `31 August to 26 November 2026`
pub(super) fn heading(period: &Period) -> String {
    format!("{} to {}", period.from.format("%-d %B %Y"), period.to.format("%-d %B %Y"))
}

impl FiguresPage {
    /// Spans to choose from: words, address, whether it is the one that is shown.
    fn spans(&self) -> Vec<(&'static str, String, bool)> {
        let here = (self.asked.period.by, self.asked.period.buckets.len());
        let is_of_days = !self.asked.value("from").is_empty() || !self.asked.value("to").is_empty();
        [("4 weeks", By::Week, 4), ("13 weeks", By::Week, 13), ("12 months", By::Month, 12)]
            .into_iter()
            .map(|(words, by, last)| {
                let href = self.asked.over(by.as_str(), &last.to_string());
                (words, href, here == (by, last) && !is_of_days)
            })
            .collect()
    }

    fn value(&self, name: &str) -> &str {
        self.asked.value(name)
    }

    fn is_by_month(&self) -> bool {
        self.asked.period.by == By::Month
    }

    fn from(&self) -> String {
        self.asked.period.from.to_string()
    }

    fn to(&self) -> String {
        self.asked.period.to.to_string()
    }

    /// Who can be chosen, and whether they are.
    fn assignees(&self) -> Vec<(&str, &str, bool)> {
        let chosen = self.value("assignee");
        let always = [("me", "Me"), ("nobody", "Nobody yet")].into_iter();
        let people = self.people.iter().map(|(id, name)| (id.as_str(), name.as_str()));
        always.chain(people).map(|(id, name)| (id, name, id == chosen)).collect()
    }

    fn has_unit(&self) -> bool {
        !self.value("unit").is_empty()
    }
}
