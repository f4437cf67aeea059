//! A whole list of assets from a file: all of it, or nothing with the lines that are wrong.

use crate::assets::decide::{DEPTH, MOST};
use crate::assets::model::{Criticality, Facts};
use crate::assets::reads;
use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, FieldErrors, Result};
use crate::state::App;

use super::create::{NewAsset, write_one};

/// One line of a file: its number, and the asset that it says.
#[derive(Clone, Debug)]
pub struct Line {
    pub line: usize,
    pub asset: NewAsset,
}

/// Columns that a file may have; the first two must be there.
const COLUMNS: [&str; 10] =
    ["code", "name", "parent", "criticality", "kind", "place", "maker", "model", "serial", "notes"];

/// Faults that are told at once.
const FAULTS: usize = 100;

/// Makes all of them, parents before their parts; gives how many.
pub async fn import(app: &App, asker: &Asker, text: &str) -> Result<usize> {
    asker.must(Action::KeepAssets)?;
    let (ledger, project, lines) = (app.ledger.clone(), asker.project, read_lines(text)?);
    let write = move |tx: &mut Tx<'_>| {
        super::take_turn(tx, project)?;
        let mut errors = FieldErrors::default();
        let (count, mut parents) = (lines.len(), reads::parents(tx.conn, project)?);
        for Line { line, asset } in lines {
            if errors.0.len() >= FAULTS {
                break;
            }
            match write_one(tx, &ledger, project, &mut parents, asset) {
                Ok(_) => {}
                Err(Error::Invalid(faults)) => {
                    faults
                        .0
                        .iter()
                        .for_each(|fault| errors.add("file", format!("line {line}: {}", fault.message)));
                }
                Err(other) => return Err(other),
            }
        }
        // What was written before a fault goes with the transaction.
        errors.into_result().map(|()| count)
    };
    app.db.write(&asker.actor, write).await
}

/// The lines of a table with a head, in the order in which each comes behind the one that it is a part of.
fn read_lines(text: &str) -> Result<Vec<Line>> {
    let rows = rows(text.trim_start_matches('\u{feff}'));
    // A line for the head.
    if rows.len() > MOST + 1 {
        return Err(Error::invalid(
            "file",
            format!("a project has {MOST} assets at most; this table has more lines"),
        ));
    }
    let mut rows = rows.into_iter();
    let head = rows.next().map(|(_, cells)| cells).unwrap_or_default();
    let head: Vec<String> = head.iter().map(|cell| cell.trim().to_lowercase()).collect();
    if !head.iter().any(|it| it == "code") || !head.iter().any(|it| it == "name") {
        let message =
            format!("the first line names the columns: {}; code and name must be there", COLUMNS.join(", "));
        return Err(Error::invalid("file", message));
    }
    let mut errors = FieldErrors::default();
    let mut lines = Vec::new();
    for (line, cells) in rows.filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty())) {
        match asset_of(&head, &cells) {
            Some(asset) => lines.push(Line { line, asset }),
            None => errors.add("file", format!("line {line}: the criticality is A, B or C")),
        }
    }
    if lines.is_empty() && errors.0.is_empty() {
        errors.add("file", "no line of the file says an asset");
    }
    errors.into_result().map(|()| in_turn(lines))
}

/// What a line says; none where its criticality is no letter of ours.
fn asset_of(head: &[String], cells: &[String]) -> Option<NewAsset> {
    let cell = |name: &str| {
        let place = head.iter().position(|it| it == name);
        place.and_then(|place| cells.get(place)).map_or("", |cell| cell.trim()).to_owned()
    };
    let letter = cell("criticality");
    let criticality = if letter.is_empty() { Criticality::default() } else { Criticality::read(&letter)? };
    let facts = Facts {
        name: cell("name"),
        criticality,
        kind: cell("kind"),
        place: cell("place"),
        maker: cell("maker"),
        model: cell("model"),
        serial: cell("serial"),
        notes: cell("notes"),
    };
    Some(NewAsset { code: cell("code"), facts, parent: cell("parent") })
}

/// Parents first; what is a part of nothing in the file keeps its place. What stands deeper than a tree goes, or in a circle, comes
/// last: each of those lines is refused when it is written.
fn in_turn(mut left: Vec<Line>) -> Vec<Line> {
    let mut sorted: Vec<Line> = Vec::with_capacity(left.len());
    for _ in 0..=DEPTH {
        let waiting: std::collections::BTreeSet<String> =
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
        let lines = read_lines(text).unwrap();
        let told: Vec<(usize, &str)> = lines.iter().map(|it| (it.line, it.asset.code.as_str())).collect();
        assert_eq!(told, [(3, "a"), (2, "b"), (4, "c")]);
        assert_eq!(lines[1].asset.facts.name, "Hall; 2");
        let circle = read_lines("code,name,parent\na,A,b\nb,B,a\n").unwrap();
        assert_eq!(circle.len(), 2);
    }

    #[test]
    fn a_chain_told_from_its_end_and_a_table_that_is_too_long_take_no_time() {
        let line = |i: usize| format!("c{i},C,c{}\n", i + 1);
        let chain = |count: usize| format!("code,name,parent\n{}", (0..count).map(line).collect::<String>());
        let lines = read_lines(&chain(MOST)).unwrap();
        assert_eq!((lines.len(), lines[0].asset.code.as_str()), (MOST, format!("c{}", MOST - 1).as_str()));
        let refused = read_lines(&chain(MOST + 1)).unwrap_err().to_string();
        assert!(refused.contains("at most"), "{refused}");
    }

    #[test]
    fn faults_name_their_lines() {
        for (text, said) in [
            ("", "names the columns"),
            ("name\nx\n", "names the columns"),
            ("code,name\n\n", "no line"),
            ("code,name,criticality\na,A,Z\n", "line 2"),
            ("code,name,criticality\n\"a\n\",A,A\nb,B,Q\n", "line 4"),
        ] {
            let refused = read_lines(text).unwrap_err().to_string();
            assert!(refused.contains(said), "{text}: {refused}");
        }
    }
}
