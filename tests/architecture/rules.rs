//! `docs/rules.md` held against the source: every rule has its row, what a row names is there, and every test of a rule has a row.

use std::collections::BTreeSet;
use std::fs;

use super::source::root;

/// The rules that are tested one by one.
const RULES: [std::ops::RangeInclusive<u32>; 2] = [1..=32, 37..=41];

struct Row {
    rule: u32,
    kept_in: String,
    test: String,
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(root().join("docs/rules.md")).unwrap();
    let lines = text.lines().filter(|line| line.starts_with("| R"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        assert_eq!(cells.len(), 4, "{line}");
        let (kept_in, test) = (cells[2].to_owned(), cells[3].to_owned());
        Row { rule: cells[0][1..].parse().unwrap(), kept_in, test }
    };
    lines.map(row).collect()
}

/// What stands in backticks.
fn named(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn every_rule_has_one_row_that_names_its_test_or_says_what_is_missing() {
    let rows = rows();
    let rules: Vec<u32> = rows.iter().map(|row| row.rule).collect();
    assert_eq!(rules, RULES.into_iter().flatten().collect::<Vec<u32>>());
    for row in &rows {
        let own = format!("r{:02}_", row.rule);
        let is_missing = row.test.to_lowercase().contains("not built yet");
        assert!(
            named(&row.test).any(|name| name.starts_with(&own)) || is_missing,
            "R{}: no test and no word on what is missing",
            row.rule
        );
    }
}

#[test]
fn what_a_row_names_is_there() {
    let mut faults = Vec::new();
    for row in rows() {
        let paths = named(&row.kept_in).chain(named(&row.test).filter(|name| name.contains('/')));
        let gone = paths.filter(|path| !root().join(path).exists());
        faults.extend(gone.map(|path| format!("R{}: there is no {path}", row.rule)));
        // A test stands in the file named before it.
        let mut file = "";
        for name in named(&row.test) {
            if name.contains('/') {
                file = name;
            } else if let Ok(text) = fs::read_to_string(root().join(file))
                && !text.contains(&format!("async fn {name}("))
            {
                faults.push(format!("R{}: {file} has no test {name}", row.rule));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_test_of_a_rule_is_in_the_table() {
    let rows = rows();
    let told: BTreeSet<&str> = rows.iter().flat_map(|row| named(&row.test)).collect();
    let folder = fs::read_dir(root().join("tests/it/rules")).unwrap();
    let text: String = folder.map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    let tests = text.split("async fn ").skip(1).filter_map(|rest| rest.split('(').next());
    let is_of_a_rule = |name: &&str| {
        let mut chars = name.chars();
        chars.next() == Some('r') && chars.next().is_some_and(|c| c.is_ascii_digit())
    };
    let untold: Vec<&str> = tests.filter(is_of_a_rule).filter(|name| !told.contains(name)).collect();
    assert!(untold.is_empty(), "not in docs/rules.md: {untold:?}");
}
