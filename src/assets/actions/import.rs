//! A whole list of assets from a file: looked at first, then all of it is taken, or nothing with the lines that are wrong.
//!
//! A long list takes several commits, so that other people's writes come in between. What is there already just as its line says is passed
//! over: a list that was cut short, by the end of the server or by somebody who took a code meanwhile, is sent again as it is.

use std::collections::{BTreeMap, BTreeSet};

use crate::assets::decide::{DEPTH, MOST, Parents};
use crate::assets::model::{Code, Criticality, Facts, key_of};
use crate::assets::reads::{self, AssetRow};
use crate::db::{AnyConnection, Tx};
use crate::foundation::{Action, Asker, Error, FieldErrors, ProjectKey, Result};
use crate::state::App;

use super::create::{NewAsset, write_one};

/// One line of a file: its number, and the asset that it says.
#[derive(Clone, Debug)]
pub struct Line {
    pub line: usize,
    pub asset: NewAsset,
}

/// What a table makes.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    /// What would be made, in the order of the table.
    pub lines: Vec<Line>,
    /// Lines of assets that are there already just as they are told.
    pub there: usize,
    /// Columns of which nothing is taken, as the table calls them.
    pub dropped: Vec<String>,
}

/// Columns that a file may have; the first two must be there.
const COLUMNS: [&str; 10] =
    ["code", "name", "parent", "criticality", "kind", "place", "maker", "model", "serial", "notes"];

/// Faults that are told at once.
const FAULTS: usize = 100;
/// Assets in one commit: others wait for it some tenths of a second at most.
const BATCH: usize = 250;

/// What a table would make now, and what of it is left out; keeps nothing.
pub async fn look(app: &App, asker: &Asker, text: &str) -> Result<Looked> {
    asker.must(Action::KeepAssets)?;
    let (project, table) = (asker.project, read_table(text)?);
    app.db.read(move |conn| weigh(conn, project, table)).await
}

/// Makes all of them, parents before their parts; gives how many.
pub async fn import(app: &App, asker: &Asker, text: &str) -> Result<usize> {
    asker.must(Action::KeepAssets)?;
    let mut left = in_turn(look(app, asker, text).await?.lines);
    let mut made = 0;
    while !left.is_empty() {
        let rest = left.split_off(left.len().min(BATCH));
        let batch = std::mem::replace(&mut left, rest);
        let count = batch.len();
        write_batch(app, asker, batch).await.map_err(|cause| cut_short(made, cause))?;
        made += count;
    }
    Ok(made)
}

async fn write_batch(app: &App, asker: &Asker, batch: Vec<Line>) -> Result<()> {
    let (ledger, project) = (app.ledger.clone(), asker.project);
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let mut parents = reads::parents(tx.conn, project)?;
        for Line { line, asset } in batch {
            write_one(tx, &ledger, project, &mut parents, asset).map_err(|cause| at_line(line, cause))?;
        }
        Ok(())
    };
    app.db.write(&asker.actor, write).await
}

fn at_line(line: usize, cause: Error) -> Error {
    match cause {
        Error::Invalid(errors) => {
            let faults: Vec<_> = errors.0.into_iter().map(|fault| (line, fault.message)).collect();
            Error::Invalid(told(&faults))
        }
        other => other,
    }
}

/// What stands in the way was written since the table was looked at; nothing of this commit was kept, all before it is.
fn cut_short(made: usize, cause: Error) -> Error {
    match cause {
        Error::Invalid(mut errors) if made > 0 => {
            let rest = "send the table again once this is put right: they are passed over";
            errors.add("file", format!("{made} assets of the table are on the list; {rest}"));
            Error::Invalid(errors)
        }
        other => other,
    }
}

/// A table as it stands, with what is wrong in itself by line.
#[derive(Debug, Default)]
struct Table {
    lines: Vec<Line>,
    dropped: Vec<String>,
    faults: Vec<(usize, String)>,
}

/// Holds a table against the assets that are there. Every fault is told, in the order of the lines.
fn weigh(conn: &mut AnyConnection, project: ProjectKey, table: Table) -> Result<Looked> {
    let Table { lines, dropped, mut faults } = table;
    let codes = lines.iter().flat_map(|line| [line.asset.code.as_str(), line.asset.parent.as_str()]);
    let mut tree = Tree {
        known: reads::with_codes(conn, project, codes)?,
        parents: reads::parents(conn, project)?,
        first: BTreeMap::new(),
        // What stands below a line that is wrong is not wrong for that.
        wrong: faults.iter().map(|(line, _)| *line).collect(),
    };
    for line in &lines {
        tree.first.entry(key_of(&line.asset.code)).or_insert(line.line);
    }
    for line in in_turn(lines.clone()) {
        let told = tree.put(&line)?;
        faults.extend(told.into_iter().map(|fault| (line.line, fault)));
    }
    faults.sort_by_key(|(line, _)| *line);
    let count = lines.len();
    let lines: Vec<Line> = lines.into_iter().filter(|line| !tree.is_there(line)).collect();
    let there = count - lines.len();
    told(&faults).into_result().map(|()| Looked { lines, there, dropped })
}

fn told(faults: &[(usize, String)]) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for (line, fault) in faults.iter().take(FAULTS) {
        errors.add("file", format!("line {line}: {fault}"));
    }
    if faults.len() > FAULTS {
        errors
            .add("file", format!("and {} faults more, told once these are put right", faults.len() - FAULTS));
    }
    errors
}

/// The assets that are there, and those of a table as one after the other is put among them.
struct Tree {
    known: BTreeMap<String, AssetRow>,
    parents: Parents,
    /// Which line has a code first.
    first: BTreeMap<String, usize>,
    /// Lines that are not taken.
    wrong: BTreeSet<usize>,
}

impl Tree {
    /// Puts one in; gives what is wrong with it. One too many for a project is refused.
    fn put(&mut self, line: &Line) -> Result<Vec<String>> {
        if self.is_there(line) {
            return Ok(Vec::new());
        }
        let mut faults = Vec::new();
        for said in
            [Code::parse("code", &line.asset.code).map(drop), line.asset.facts.clone().checked().map(drop)]
        {
            faults.extend(messages(said)?);
        }
        faults.extend(self.twice(line));
        let above = match self.above(line) {
            Ok(above) => above,
            Err(fault) => {
                faults.extend(fault);
                self.wrong.insert(line.line);
                return Ok(faults);
            }
        };
        faults.extend(messages(self.parents.may_add(above.as_deref()))?);
        if faults.is_empty() {
            self.parents.0.insert(id_of(&key_of(&line.asset.code)), above);
        } else {
            self.wrong.insert(line.line);
        }
        Ok(faults)
    }

    /// Whether it is on the list already, just as it is told here and told once.
    fn is_there(&self, line: &Line) -> bool {
        let Some(row) = self.known.get(&key_of(&line.asset.code)) else { return false };
        let above = self.known.get(&key_of(&line.asset.parent)).map(|above| &above.asset_id);
        let facts = line.asset.facts.clone().checked();
        row.retired_at.is_none()
            && above == row.parent.as_ref()
            && (above.is_some() || line.asset.parent.is_empty())
            && facts.is_ok_and(|facts| facts == row.facts())
            && self.first.get(&row.code_key) == Some(&line.line)
    }

    fn twice(&self, line: &Line) -> Option<String> {
        let key = key_of(&line.asset.code);
        if let Some(other) = self.known.get(&key) {
            let (code, name) = (&other.code, &other.name);
            return Some(format!("the code {code} is that of {name} already; a code is never used twice"));
        }
        let first = self.first.get(&key).filter(|first| **first != line.line && !key.is_empty())?;
        Some(format!("the code {} stands in line {first} already", line.asset.code))
    }

    /// What it is a part of; the fault where it cannot be, and none of its own where only the line above is wrong.
    fn above(&self, line: &Line) -> std::result::Result<Option<String>, Option<String>> {
        let (code, key) = (line.asset.parent.as_str(), key_of(&line.asset.parent));
        if key.is_empty() {
            return Ok(None);
        }
        if let Some(row) = self.known.get(&key) {
            return match row.retired_at {
                Some(_) => {
                    Err(Some(format!("asset {code} is retired and gets no parts; take it up again first")))
                }
                None => Ok(Some(row.asset_id.clone())),
            };
        }
        let Some(first) = self.first.get(&key) else {
            return Err(Some(format!("there is no asset with the code {code}, here or in this table")));
        };
        let id = id_of(&key);
        if self.parents.0.contains_key(&id) {
            return Ok(Some(id));
        }
        Err((!self.wrong.contains(first)).then(|| {
            format!("it is a part of itself by way of {code}, or stands deeper than {DEPTH} levels")
        }))
    }
}

/// What a line of the table is called among assets until it is one: no id of ours has a blank.
fn id_of(key: &str) -> String {
    format!("line {key}")
}

fn messages(said: Result<()>) -> Result<Vec<String>> {
    match said {
        Ok(()) => Ok(Vec::new()),
        Err(Error::Invalid(errors)) => Ok(errors.0.into_iter().map(|fault| fault.message).collect()),
        Err(other) => Err(other),
    }
}

/// The lines of a table with a head.
fn read_table(text: &str) -> Result<Table> {
    let rows = rows(text.trim_start_matches('\u{feff}'));
    // A line for the head.
    if rows.len() > MOST + 1 {
        return Err(Error::invalid(
            "file",
            format!("a project has {MOST} assets at most; this table has more lines"),
        ));
    }
    let mut rows = rows.into_iter();
    let told = rows.next().map(|(_, cells)| cells).unwrap_or_default();
    let head: Vec<String> = told.iter().map(|cell| cell.trim().to_lowercase()).collect();
    if !head.iter().any(|it| it == "code") || !head.iter().any(|it| it == "name") {
        let message =
            format!("the first line names the columns: {}; code and name must be there", COLUMNS.join(", "));
        return Err(Error::invalid("file", message));
    }
    let rows: Vec<_> = rows.filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty())).collect();
    let mut table = Table { dropped: dropped(&told, &head, &rows), ..Table::default() };
    for (line, cells) in rows {
        let (asset, faults) = asset_of(&head, &cells);
        table.faults.extend(faults.into_iter().map(|fault| (line, fault)));
        table.lines.push(Line { line, asset });
    }
    if table.lines.is_empty() {
        return Err(Error::invalid("file", "no line of the file says an asset"));
    }
    Ok(table)
}

/// Columns that no asset has, and those that are named a second time. One without a name counts where something stands in it.
fn dropped(told: &[String], head: &[String], rows: &[(usize, Vec<String>)]) -> Vec<String> {
    let is_filled = |place: usize| {
        let cell =
            |(_, cells): &(usize, Vec<String>)| cells.get(place).is_some_and(|it| !it.trim().is_empty());
        rows.iter().any(cell)
    };
    let is_taken = |place: usize, name: &str| {
        COLUMNS.contains(&name) && head.iter().position(|it| it == name) == Some(place)
    };
    let left = head.iter().zip(told).enumerate().filter(|(place, (name, _))| !is_taken(*place, name));
    left.filter_map(|(place, (name, told))| {
        if name.is_empty() {
            return is_filled(place).then(|| format!("column {} without a name", place + 1));
        }
        Some(told.trim().to_owned())
    })
    .collect()
}

/// What a line says, and what of it cannot be read.
fn asset_of(head: &[String], cells: &[String]) -> (NewAsset, Vec<String>) {
    let cell = |name: &str| {
        let place = head.iter().position(|it| it == name);
        place.and_then(|place| cells.get(place)).map_or("", |cell| cell.trim()).to_owned()
    };
    let mut faults = Vec::new();
    let letter = cell("criticality");
    let criticality =
        if letter.is_empty() { Some(Criticality::default()) } else { Criticality::read(&letter) };
    if criticality.is_none() {
        faults.push(format!("the criticality is A, B or C, and not “{letter}”"));
    }
    if cells.iter().skip(head.len()).any(|cell| !cell.trim().is_empty()) {
        faults.push(
            "it has more cells than the first line; text that holds a comma stands in quotes".to_owned(),
        );
    }
    let facts = Facts {
        name: cell("name"),
        criticality: criticality.unwrap_or_default(),
        kind: cell("kind"),
        place: cell("place"),
        maker: cell("maker"),
        model: cell("model"),
        serial: cell("serial"),
        notes: cell("notes"),
    };
    (NewAsset { code: cell("code"), facts, parent: cell("parent") }, faults)
}

/// Parents first; what is a part of nothing in the file keeps its place. What stands deeper than a tree goes, or in a circle, comes
/// last: each of those lines is refused when it is written.
fn in_turn(mut left: Vec<Line>) -> Vec<Line> {
    let mut sorted: Vec<Line> = Vec::with_capacity(left.len());
    for _ in 0..=DEPTH {
        let waiting: BTreeSet<String> =
            left.iter().map(|line| line.asset.code.to_ascii_lowercase()).collect();
        let is_free = |line: &Line| !waiting.contains(&line.asset.parent.to_ascii_lowercase());
        let (free, rest): (Vec<Line>, Vec<Line>) = left.into_iter().partition(is_free);
        left = rest;
        if free.is_empty() {
            break;
        }
        sorted.extend(free);
    }
    sorted.extend(left);
    sorted
}

/// Cells of RFC 4180 with the line that each row begins on; a semicolon parts them where the head has one. One row more than
/// are taken, at most.
fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
    // The crate counts the line break before a row to it where that has two characters.
    let text = text.replace("\r\n", "\n");
    let head = text.lines().next().unwrap_or_default();
    let delimiter = if head.contains(';') && !head.contains(',') { b';' } else { b',' };
    let reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    // A text has no row that cannot be read: its bytes are UTF-8, and rows may be of any length.
    let rows = reader.into_records().filter_map(std::result::Result::ok).map(|row| {
        let line = row.position().map_or(1, csv::Position::line);
        (usize::try_from(line).unwrap_or(1), row.iter().map(str::to_owned).collect())
    });
    rows.take(MOST + 2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_come_before_their_parts_whatever_the_order_of_the_lines() {
        let text = "code;name;parent;criticality\r\nb;\"Hall; 2\";a;b\r\na;Plant;;\r\nc;Line;B;A\r\n";
        let lines = in_turn(read_table(text).unwrap().lines);
        let told: Vec<(usize, &str)> = lines.iter().map(|it| (it.line, it.asset.code.as_str())).collect();
        assert_eq!(told, [(3, "a"), (2, "b"), (4, "c")]);
        assert_eq!(lines[1].asset.facts.name, "Hall; 2");
        let circle = read_table("code,name,parent\na,A,b\nb,B,a\n").unwrap();
        assert_eq!(in_turn(circle.lines).len(), 2);
    }

    #[test]
    fn a_chain_told_from_its_end_and_a_table_that_is_too_long_take_no_time() {
        let line = |i: usize| format!("c{i},C,c{}\n", i + 1);
        let chain = |count: usize| format!("code,name,parent\n{}", (0..count).map(line).collect::<String>());
        let lines = in_turn(read_table(&chain(MOST)).unwrap().lines);
        assert_eq!((lines.len(), lines[0].asset.code.as_str()), (MOST, format!("c{}", MOST - 1).as_str()));
        let refused = read_table(&chain(MOST + 1)).unwrap_err().to_string();
        assert!(refused.contains("at most"), "{refused}");
    }

    #[test]
    fn a_table_that_is_none_says_what_it_lacks() {
        for (text, said) in
            [("", "names the columns"), ("name\nx\n", "names the columns"), ("code,name\n\n", "no line")]
        {
            let refused = read_table(text).unwrap_err().to_string();
            assert!(refused.contains(said), "{text}: {refused}");
        }
    }

    #[test]
    fn columns_that_are_not_taken_are_named_and_cells_beyond_the_head_are_a_fault() {
        let table = read_table("Code,name,Colour,,,name\na,A,red,,x,B\n").unwrap();
        assert_eq!(table.dropped, ["Colour", "column 5 without a name", "name"]);
        assert!(table.faults.is_empty() && read_table("code,name,\na,A,\n").unwrap().dropped.is_empty());
        let table = read_table("code,name,criticality\n\"a\n\",A,A\nb,B,Q,Hall, 2\n").unwrap();
        let lines: Vec<usize> = table.faults.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [4, 4], "{:?}", table.faults);
    }

    #[test]
    fn faults_of_all_kinds_are_told_together_and_what_hangs_on_a_wrong_line_is_not_one() {
        let table = read_table("code,name,parent\nb,,nowhere\nc,C,b\nd e,D,\nc,C,\nx,X,y\ny,Y,x\n").unwrap();
        let mut tree = Tree {
            known: BTreeMap::new(),
            parents: Parents::default(),
            first: BTreeMap::new(),
            wrong: BTreeSet::new(),
        };
        for line in &table.lines {
            tree.first.entry(key_of(&line.asset.code)).or_insert(line.line);
        }
        let mut told = Vec::new();
        for line in in_turn(table.lines) {
            told.extend(tree.put(&line).unwrap().into_iter().map(|fault| (line.line, fault)));
        }
        told.sort();
        let lines: Vec<usize> = told.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 2, 4, 5, 6], "{told:?}");
    }
}
