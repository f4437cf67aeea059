//! A list of orders: each row becomes a draft of its own.

use foundation::{Error, Result};
use order_markdown::model::{
    AssetRef, Assignee, Block, Field, Kind, Order, OrderNumber, Plan, Priority, Status, When, limits,
};
use order_markdown::read::Taken;

use crate::days::{self, Said, Sequence};
use crate::meanings::Meaning;
use crate::names::{bare, is_column};
use crate::table::Row;
use crate::{MOST_ORDERS, Made, Sheet, words};

/// What an order can be called by.
const CALLED: [Meaning; 5] =
    [Meaning::Title, Meaning::Description, Meaning::Kind, Meaning::Asset, Meaning::Number];

/// The orders of the rows. The same row twice is two orders.
pub(crate) fn orders(sheet: &Sheet, new_id: &mut dyn FnMut() -> String) -> Result<Vec<Made>> {
    if !CALLED.iter().any(|meaning| sheet.meanings.contains(meaning)) {
        return Err(Error::invalid("file", "say which column has the titles of the orders"));
    }
    if sheet.rows().len() > MOST_ORDERS {
        let count = sheet.rows().len();
        let message =
            format!("The table has {count} orders; at most {MOST_ORDERS} are taken at once. Split it.");
        return Err(Error::TooLarge(message.into()));
    }
    let [due, created] = [Meaning::Due, Meaning::Created].map(|meaning| sequence(sheet, meaning));
    let mut made: Vec<Made> = Vec::new();
    for row in sheet.rows() {
        let source = source_of(sheet, row);
        let times = made.iter().filter(|it| it.source.starts_with(&source)).count();
        let source = if times == 0 { source } else { [source, format!("\n{times}").into_bytes()].concat() };
        let reader = Reader { sheet, row, due, created, fields: fields(sheet, row), not_taken: Vec::new() };
        made.push(reader.order(source, new_id)?);
    }
    if let Some(first) = made.first_mut().filter(|_| !sheet.meanings.contains(&Meaning::Title)) {
        let words = "no column has titles; each order is called by its type, its asset and its fault, else by its number";
        first.not_taken.insert(0, (sheet.table.line, words.to_owned()));
    }
    Ok(made)
}

/// What comes first in the days of a column; where it does not tell itself, other columns of nothing but days do.
fn sequence(sheet: &Sheet, meaning: Meaning) -> Option<Sequence> {
    let own = sheet.rows().iter().flat_map(|row| sheet.all(row, meaning)).map(|(_, value)| value);
    let table = &sheet.table;
    let others = (0..table.header.len()).filter(|at| table.said(*at).all(days::is_in_figures));
    days::sequence(own).or_else(|| days::sequence(others.flat_map(|at| table.said(at))))
}

fn fields(sheet: &Sheet, row: &Row) -> Vec<Field> {
    sheet.all(row, Meaning::Field).take(45).map(|(name, value)| field(name, value)).collect()
}

struct Reader<'a> {
    sheet: &'a Sheet,
    row: &'a Row,
    /// What comes first in days that are due.
    due: Option<Sequence>,
    created: Option<Sequence>,
    fields: Vec<Field>,
    not_taken: Vec<(usize, String)>,
}

impl<'a> Reader<'a> {
    fn order(mut self, source: Vec<u8>, new_id: &mut dyn FnMut() -> String) -> Result<Made> {
        let (number, status) = (self.number(), self.status());
        let mut plan = self.plan();
        plan.fill_ids(new_id);
        let mut order = Order::default();
        plan.put_into(&mut order);
        (order.number, order.status, order.created) = (number, status, self.created());
        order.assignee = self.line_of(Meaning::Assignee).map(|name| Assignee {
            account: None,
            kind: None,
            name,
            code: String::new(),
        });
        limits::check(&order)?;
        let not_taken = self.not_taken;
        Ok(Made { order, taken: Taken::default(), source, line: self.row.line, not_taken })
    }

    fn plan(&mut self) -> Plan {
        let (priority, due) = (self.priority(), self.due());
        let description = self.description();
        let title = self.title(&description);
        let mut document = vec![Block { level: 1, ..Block::of(Kind::Title, title.clone()) }];
        if !description.is_empty() {
            document.push(Block::of(Kind::Text, description));
        }
        Plan {
            title,
            order_type: self.line_of(Meaning::Kind).unwrap_or_default(),
            priority,
            due,
            asset: self.line_of(Meaning::Asset).map(|name| AssetRef { name, tag: String::new() }),
            fields: std::mem::take(&mut self.fields),
            document,
            ..Plan::default()
        }
    }

    fn said(&self, meaning: Meaning) -> &'a str {
        self.sheet.said(self.row, meaning)
    }

    fn line_of(&self, meaning: Meaning) -> Option<String> {
        Some(line(self.said(meaning))).filter(|it| !it.is_empty())
    }

    fn number(&mut self) -> OrderNumber {
        let said = self.said(Meaning::Number);
        OrderNumber::parse(said).unwrap_or_else(|| {
            if !said.is_empty() {
                self.fields.push(field("Reference", said));
            }
            OrderNumber::default()
        })
    }

    fn priority(&mut self) -> Priority {
        let said = self.said(Meaning::Priority);
        words::priority(said).unwrap_or_else(|| {
            self.unread(Meaning::Priority, said, "is no priority we know");
            Priority::default()
        })
    }

    fn status(&mut self) -> Status {
        let said = self.said(Meaning::Status);
        words::status(said).or_else(|| words::status_of_codes(said)).unwrap_or_else(|| {
            self.unread(Meaning::Status, said, "is no status we know");
            Status::default()
        })
    }

    fn due(&mut self) -> Option<When> {
        let said = self.said(Meaning::Due);
        if words::is_nothing(said) {
            return None;
        }
        match days::read(said, self.due) {
            Said::Day(day) => return Some(day),
            Said::Either => {
                self.unread(
                    Meaning::Due,
                    said,
                    "may have the day or the month first, and no other row tells",
                );
            }
            Said::Nothing => self.unread(Meaning::Due, said, "is no day we know"),
        }
        None
    }

    /// When it was made, says the file; what is no day stays as it is written.
    fn created(&self) -> When {
        let said = self.said(Meaning::Created);
        match days::read(said, self.created) {
            Said::Day(day) => day,
            Said::Either | Said::Nothing => When { raw: said.to_owned(), ..When::default() },
        }
    }

    fn unread(&mut self, meaning: Meaning, value: &str, why: &str) {
        if !value.is_empty() {
            let words = format!("\"{value}\" {why}; it is kept as the file's word");
            self.not_taken.push((self.row.line, words));
            self.fields.push(field(meaning.label().split(',').next().unwrap_or_default(), value));
        }
    }

    fn description(&self) -> String {
        let said = self.sheet.all(self.row, Meaning::Description).map(|(_, value)| value);
        said.collect::<Vec<_>>().join("\n\n")
    }

    fn title(&self, description: &str) -> String {
        let title =
            self.line_of(Meaning::Title).or_else(|| Some(line(description)).filter(|it| !it.is_empty()));
        let title = title.or_else(|| self.made_title()).or_else(|| self.line_of(Meaning::Number));
        title.unwrap_or_else(|| format!("Row {}", self.row.line))
    }

    /// `Calibration: Cooling fan (LOW_PRESSURE)`, or as much of it as the row says.
    fn made_title(&self) -> Option<String> {
        let named = |meaning| self.line_of(meaning).filter(|it| !words::is_nothing(it));
        let title = match (named(Meaning::Kind), named(Meaning::Asset)) {
            (Some(kind), Some(asset)) => Some(format!("{kind}: {asset}")),
            (kind, asset) => kind.or(asset),
        };
        let fault = self.fields.iter().find(|it| is_column("fault", &bare(&it.name)));
        let fault = fault.map(|it| line(&it.value)).filter(|it| !words::is_nothing(it));
        let title = match (title, fault) {
            (Some(title), Some(fault)) => Some(format!("{title} ({fault})")),
            (title, fault) => title.or(fault),
        };
        title.map(|title| line(&title))
    }
}

fn field(name: &str, value: &str) -> Field {
    Field { name: line(name), value: value.chars().take(1_000).collect() }
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}

/// The names of the columns and the cells, so that a row is named by what it says and not by where it stands.
fn source_of(sheet: &Sheet, row: &Row) -> Vec<u8> {
    let cells =
        sheet.table.header.iter().zip(&row.cells).map(|(name, cell)| format!("{name:?}:{:?}", cell.trim()));
    cells.collect::<Vec<_>>().join("\n").into_bytes()
}
