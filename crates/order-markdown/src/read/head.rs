//! The head of a file: front matter, a table of fields, lines of bold labels.

use super::words::field_of;
use crate::model::{AssetRef, Assignee, Field, OrderNumber, Priority, Status, When};

/// More labels than anybody reads as fields: the rest stays in the document alone.
const MOST_FIELDS: usize = 45;

/// What the head of a file says. Nothing of it is more than the file's word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub title: Option<String>,
    pub number: Option<OrderNumber>,
    pub order_type: String,
    pub priority: Priority,
    pub status: Option<Status>,
    pub created: Option<When>,
    pub due: Option<When>,
    pub assignee: Option<Assignee>,
    pub asset: Option<AssetRef>,
    /// Fields without a place of their own, and fields whose word nobody knows.
    pub fields: Vec<Field>,
    /// What could not be read, each with its line.
    pub faults: Vec<(usize, String)>,
    seen: Vec<&'static str>,
}

impl Head {
    /// Takes front matter: `key: value` or `key = "value"`, one a line; comments and nested values are left.
    pub fn take_front(&mut self, plain: &str, line: usize) {
        let lines: Vec<&str> = plain.lines().collect();
        for (at, text) in lines.iter().enumerate() {
            let is_flat = !text.starts_with([' ', '\t', '#', '-', '[']);
            let pair = text.split_once(':').or_else(|| text.split_once('='));
            let Some((key, value)) = pair.filter(|_| is_flat) else { continue };
            let below = lines.get(at + 1..).unwrap_or_default();
            let value =
                yaml_block(value.trim(), below).unwrap_or_else(|| yaml_value(value.trim()).to_owned());
            if !value.is_empty() {
                self.take(key.trim(), &value, line + 1 + at);
            }
        }
    }

    /// Takes the rows of a table, if it is a table of fields: two columns, and a label we know.
    pub fn take_table(&mut self, shown: &str, line: usize, is_named: bool) -> bool {
        let rows: Vec<(usize, Vec<String>)> =
            (line..).zip(shown.lines()).map(|(n, row)| (n, texts(row))).collect();
        let labels = rows.iter().filter_map(|(_, cells)| cells.first());
        let known = labels.filter(|label| field_of(label).is_some()).count();
        if rows.iter().any(|(_, cells)| cells.len() != 2) || (known == 0 && !is_named) {
            return false;
        }
        for (at, (number, cells)) in rows.iter().enumerate() {
            let [label, value] = cells.as_slice() else { continue };
            let is_rule = label.chars().all(|c| matches!(c, '-' | ':' | ' ')) && at == 1;
            let is_title = at == 0 && field_of(value).is_none() && field_of(label).is_none();
            let is_label = at == 0 && label.eq_ignore_ascii_case("field");
            if !is_rule && !is_title && !is_label {
                self.take(label, value, *number);
            }
        }
        true
    }

    /// Takes lines of the form `**Label:** value`, if every line of the text is one and a label is known.
    pub fn take_lines(&mut self, text: &str, line: usize) -> bool {
        let pairs: Option<Vec<(&str, &str)>> = text.lines().map(labelled).collect();
        let Some(pairs) = pairs.filter(|pairs| pairs.iter().any(|(label, _)| field_of(label).is_some()))
        else {
            return false;
        };
        for (number, (label, value)) in (line..).zip(pairs) {
            self.take(label, value, number);
        }
        true
    }

    fn take(&mut self, label: &str, value: &str, line: usize) {
        let known = field_of(label).filter(|field| !self.seen.contains(field));
        if let Some(field) = known {
            self.seen.push(field);
            if self.take_known(field, value, line) {
                return;
            }
        }
        if self.fields.len() < MOST_FIELDS {
            self.fields.push(Field { name: label.to_owned(), value: value.to_owned() });
        }
    }

    /// Whether the value could be read.
    fn take_known(&mut self, field: &str, value: &str, line: usize) -> bool {
        match field {
            "title" => self.title = Some(value.to_owned()),
            "number" if value.is_empty() => {}
            "number" => match OrderNumber::parse(value) {
                Some(number) => self.number = Some(number),
                None => return false,
            },
            "type" => value.clone_into(&mut self.order_type),
            "priority" => match Priority::read(value) {
                Some(priority) => self.priority = priority,
                None => return self.unknown(line, value, "priority"),
            },
            "status" => match Status::read(value) {
                Some(status) => self.status = Some(status),
                None => return self.unknown(line, value, "status"),
            },
            "created" => self.created = Some(When::read(value)),
            "due" => self.due = (!is_nothing(value)).then(|| When::read(value)),
            "assignee" => {
                self.assignee =
                    read_named(value).map(|(name, code)| Assignee { account: None, kind: None, name, code });
            }
            _ => self.asset = read_named(value).map(|(name, tag)| AssetRef { name, tag }),
        }
        true
    }

    fn unknown(&mut self, line: usize, value: &str, what: &str) -> bool {
        if !is_nothing(value) {
            self.faults
                .push((line, format!("\"{value}\" is no {what} we know; it is kept as the file's word")));
        }
        false
    }
}

/// The text that `key: |` or `key: >-` announces: the indented lines below it, joined where they are folded.
fn yaml_block(mark: &str, below: &[&str]) -> Option<String> {
    let is_folded = mark.starts_with('>');
    let is_mark = mark.starts_with(['|', '>'])
        && mark.get(1..).is_some_and(|rest| rest.trim_matches(['+', '-']).is_empty());
    let lines = below.iter().take_while(|line| line.trim().is_empty() || line.starts_with([' ', '\t']));
    let lines: Vec<&str> = lines.map(|line| line.trim()).collect();
    is_mark.then(|| lines.join(if is_folded { " " } else { "\n" }).trim().to_owned())
}

/// A value of front matter without its quotes and without a comment behind it.
fn yaml_value(value: &str) -> &str {
    let quoted = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inside = quoted.and_then(|quote| value.get(1..)?.split_once(quote)).map(|(inside, _)| inside);
    inside.unwrap_or_else(|| value.split_once(" #").map_or(value, |(before, _)| before)).trim()
}

/// The cells of a row without stars and colons around labels.
fn texts(row: &str) -> Vec<String> {
    let cells = super::rows::cells(row).into_iter().map(|(_, cell)| cell.replace("\\|", "|"));
    let mut cells: Vec<String> = cells.collect();
    if let Some(label) = cells.first_mut() {
        *label = label.trim_matches(['*', '_', ' ']).trim_end_matches([':', '：']).trim().to_owned();
    }
    cells
}

fn labelled(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_start_matches(['-', '*', '+']).trim_start();
    let line = line.strip_suffix('\\').unwrap_or(line);
    let (label, value) = line.trim_start_matches('*').split_once("**")?;
    let has_colon = label.ends_with([':', '：']) || value.trim_start().starts_with([':', '：']);
    let value = value.trim().trim_start_matches([':', '：']).trim();
    has_colon.then(|| (label.trim_end_matches([':', '：']).trim(), value))
}

fn is_nothing(value: &str) -> bool {
    let value = value.trim().to_lowercase();
    ["", "-", "–", "—", "unassigned", "none", "n/a", "tbd", "todo", "?"].contains(&value.as_str())
        || value.starts_with(['<', '[', '{', '_'])
}

fn read_named(value: &str) -> Option<(String, String)> {
    let (name, code) = super::signs::cut_code(value);
    (!is_nothing(&name) || !code.is_empty()).then_some((name, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_read_and_its_comments_are_not() {
        let mut head = Head::default();
        head.take_front("title: \"Boiler\" # for now\n# to be filled in\nowner: Ada (USR-1)\ntags:\n  - x\npriority: purple\n", 1);
        assert_eq!(head.title.as_deref(), Some("Boiler"));
        assert_eq!(head.assignee.unwrap().code, "USR-1");
        assert_eq!(head.faults.len(), 1);
        assert_eq!(head.fields, [Field { name: "priority".into(), value: "purple".into() }]);
        let mut head = Head::default();
        head.take_front("about: |-\n  one\n  two\nwhy: >\n  three\n  four\nby: >= 5\n", 1);
        let told: Vec<&str> = head.fields.iter().map(|field| field.value.as_str()).collect();
        assert_eq!(told, ["one\ntwo", "three four", ">= 5"]);
    }

    #[test]
    fn a_file_of_many_labels_is_taken_with_the_first_of_them_as_fields() {
        let lines: Vec<String> = (0..130).map(|at| format!("- **Machine {at}:** fine")).collect();
        let text = format!("- **Status:** done\n{}\n", lines.join("\n"));
        let mut head = Head::default();
        assert!(head.take_lines(text.trim(), 1));
        assert_eq!((head.fields.len(), head.status), (MOST_FIELDS, Some(Status::Completed)));
    }

    #[test]
    fn a_table_of_three_columns_is_no_head() {
        let mut head = Head::default();
        assert!(!head.take_table("| Tool | Size | Quantity |\n|---|---|---|\n| a | b | c |", 1, false));
        assert!(!head.take_table("| Bolt | Torque |\n|---|---|\n| M8 | 25 |", 1, false));
        assert!(head.take_table(
            "| Field | Value |\n|---|---|\n| **Status** | DRAFT |\n| Shift | night |",
            1,
            false
        ));
        assert_eq!(head.status, Some(Status::Draft));
        assert_eq!(head.fields.len(), 1);
    }
}
