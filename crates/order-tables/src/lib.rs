//! Checklists and lists of work orders kept as CSV, read as work orders.
//!
//! [`table`] takes a file apart whatever its delimiter, [`meanings`] says what a column is for by its name, in the languages met
//! most, and [`Sheet`] makes orders of the rows: one of a checklist, one for each row of a list of orders. A person may give a
//! column another meaning before. What a file says of work that was done is a claim, as in any other file.

mod checklist;
mod days;
mod list;
pub mod meanings;
mod names;
mod shape;
pub mod table;
mod values;
mod words;

use foundation::{Error, Result};
use order_markdown::model::limits::FILE_BYTES;
use order_markdown::model::{Order, Tick};
use order_markdown::read::Taken;

pub use meanings::{Meaning, Shape};
use table::{Row, Table};

/// More rows than one file may have.
pub const MOST_ROWS: usize = 5_000;
/// More orders than one file may become.
pub const MOST_ORDERS: usize = 500;

/// Whether a file's name says that it is a table.
pub fn is_table(name: &str) -> bool {
    let end = name.rsplit_once('.').map(|(_, end)| end.to_ascii_lowercase());
    end.is_some_and(|end| ["csv", "tsv", "tab"].contains(&end.as_str()))
}

/// A table with what its columns are for.
#[derive(Clone, Debug)]
pub struct Sheet {
    name: String,
    bytes: Vec<u8>,
    table: Table,
    shape: Shape,
    meanings: Vec<Meaning>,
}

/// An order made of a table.
#[derive(Clone, Debug)]
pub struct Made {
    pub order: Order,
    pub taken: Taken,
    /// What it was made of: its digest names it, so that the same rows twice change nothing.
    pub source: Vec<u8>,
    /// Its first line in the file, from 1.
    pub line: usize,
    /// What was not taken for what it looks like, each with its line.
    pub not_taken: Vec<(usize, String)>,
}

impl Sheet {
    /// Reads a file; at most 1 MiB of UTF-8.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        if bytes.len() > FILE_BYTES {
            let message =
                format!("The file has {} bytes; at most {FILE_BYTES} are read. Split it.", bytes.len());
            return Err(Error::TooLarge(message.into()));
        }
        let table = Table::read(bytes)?;
        let shape = shape::of(&table);
        let meanings = meanings::of(&table, shape);
        Ok(Self { name: title_of(name), bytes: bytes.to_vec(), table, shape, meanings })
    }

    /// Says what it is; meanings are recognised anew.
    pub fn set_shape(&mut self, shape: Shape) {
        if shape != self.shape {
            (self.shape, self.meanings) = (shape, meanings::of(&self.table, shape));
        }
    }

    /// Gives a column another meaning; refused where there is no such column or no such meaning in this shape.
    pub fn set_meaning(&mut self, column: usize, meaning: Meaning) -> Result<()> {
        let is_known = self.shape.meanings().contains(&meaning);
        match self.meanings.get_mut(column).filter(|_| is_known) {
            Some(place) => *place = meaning,
            None => return Err(Error::invalid(format!("column-{column}"), "this column cannot mean that")),
        }
        Ok(())
    }

    /// What the table is.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The columns: their names and what each is for.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Meaning)> {
        self.table.header.iter().map(String::as_str).zip(self.meanings.iter().copied())
    }

    /// The rows below the names.
    pub fn rows(&self) -> &[Row] {
        &self.table.rows
    }

    /// The orders it becomes.
    pub fn orders(&self, new_id: &mut dyn FnMut() -> String) -> Result<Vec<Made>> {
        match self.shape {
            Shape::Checklist => Ok(vec![checklist::order(self, new_id)?]),
            Shape::Orders => list::orders(self, new_id),
        }
    }

    /// What a row says in the column with a meaning; the first that says something.
    fn said<'a>(&'a self, row: &'a Row, meaning: Meaning) -> &'a str {
        self.all(row, meaning).map(|(_, value)| value).next().unwrap_or_default()
    }

    /// Everything that a row says in columns with a meaning, with the names of the columns.
    fn all<'a>(&'a self, row: &'a Row, meaning: Meaning) -> impl Iterator<Item = (&'a str, &'a str)> {
        let cells = row.cells.iter().map(|cell| cell.trim());
        let cells =
            self.columns().zip(cells).filter(move |((_, it), value)| *it == meaning && !value.is_empty());
        cells.map(|((name, _), value)| (name, value))
    }
}

/// The name of a file as words.
fn title_of(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let words = stem.replace(['_', '-'], " ");
    let title: String = words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
    if title.is_empty() { "Checklist".to_owned() } else { title }
}

/// The tick that a file claims.
fn claimed(new_id: &mut dyn FnMut() -> String) -> Tick {
    Tick::imported(new_id())
}

#[cfg(test)]
mod tests;
