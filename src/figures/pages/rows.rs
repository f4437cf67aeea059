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
use crate::foundation::{Action, Asker, Error, Result, Timestamp};
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

/// What an address asks for.
#[derive(Clone)]
struct Looked {
    figure: Figure,
    asked: Asked,
    wanted: Wanted,
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
    let after = query.get("after").map(|text| text.trim()).filter(|text| !text.is_empty());
    let looked = Looked {
        figure: figure_of(&word)?,
        asked: Asked::read(&query, app.now())?,
        wanted: Wanted {
            only: only_of(&query)?,
            after: after.map(Cursor::decode).transpose()?,
            limit: ROWS + 1,
        },
    };
    let (asker, question) = (who.0.clone(), looked.clone());
    let found = app.db.read(move |conn| Found::read(conn, &question, &asker)).await?;
    show_page(&RowsPage::of(&request, &who, &looked, found))
}

impl Found {
    fn read(conn: &mut AnyConnection, looked: &Looked, who: &Asker) -> Result<Self> {
        let Looked { figure, asked, wanted } = looked;
        let size = latest_checkpoint(conn)?.map_or(0, |newest| newest.head.size);
        let question = asked.question(conn, who)?;
        Ok(Self {
            measured: measure(conn, *figure, &question, &asked.period.ends())?,
            told: beside(conn, *figure, &question)?,
            rows: listed(conn, *figure, &question, wanted)?,
            people: people(conn, who)?,
            size,
        })
    }
}

impl RowsPage {
    fn of(request: &HttpRequest, who: &Asker, looked: &Looked, mut found: Found) -> Self {
        let Looked { figure, asked, wanted } = looked;
        let path = format!("{FIGURES}/{}", figure.as_str());
        let only = wanted.only.map_or("", |is_hit| if is_hit { "in" } else { "out" });
        let has_more = found.rows.len() > ROWS;
        found.rows.truncate(ROWS);
        let next = found.rows.last().filter(|_| has_more).map(|row| {
            let place = Cursor { at: row.at(), id: row.row_id.clone() }.encode();
            asked.address(&path, &[("only", only), ("after", place.as_str())])
        });
        let (above, below) = figure.sides();
        Self {
            shell: Shell::of_tab(request, figure.title(), "figures"),
            card: Card::of(asked, &found.measured, &found.told),
            moment: figure.moment(),
            is_of_claims: figure.rows() == Rows::Claims,
            is_of_times: figure.shape() == Shape::Time,
            heading: heading(&asked.period),
            as_of: AsOf::of(&asked.period, found.size, who),
            chips: asked.chips(&found.people),
            back: asked.address(FIGURES, &[]),
            only: wanted.only.map(|is_hit| if is_hit { above } else { below }),
            whole: asked.address(&path, &[]),
            csv: asked.address(&format!("{path}.csv"), &[("only", only)]),
            rows: found.rows.into_iter().map(|row| RowView::of(*figure, row, asked.period.now)).collect(),
            next,
        }
    }
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
