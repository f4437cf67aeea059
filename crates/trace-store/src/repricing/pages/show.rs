//! GET /prices/{id}: one price, what it computed, and its content as JSON.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::foundation::money::NanoDollars;
use crate::foundation::{Error, Result};
use crate::repricing::reads;
use crate::repricing::reads::PricedCall;
use crate::state::App;
use crate::web::page::show as answer;
use crate::web::{Principal, Shell, WebResult, format};
use prices::model::PriceRow;

use super::lines::{PriceView, line, standings};
use super::may_change;

/// Calls shown.
const MOST_CALLS: i64 = 20;

#[derive(Template)]
#[template(path = "prices/show.html")]
struct ShowPage {
    shell: Shell,
    line: PriceView,
    names: Vec<String>,
    pattern: Option<String>,
    json: String,
    count: String,
    calls: Vec<CallView>,
    can_change: bool,
}

/// A call as shown.
struct CallView {
    trace: String,
    observation: String,
    name: String,
    model: String,
    cost: String,
    when: Option<format::Time>,
}

/// GET /prices/{id}
pub(super) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    id: Path<String>,
) -> WebResult {
    let (project, id) = (who.project, id.into_inner().replace('\0', ""));
    let read = move |conn: &mut _| {
        let rows = reads::all(conn, project)?;
        let found = rows.iter().position(|row| row.id == id);
        let place = found.ok_or_else(|| Error::not_found("the price"))?;
        let labels = reads::labels(conn, project)?;
        let calls = reads::priced_by(conn, project, &id, MOST_CALLS)?;
        Ok((rows, place, labels, calls))
    };
    let (rows, place, labels, (count, calls)) = app.db.read(read).await?;
    let now = app.now();
    let Some((row, standing)) = rows.iter().zip(standings(&rows, now)).nth(place) else {
        return Err(Error::not_found("the price").into());
    };
    let label = labels.get(&(row.is_own, row.version)).map_or("", String::as_str);
    let page = ShowPage {
        shell: Shell::of(&request, format!("Price of {}", row.price.model), "prices").in_shop_style(),
        line: line(row, standing, label),
        names: row.price.names.clone(),
        pattern: row.price.pattern.clone(),
        json: json(row)?,
        count: format::number(count),
        calls: calls.into_iter().map(|call| call_line(call, now)).collect(),
        can_change: may_change(&who),
    };
    answer(&page)
}

fn json(row: &PriceRow) -> Result<String> {
    Ok(serde_json::to_string_pretty(&row.price)?)
}

fn call_line(call: PricedCall, now: foundation::Timestamp) -> CallView {
    CallView {
        name: call.name.unwrap_or_else(|| "no name".to_owned()),
        model: call.model.unwrap_or_default(),
        cost: NanoDollars(call.cost_nanos.unwrap_or_default()).to_string(),
        when: call.start_at.map(|at| format::Time::new(at, now)),
        trace: call.trace_id,
        observation: call.observation_id,
    }
}
