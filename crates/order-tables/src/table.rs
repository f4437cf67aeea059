//! A CSV file taken apart: its delimiter found, its names found, its rows with their lines.

use std::collections::BTreeSet;

use foundation::{Error, Result};

use crate::MOST_ROWS;
use crate::meanings::is_known;

/// More columns than a table may have.
const MOST_COLUMNS: usize = 100;
/// Rows among which the names of the columns are looked for.
const HEAD: usize = 15;

/// A file taken apart.
#[derive(Clone, Debug)]
pub struct Table {
    pub delimiter: u8,
    /// The names of the columns.
    pub header: Vec<String>,
    /// What stood above the names.
    pub above: Vec<Row>,
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its first line in the file, from 1.
    pub line: usize,
    pub cells: Vec<String>,
}

impl Row {
    /// The cells that say something.
    pub fn filled(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }
}

impl Table {
    /// How much the rows say in a column, what is said again not counted; 0 where they say nothing.
    pub(crate) fn said_in(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.cells.get(column));
        let said: BTreeSet<&str> = cells.map(|cell| cell.trim()).collect();
        said.iter().map(|cell| cell.chars().count()).sum()
    }

    /// Reads bytes: UTF-8, any of `, ; | tab`, quoted fields, any line ends.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let text = text_of(bytes)?;
        let (delimiter, rows) = [b',', b';', b'\t', b'|']
            .into_iter()
            .map(|delimiter| (delimiter, rows_of(text, delimiter)))
            .max_by_key(|(_, rows)| fit(rows))
            .ok_or_else(|| Error::internal("no delimiter"))?;
        if rows.len() > MOST_ROWS {
            return Err(Error::TooLarge(
                format!("The table has more than {MOST_ROWS} rows. Split it.").into(),
            ));
        }
        let (above, header, rows) = headed(rows)?;
        if header.len() > MOST_COLUMNS {
            let message = format!("the table has {} columns; at most {MOST_COLUMNS} are read", header.len());
            return Err(Error::invalid("file", message));
        }
        Ok(Self { delimiter, header, above, rows })
    }
}

fn text_of(bytes: &[u8]) -> Result<&str> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Error::invalid("file", "the file is UTF-16 text; save it as CSV in UTF-8"));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Error::invalid("file", "the file is not UTF-8 text; save it as CSV in UTF-8"))?;
    if text.contains('\0') {
        return Err(Error::invalid("file", "a NUL character is not allowed in text; this is no CSV file"));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Some programs name the delimiter on a line of its own.
    let rest = text.strip_prefix("sep=").and_then(|rest| rest.split_once('\n')).map(|(_, rest)| rest);
    Ok(rest.unwrap_or(text))
}

/// All rows that say something, one more than are taken at most.
fn rows_of(text: &str, delimiter: u8) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let rows = reader.records().filter_map(std::result::Result::ok).map(|record| Row {
        line: record.position().map_or(1, |at| usize::try_from(at.line()).unwrap_or(1)),
        cells: record.iter().map(str::to_owned).collect(),
    });
    rows.filter(|row| row.filled().next().is_some()).take(MOST_ROWS + 1).collect()
}

/// How well a delimiter fits: rows that have as many cells as most have, then how many that are.
fn fit(rows: &[Row]) -> (usize, usize) {
    let widths: Vec<usize> = rows.iter().take(200).map(|row| row.cells.len()).collect();
    let usual = widths
        .iter()
        .filter(|width| **width > 1)
        .copied()
        .max_by_key(|width| (widths.iter().filter(|other| *other == width).count(), *width));
    match usual {
        Some(width) if width > 1 => (widths.iter().filter(|it| **it == width).count() * width, width),
        _ => (0, 1),
    }
}

/// The rows parted at the names of the columns: the row near the top in which the most names are known.
fn headed(rows: Vec<Row>) -> Result<(Vec<Row>, Vec<String>, Vec<Row>)> {
    let known = |row: &Row| row.filled().filter(|cell| is_known(cell)).count();
    let best = rows.iter().take(HEAD).map(known).max().unwrap_or_default();
    if best == 0 {
        return Err(Error::invalid(
            "file",
            "no row names the columns of a checklist; name one Task, Item or Title in the first row",
        ));
    }
    let at = rows.iter().position(|row| known(row) == best).unwrap_or_default();
    let mut rows = rows.into_iter();
    let above: Vec<Row> = rows.by_ref().take(at).collect();
    let names = rows.next().map(|row| row.cells).unwrap_or_default();
    let rows: Vec<Row> = rows.collect();
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default().max(names.len());
    let name = |at: usize| {
        let said = names.get(at).map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "));
        said.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("Column {}", at + 1))
    };
    Ok((above, (0..width).map(name).collect(), rows))
}
