//! The rows of one figure: exactly those that it counts, each with the side of the line on which it stands.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Query};
use askama::Template;

use crate::db::AnyConnection;
use crate::figures::model::{Figure, Rows, Shape};
use crate::figures::reads::beside::{Told, beside};
use crate::figures::reads::listed::{ListedRow, Wanted, listed};
use crate::figures::reads::measured::{Measured, measure};
use crate::foundation::page::Cursor;
use crate::foundation::{Action, Error, Result, Timestamp};
use crate::ledger::reads::latest_checkpoint;
use crate::state::App;
use crate::web::format::Time;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

use super::all::{AsOf, heading};
use super::asked::{Asked, FIGURES, FilterChip, people};
use super::card::Card;
use super::text;

/// Rows of one page.
const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "figures/rows.html")]
struct RowsPage {
    shell: Shell,
    card: Card,
    rows: Vec<RowView>,
    /// Which moment of a row puts it into a week.
    moment: &'static str,
    is_of_claims: bool,
    is_of_times: bool,
    heading: String,
    as_of: AsOf,
    chips: Vec<FilterChip>,
    /// All figures with the same filters.
    back: String,
    /// Which rows alone are shown, in words; none where all are.
    only: Option<&'static str>,
    /// All rows.
    whole: String,
    csv: String,
    next: Option<String>,
}

struct RowView {
    row: ListedRow,
    at: Time,
    side: &'static str,
    tone: &'static str,
    took: String,
}

/// What the database says.
struct Found {
    measured: Measured,
    told: Told,
    rows: Vec<ListedRow>,
    people: Vec<(String, String)>,
    size: u64,
}

/// GET `/work-orders/figures/{figure}`: the fields of the page of all figures; `only` (`in` or `out`) shows the rows above the line or the
/// others alone; `after` goes on behind a page.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    word: Path<String>,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    who.must(Action::ViewFigures)?;
    let figure = figure_of(&word)?;
    let asked = Asked::read(&query, app.now())?;
    let only = only_of(&query)?;
    let after = query.get("after").map(|text| text.trim()).filter(|text| !text.is_empty());
    let after = after.map(Cursor::decode).transpose()?;
    let (asker, question) = (who.0.clone(), asked.clone());
    let read = move |conn: &mut AnyConnection| {
        let size = latest_checkpoint(conn)?.map_or(0, |newest| newest.head.size);
        let (q, people) = (question.question(conn, &asker)?, people(conn, &asker)?);
        let measured = measure(conn, figure, &q, &question.period.ends())?;
        let wanted = Wanted { only, after, limit: ROWS + 1 };
        let rows = listed(conn, figure, &q, &wanted)?;
        Ok(Found { told: beside(conn, figure, &q)?, measured, rows, people, size })
    };
    let mut found = app.db.read(read).await?;
    let path = format!("{FIGURES}/{}", figure.as_str());
    let word = only.map_or("", |is_hit| if is_hit { "in" } else { "out" });
    let has_more = found.rows.len() > ROWS;
    found.rows.truncate(ROWS);
    let last = found.rows.last().filter(|_| has_more);
    let next = last.map(|row| {
        let place = Cursor { at: row.at(), id: row.row_id.clone() }.encode();
        asked.address(&path, &[("only", word), ("after", place.as_str())])
    });
    let (above, below) = figure.sides();
    show_page(&RowsPage {
        shell: Shell::of_tab(&request, figure.title(), "figures"),
        card: Card::of(&asked, &found.measured, &found.told),
        rows: found.rows.into_iter().map(|row| RowView::of(figure, row, asked.period.now)).collect(),
        moment: figure.moment(),
        is_of_claims: figure.rows() == Rows::Claims,
        is_of_times: figure.shape() == Shape::Time,
        heading: heading(&asked.period),
        as_of: AsOf::of(&asked.period, found.size, &who),
        chips: asked.chips(&found.people),
        back: asked.address(FIGURES, &[]),
        only: only.map(|is_hit| if is_hit { above } else { below }),
        whole: asked.address(&path, &[]),
        csv: asked.address(&format!("{path}.csv"), &[("only", word)]),
        next,
    })
}

/// The figure that an address names.
pub(super) fn figure_of(word: &str) -> Result<Figure> {
    Figure::read(word).ok_or_else(|| Error::not_found("this figure"))
}

/// Which rows alone an address asks for.
pub(super) fn only_of(query: &BTreeMap<String, String>) -> Result<Option<bool>> {
    match query.get("only").map_or("", |word| word.trim()) {
        "" => Ok(None),
        "in" => Ok(Some(true)),
        "out" => Ok(Some(false)),
        _ => Err(Error::invalid("only", "choose in or out")),
    }
}

impl RowView {
    fn of(figure: Figure, row: ListedRow, now: Timestamp) -> Self {
        let (above, below) = figure.sides();
        let is_hit = row.is_hit();
        // Above the line is good, unless the line counts what is late.
        let is_good = is_hit != (figure == Figure::Late);
        Self {
            at: Time::new(row.at(), now),
            side: if is_hit { above } else { below },
            tone: if is_good { "good" } else { "bad" },
            took: text::span(row.took),
            row,
        }
    }
}
