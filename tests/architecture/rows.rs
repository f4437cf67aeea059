//! Rows name the columns they read: `Selectable` beside `Queryable`, and so `.select(Row::as_select())`.

use super::source::{app_files, production_text};

/// What makes a field that does not fit its column an error at the struct, for each database.
const CHECK: &str = "#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]";

/// Rows whose fields are no columns, and why their expressions stand by position.
const BY_POSITION: &[(&str, &str)] =
    &[("SessionSums", "sums of a group, which are other expressions on each database")];

#[test]
fn rows_read_columns_by_name() {
    let (mut read, mut faults) = (Vec::new(), Vec::new());
    for file in app_files() {
        for row in rows(&production_text(&file)) {
            if !row.is_by_name && !is_by_position(&row.name) {
                let (file, name) = (file.display(), &row.name);
                faults.push(format!("{file}: derive Selectable for `{name}`, with its table and {CHECK}"));
            }
            read.push(row);
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(read.len() > 40, "found only {} rows", read.len());
    for (name, why) in BY_POSITION {
        let is_needed = read.iter().any(|row| row.name == *name && !row.is_by_name);
        assert!(is_needed, "no row `{name}` is read by position any more ({why})");
    }
}

fn is_by_position(name: &str) -> bool {
    BY_POSITION.iter().any(|(row, _)| *row == name)
}

/// A struct that derives `Queryable`.
struct Row {
    name: String,
    is_by_name: bool,
}

/// The rows of a text without comments.
fn rows(text: &str) -> Vec<Row> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let structs = lines.iter().enumerate().filter_map(|(at, line)| Some((at, struct_name(line)?)));
    structs
        .filter_map(|(at, name)| {
            let attributes = attributes_above(&lines[..at]);
            let derives = |word: &str| {
                let mut lists =
                    attributes.split("#[derive(").skip(1).filter_map(|rest| rest.split(')').next());
                lists.any(|list| list.split(|c: char| !c.is_alphanumeric()).any(|derived| derived == word))
            };
            let is_by_name = derives("Selectable") && attributes.contains(CHECK);
            derives("Queryable").then(|| Row { name: name.to_owned(), is_by_name })
        })
        .collect()
}

fn struct_name(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("struct ")?;
    let is_item = before.is_empty() || before.starts_with("pub");
    after.split(|c: char| !c.is_alphanumeric()).next().filter(|_| is_item)
}

/// The lines up to the end of the item before.
fn attributes_above(lines: &[&str]) -> String {
    let ends = |line: &&str| line.is_empty() || line.ends_with([';', '{', '}']);
    lines[lines.iter().rposition(ends).map_or(0, |end| end + 1)..].join("\n")
}

#[test]
fn a_row_without_names_or_without_the_check_is_found() {
    let text = format!(
        "#[derive(Clone, Queryable)]\nstruct Bare {{\n    id: i64,\n}}\n\
         #[derive(\n    Queryable,\n    Selectable,\n)]\n#[diesel(table_name = jobs)]\npub struct Unchecked;\n\
         #[derive(Queryable, Selectable)]\n{CHECK}\npub(super) struct Named(i64);\n\
         #[derive(QueryableByName)]\nstruct Raw;\n"
    );
    let found: Vec<(String, bool)> = rows(&text).into_iter().map(|row| (row.name, row.is_by_name)).collect();
    let found: Vec<(&str, bool)> =
        found.iter().map(|(name, is_by_name)| (name.as_str(), *is_by_name)).collect();
    assert_eq!(found, [("Bare", false), ("Unchecked", false), ("Named", true)]);
}
