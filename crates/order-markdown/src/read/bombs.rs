//! Small files that once took the square or the cube of their length to read: what becomes of them. A file that takes
//! its square again is noticed by how long these tests run.

use super::*;
use crate::model::any::ids;

const MANY: usize = 20_000;

/// What is ticked in a text, each with its words.
fn boxes(text: &str) -> Vec<String> {
    let reading = read(text).unwrap();
    let items = reading.lines().filter(|(kind, _)| *kind == Kind::Item);
    items.map(|(_, line)| line.block.text.clone()).collect()
}

/// The text again, out of its blocks.
fn sources(text: &str) -> String {
    read(text).unwrap().lines().filter_map(|(_, line)| line.block.source.clone()).collect()
}

fn refused_line(text: &str) -> String {
    let Err(Error::Invalid(errors)) = read(text) else { panic!("taken") };
    errors.0.first().map(|fault| format!("{}: {}", fault.path, fault.message)).unwrap()
}

#[test]
fn each_of_many_boxes_on_a_line_is_a_box() {
    for (line, words) in
        [("[ ] ", ""), ("- [ ] ", "-"), ("a [ ] ", "a"), ("- [x] a (2026-01-01) ", "a (2026-01-01) -")]
    {
        let text = format!("- {}", line.repeat(MANY));
        let found = boxes(&text);
        assert_eq!(found.len(), MANY, "{line}");
        assert_eq!(found[MANY / 2], words, "{line}");
        assert_eq!(sources(&text), text, "{line}");
    }
}

#[test]
fn each_of_many_boxes_in_a_cell_is_a_box() {
    for (cell, words) in [("[ ] ", "x — b"), ("[ ] y ", "x — b — y"), ("y [ ] ", "x — b — y")] {
        let text = format!("| a | b |\n|---|---|\n| x | {}|\n", cell.repeat(MANY));
        let found = boxes(&text);
        assert_eq!((found.len(), found[MANY / 2].as_str()), (MANY, words), "{cell}");
        assert_eq!(sources(&text), text, "{cell}");
    }
}

#[test]
fn long_words_of_a_row_and_a_column_are_not_said_by_each_box() {
    let wide = "w".repeat(MANY);
    let row = format!("| a | b |\n|---|---|\n| {wide} | [ ] y [ ] z |\n");
    assert_eq!(boxes(&row), [format!("{wide} — b — y"), format!("{wide} — b — z")]);
    let row = format!("| a | b |\n|---|---|\n| {wide} | {}|\n", "[ ] y ".repeat(MANY));
    assert!(boxes(&row).iter().all(|text| text == "b — y"));
    let column = format!("| a | {wide} |\n|---|---|\n{}", "| x | [ ] y [ ] z |\n".repeat(MANY / 2));
    let found = boxes(&column);
    assert_eq!((found.len(), &found[0], &found[MANY - 1]), (MANY, &"x — y".into(), &"x — z".into()));
}

#[test]
fn each_line_with_a_box_is_a_box() {
    for (before, line, words) in [
        ("", "[ ] a\n", "a"),
        ("", "☐ a\n", "a"),
        ("- x\n", "  [ ] a\n", "a"),
        ("", "- [ ] `a`\n", "`a`"),
        ("", "[ ] `a`\n", "`a`"),
    ] {
        let text = format!("{before}{}", line.repeat(MANY));
        let found = boxes(&text);
        assert_eq!((found.len(), found[MANY / 2].as_str()), (MANY, words), "{line}");
        assert_eq!(sources(&text), text, "{line}");
    }
}

#[test]
fn many_paragraphs_headings_and_tabs_are_read() {
    let text = format!("{}- [ ] b\n", "a\n\n".repeat(MANY));
    assert_eq!(read(&text).unwrap().taken(), Taken { steps: 1, items: 1, ..Taken::default() });
    let text = format!("# T\n{}", "# Steps\n## a\n".repeat(MANY));
    assert_eq!(read(&text).unwrap().taken().steps, MANY);
    let text = "=== \"a\"\n\n- [ ] b\n\n".repeat(MANY);
    let taken = read(&text).unwrap().taken();
    assert_eq!((taken.steps, taken.items), (MANY, MANY));
    let text = "[a]: /b\n".repeat(MANY);
    assert_eq!(sources(&text), text);
}

#[test]
fn what_nests_too_deep_is_refused_by_its_line() {
    let why = "quotes and lists nested deeper than 64 cannot be read";
    for mark in [">", "> ", "- ", "1. ", "* + - "] {
        let deep = format!("# T\n\n- [ ] a\n\n{}a\n", mark.repeat(MANY));
        assert_eq!(refused_line(&deep), format!("line 5: {why}"), "{mark}");
    }
    let stairs: Vec<String> = (0..100).map(|level| format!("{}- [ ] a\n", "  ".repeat(level))).collect();
    assert_eq!(refused_line(&stairs.concat()), format!("line 65: {why}"));
    assert_eq!(boxes(&stairs[..64].concat()).len(), 64);
}

#[test]
fn a_file_of_far_too_many_blocks_is_no_order() {
    let reading = read(&"- [ ] a\n".repeat(3 * MANY)).unwrap();
    let Err(Error::Invalid(errors)) = reading.into_order(&mut ids("x")) else { panic!("taken") };
    assert_eq!(errors.get("document"), Some("60000 are too many: at most 20000"));
}

#[test]
fn what_nests_too_deep_is_one_block_where_nothing_can_be_refused() {
    let text = format!("# T\n\n{}\n\n- [ ] a\n", ">".repeat(MANY));
    let blocks = blocks_of(&text).blocks;
    assert_eq!(blocks.len(), 1);
    assert_eq!(blocks[0].source.as_deref(), Some(text.as_str()));
}

#[test]
fn a_rule_as_long_as_a_page_is_no_list() {
    let text = format!("# T\n\n{}\n\n- [ ] a\n", "- ".repeat(200));
    let order = read(&text).unwrap().into_order(&mut ids("x")).unwrap();
    assert_eq!(crate::write::write(&order), text);
}
