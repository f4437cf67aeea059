//! An order as JSON, for programs, with the same right as the page.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Query;
use serde_json::{Value, json};

use super::act::Act;
use crate::bundle::actions::hand_out;
use crate::bundle::events::Form;
use crate::foundation::{Error, Timestamp};
use crate::ledger::Event;
use crate::web::{WebResult, read_moment};
use crate::work_orders::model::Queued;

/// Names under which an order holds moments, as microseconds.
const MOMENTS: [&str; 8] = ["at", "since", "from", "until", "claimed", "sent", "received", "seen"];

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

#[cfg(test)]
mod tests {
    use super::*;

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
