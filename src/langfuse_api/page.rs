//! Pages by number: the rows of one, and how many there are.

use serde_json::{Value, json};

use crate::db::AnyConnection;
use crate::fields::Condition;
use crate::foundation::{Error, Result};
use crate::state::App;
use crate::traces::reads::{self, Finding, Scan};

use super::filter::Selection;
use super::params::Page;

/// Rows are counted up to this many beyond the page; a walk by pages never ends too early.
const COUNTED: i64 = 10_000;

/// The `meta` of a page.
pub fn meta(page: Page, total: i64) -> Value {
    let pages = total.saturating_add(page.limit - 1) / page.limit;
    json!({ "page": page.page, "limit": page.limit, "totalItems": total, "totalPages": pages })
}

/// How many rows there are, as far as they are counted; `found` are on the page.
pub fn total(page: Page, found: usize, count: impl FnOnce(i64) -> Result<i64>) -> Result<i64> {
    let found = i64::try_from(found).unwrap_or(i64::MAX);
    // A page that is not full tells the number by itself.
    if found > 0 && found < page.limit || found == 0 && page.page == 1 {
        return Ok(page.offset() + found);
    }
    count(page.offset().saturating_add(page.limit).saturating_add(COUNTED))
}

/// How to find rows: by what a narrow condition names, unless that is most of what there is.
pub fn finding(conn: &mut AnyConnection, scan: &Scan, is_narrow: bool) -> Result<Finding> {
    let few = is_narrow && reads::count_rows(conn, scan, Finding::ThenSort, COUNTED)? < COUNTED;
    Ok(if few { Finding::ThenSort } else { Finding::ByStart })
}

/// Rows examined one by one, where the database cannot test a condition.
pub struct Sieve<R> {
    page: Page,
    /// Those of the page.
    pub kept: Vec<R>,
    /// All that passed.
    pub passed: i64,
    examined: usize,
    most: usize,
}

impl<R> Sieve<R> {
    /// A sieve for a page, which examines `most` rows.
    pub fn new(page: Page, most: usize) -> Self {
        Self { page, kept: Vec::new(), passed: 0, examined: 0, most }
    }

    /// Where the next rows begin.
    pub fn offset(&self) -> i64 {
        i64::try_from(self.examined).unwrap_or(i64::MAX)
    }

    /// Takes a row that passed.
    pub fn keep(&mut self, row: R) {
        let full = i64::try_from(self.kept.len()).is_ok_and(|kept| kept >= self.page.limit);
        if self.passed >= self.page.offset() && !full {
            self.kept.push(row);
        }
        self.passed += 1;
    }

    /// Notes examined rows; refuses when there are too many.
    pub fn examined(&mut self, rows: usize, rest: &[Condition]) -> Result<()> {
        self.examined += rows;
        if self.examined < self.most {
            return Ok(());
        }
        let names: Vec<&str> = rest.iter().map(|condition| condition.field.name).collect();
        Err(Error::invalid(
            "filter",
            format!(
                "{} is looked for in what is read, and more than {} rows would have to be read: add conditions on a \
                 time range, a name or a user",
                names.join(" and "),
                self.most
            ),
        ))
    }
}

/// The rows of a page and their number, when the database tests every condition.
pub async fn of<R: Send + 'static>(
    app: &App,
    selection: &Selection,
    page: Page,
    rows: impl FnOnce(&mut AnyConnection, &Scan, Finding) -> Result<Vec<R>> + Send + 'static,
) -> Result<(Vec<R>, i64)> {
    let (scan, is_narrow) = (selection.scan.clone(), selection.is_narrow);
    app.db
        .read(move |conn| {
            let finding = finding(conn, &scan, is_narrow)?;
            let rows = rows(conn, &scan, finding)?;
            let count = |bound| reads::count_rows(conn, &scan, finding, bound);
            let total = total(page, rows.len(), count)?;
            Ok((rows, total))
        })
        .await
}
