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
    /// The line of the names, from 1.
    pub line: usize,
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

/// What a cell is made of, the best words for people first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Speech {
    Words,
    /// `AST-1002`, `7289f716`, an address: names for programs.
    Codes,
    Numbers,
}

impl Speech {
    /// `Router-1` is a word, `WO-10001` is none: a code has no blank and as many figures as letters.
    fn of(cell: &str) -> Self {
        let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
        let figures = cell.bytes().filter(u8::is_ascii_digit).count();
        let is_whole = cell.is_ascii() && !cell.contains(char::is_whitespace);
        if letters == 0 || cell.parse::<f64>().is_ok_and(f64::is_finite) {
            Self::Numbers
        } else if is_whole && (figures >= letters || cell.contains('@')) {
            Self::Codes
        } else {
            Self::Words
        }
    }
}

impl Table {
    /// What the rows say in a column, where they say something.
    pub(crate) fn said(&self, column: usize) -> impl Iterator<Item = &str> {
        let cells = self.rows.iter().filter_map(move |row| row.cells.get(column));
        cells.map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }

    /// How much the rows say in words in a column, what is said again not counted; 0 where they say nothing.
    pub(crate) fn words_in(&self, column: usize) -> usize {
        let said: BTreeSet<&str> =
            self.said(column).filter(|cell| Speech::of(cell) == Speech::Words).collect();
        said.iter().map(|cell| cell.chars().count()).sum()
    }

    /// How a column speaks: in words where half of it does, in codes where half of it does or in words. None where it says nothing.
    pub(crate) fn speech_of(&self, column: usize) -> Option<Speech> {
        let [words, codes] = [Speech::Words, Speech::Codes]
            .map(|wanted| self.said(column).filter(|cell| Speech::of(cell) == wanted).count());
        let all = self.said(column).count();
        Some(match () {
            () if all == 0 => return None,
            () if words * 2 >= all => Speech::Words,
            () if (words + codes) * 2 >= all => Speech::Codes,
            () => Speech::Numbers,
        })
    }

    /// Whether a column says no more than which row it is: a number in each, none of them twice.
    pub(crate) fn counts_rows(&self, column: usize) -> bool {
        let rows = self.rows.iter().filter(|row| row.filled().count() > 1).count();
        let is_count = |cell: &str| cell.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        rows > 0
            && self.said(column).count() >= rows
            && self.said(column).all(is_count)
            && self.is_never_said_twice(column)
    }

    /// Whether no two rows say the same in a column.
    pub(crate) fn is_never_said_twice(&self, column: usize) -> bool {
        let mut seen = BTreeSet::new();
        self.said(column).all(|cell| seen.insert(cell))
    }

    /// Reads bytes: UTF-8, any of `, ; | tab`, quoted fields, any line ends.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let (text, first) = text_of(bytes)?;
        let (delimiter, rows) = [b',', b';', b'\t', b'|']
            .into_iter()
            .map(|delimiter| (delimiter, rows_of(text, first, delimiter)))
            .max_by_key(|(_, rows)| fit(rows))
            .ok_or_else(|| Error::internal("no delimiter"))?;
        if rows.len() > MOST_ROWS {
            return Err(Error::TooLarge(
                format!("The table has more than {MOST_ROWS} rows. Split it.").into(),
            ));
        }
        let table = headed(delimiter, rows)?;
        let width = table.header.len();
        if width > MOST_COLUMNS {
            let message = format!("the table has {width} columns; at most {MOST_COLUMNS} are read");
            return Err(Error::invalid("file", message));
        }
        Ok(table)
    }
}

/// The text of the table, and the line that it begins on.
fn text_of(bytes: &[u8]) -> Result<(&str, usize)> {
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
    Ok(rest.map_or((text, 1), |rest| (rest, 2)))
}

/// Which line each place of a text is on; asked from the front to the back. The crate counts the empty lines before a row to it, and of
/// a break of two characters the second one.
struct Lines<'a> {
    bytes: &'a [u8],
    /// Where it was asked last, and the line of that.
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of the first character from here on that breaks no line.
    fn line_at(&mut self, byte: usize) -> usize {
        let rest = self.bytes.get(byte..).unwrap_or_default();
        let start = byte + rest.iter().take_while(|it| matches!(it, b'\r' | b'\n')).count();
        let passed = self.bytes.get(self.at..start).unwrap_or_default();
        let breaks = passed.iter().enumerate().filter(|(place, it)| match it {
            b'\n' => true,
            b'\r' => passed.get(place + 1) != Some(&b'\n'),
            _ => false,
        });
        self.line += breaks.count();
        self.at = start;
        self.line
    }
}

/// All rows that say something, one more than are taken at most; `first` is the line that the text begins on.
fn rows_of(text: &str, first: usize, delimiter: u8) -> Vec<Row> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = Lines { bytes: text.as_bytes(), at: 0, line: first };
    let rows = reader.records().filter_map(std::result::Result::ok).map(|record| {
        let byte = record.position().and_then(|at| usize::try_from(at.byte()).ok());
        let line = lines.line_at(byte.unwrap_or_default());
        Row { line, cells: record.iter().map(str::to_owned).collect() }
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
fn headed(delimiter: u8, rows: Vec<Row>) -> Result<Table> {
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
    let (line, names) = rows.next().map(|row| (row.line, row.cells)).unwrap_or_default();
    let rows: Vec<Row> = rows.collect();
    let header = names_of(&names, &rows);
    Ok(Table { delimiter, header, line, above, rows })
}

/// A name for each column that a row has; one without a name is called by its place.
fn names_of(names: &[String], rows: &[Row]) -> Vec<String> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default().max(names.len());
    let name = |at: usize| {
        let said = names.get(at).map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "));
        said.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("Column {}", at + 1))
    };
    (0..width).map(name).collect()
}
