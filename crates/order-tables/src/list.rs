//! A list of orders: each row becomes a draft of its own.

use foundation::{Error, Result};
use order_markdown::model::{AssetRef, Assignee, Block, Field, Kind, Order, OrderNumber, Plan, When, limits};
use order_markdown::read::Taken;

use crate::meanings::Meaning;
use crate::table::Row;
use crate::{MOST_ORDERS, Made, Sheet, words};

/// The orders of the rows. The same row twice is two orders.
pub(crate) fn orders(sheet: &Sheet, new_id: &mut dyn FnMut() -> String) -> Result<Vec<Made>> {
    if !sheet.meanings.contains(&Meaning::Title) {
        return Err(Error::invalid("file", "say which column has the titles of the orders"));
    }
    if sheet.rows().len() > MOST_ORDERS {
        let count = sheet.rows().len();
        let message =
            format!("The table has {count} orders; at most {MOST_ORDERS} are taken at once. Split it.");
        return Err(Error::TooLarge(message.into()));
    }
    let mut made: Vec<Made> = Vec::new();
    for row in sheet.rows() {
        let source = source_of(sheet, row);
        let times = made.iter().filter(|it| it.source.starts_with(&source)).count();
        let source = if times == 0 { source } else { [source, format!("\n{times}").into_bytes()].concat() };
        made.push(order(sheet, row, source, new_id)?);
    }
    Ok(made)
}

fn order(sheet: &Sheet, row: &Row, source: Vec<u8>, new_id: &mut dyn FnMut() -> String) -> Result<Made> {
    let said = |meaning| sheet.said(row, meaning);
    let mut not_taken = Vec::new();
    let mut fields: Vec<Field> =
        sheet.all(row, Meaning::Field).take(45).map(|(name, value)| field(name, value)).collect();
    let mut unread = |meaning: Meaning, value: &str, what: &str| {
        if !value.is_empty() {
            not_taken
                .push((row.line, format!("\"{value}\" is no {what} we know; it is kept as the file's word")));
            fields.push(field(meaning.label().split(',').next().unwrap_or_default(), value));
        }
    };
    let priority = words::priority(said(Meaning::Priority));
    if priority.is_none() {
        unread(Meaning::Priority, said(Meaning::Priority), "priority");
    }
    let status = said(Meaning::Status);
    let status = words::status(status).or_else(|| words::status_of_codes(status));
    if status.is_none() {
        unread(Meaning::Status, said(Meaning::Status), "status");
    }
    let due = Some(said(Meaning::Due)).filter(|it| !it.is_empty()).map(When::read);
    let due = match due {
        Some(due) if due.from.is_none() => {
            unread(Meaning::Due, &due.raw, "day");
            None
        }
        due => due,
    };
    let number = OrderNumber::parse(said(Meaning::Number));
    if number.is_none() && !said(Meaning::Number).is_empty() {
        fields.push(field("Reference", said(Meaning::Number)));
    }
    let title = line(said(Meaning::Title));
    let description =
        sheet.all(row, Meaning::Description).map(|(_, value)| value).collect::<Vec<_>>().join("\n\n");
    let title = if title.is_empty() { line(&description) } else { title };
    let title = if title.is_empty() { format!("Row {}", row.line) } else { title };
    let mut document = vec![Block { level: 1, ..Block::of(Kind::Title, title.clone()) }];
    if !description.is_empty() {
        document.push(Block::of(Kind::Text, description));
    }
    let mut plan = Plan {
        title,
        order_type: line(said(Meaning::Kind)),
        priority: priority.unwrap_or_default(),
        due,
        asset: Some(said(Meaning::Asset))
            .filter(|it| !it.is_empty())
            .map(|name| AssetRef { name: line(name), tag: String::new() }),
        fields,
        document,
        ..Plan::default()
    };
    plan.fill_ids(new_id);
    let mut order = Order::default();
    plan.put_into(&mut order);
    order.number = number.unwrap_or_default();
    order.status = status.unwrap_or_default();
    order.created =
        Some(said(Meaning::Created)).filter(|it| !it.is_empty()).map(When::read).unwrap_or_default();
    order.assignee = Some(said(Meaning::Assignee)).filter(|it| !it.is_empty()).map(|name| Assignee {
        account: None,
        kind: None,
        name: line(name),
        code: String::new(),
    });
    limits::check(&order)?;
    Ok(Made { order, taken: Taken::default(), source, line: row.line, not_taken })
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
