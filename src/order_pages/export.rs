//! An order as JSON, and the list of orders as CSV: for programs and for tables, with the same right as the pages.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Data, Query};
use serde_json::{Value, json};

use super::act::Act;
use super::list::filter_of;
use crate::bundle::actions::hand_out;
use crate::bundle::events::Form;
use crate::foundation::{Error, Result, Timestamp};
use crate::ledger::Event;
use crate::state::App;
use crate::web::{Principal, WebResult, read_moment};
use crate::work_orders::model::Queued;
use crate::work_orders::reads::{self, OrderRow};

/// Rows of one file; the list says so where there are more.
const ROWS: i64 = 10_000;

/// Names under which an order holds moments, as microseconds.
const MOMENTS: [&str; 7] = ["at", "since", "from", "until", "claimed", "sent", "received"];

/// GET `/work-orders/{number}.json`: the whole order as it is folded; `?as_of=` looks back. Times are UTC with their offset.
pub async fn json(act: Act, query: Query<BTreeMap<String, String>>) -> WebResult {
    let as_of = query.get("as_of").filter(|text| !text.is_empty());
    let as_of = as_of.map(|text| read_moment("as_of", text)).transpose()?;
    let view = act.view(as_of).await?;
    hand_out(&act.orders.app, &act.who, &view.order.id, Form::Json).await?;
    let mut whole = serde_json::to_value(&view.order).map_err(Error::from)?;
    let (kept, signatures) = (kept_by_devices(&view.events), &view.order.signatures);
    if let Some(fields) = whole.as_object_mut() {
        let signatures = serde_json::to_value(signatures).map_err(Error::from)?;
        fields.insert("signatures".to_owned(), signatures);
        if !kept.is_empty() {
            fields.insert("kept_by_devices".to_owned(), kept.into());
        }
    }
    let order = view.order;
    write_moments(&mut whole);
    let name = format!("attachment; filename=\"{}.json\"", order.number);
    Ok(HttpResponse::Ok().insert_header((CONTENT_DISPOSITION, name)).json(whole))
}

/// What devices claim about events that they kept without a network, with when each was received.
fn kept_by_devices(events: &[Event]) -> Vec<Value> {
    let kept = |event: &Event| {
        let Queued { entry, claimed, sent } = Queued::of(&event.body.as_ref()?.data)?;
        let received = event.at;
        Some(
            json!({ "event": event.id, "entry": entry, "claimed": claimed, "sent": sent, "received": received }),
        )
    };
    events.iter().filter_map(kept).collect()
}

/// Puts `2026-11-21T09:30:00.000000Z` in the place of microseconds.
fn write_moments(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                match field.as_i64().filter(|_| MOMENTS.contains(&name.as_str())) {
                    Some(micros) => *field = Timestamp(micros).to_rfc3339().into(),
                    None => write_moments(field),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(write_moments),
        _ => {}
    }
}

/// GET `/work-orders.csv`: the list with the filters of its page, the one that changed last first.
pub async fn csv(app: Data<App>, who: Principal, query: Query<BTreeMap<String, String>>) -> WebResult {
    let (now, project) = (app.now(), who.project);
    let filter = filter_of(&query, &who, now)?;
    let rows = app.db.read(move |conn| reads::list(conn, project, &filter, None, ROWS)).await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"work-orders.csv\""))
        .body(table(&rows)?))
}

fn table(rows: &[OrderRow]) -> Result<String> {
    let mut text = String::from(
        "number,title,type,status,priority,assignee,assignee_code,asset,asset_tag,due,created,changed,steps_done,steps,items_done,items,\
         steps_failed\r\n",
    );
    for row in rows {
        let due = row.due_at.map(Timestamp::to_rfc3339).unwrap_or_default();
        let (created, changed) = (row.created_at.to_rfc3339(), row.updated_at.to_rfc3339());
        let words = [
            &row.number,
            &row.title,
            &row.order_type,
            row.status().as_str(),
            row.priority().as_str(),
            &row.assignee_name,
            &row.assignee_code,
            &row.asset_name,
            &row.asset_tag,
            &due,
            &created,
            &changed,
        ];
        let cells: Vec<String> = words.iter().map(|word| cell(word)).collect();
        let counts = [row.steps_done, row.steps, row.items_done, row.items, row.steps_failed];
        let counts: Vec<String> = counts.iter().map(i64::to_string).collect();
        let line = write!(text, "{},{}\r\n", cells.join(","), counts.join(","));
        line.map_err(Error::internal)?;
    }
    Ok(text)
}

/// A cell of RFC 4180. What a spreadsheet would compute is text.
fn cell(text: &str) -> String {
    let computes = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if computes { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be_and_compute_nothing() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a, \"b\"", "\"a, \"\"b\"\"\""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(cell(text), expected, "{text}");
        }
    }

    #[test]
    fn moments_are_written_and_words_of_the_same_name_stay() {
        let mut value =
            serde_json::json!({ "at": 0, "from": "draft", "list": [{ "since": 1_000_000 }], "minutes": 5 });
        write_moments(&mut value);
        let expected = serde_json::json!({ "at": "1970-01-01T00:00:00.000000Z", "from": "draft",
            "list": [{ "since": "1970-01-01T00:00:01.000000Z" }], "minutes": 5 });
        assert_eq!(value, expected);
    }
}
