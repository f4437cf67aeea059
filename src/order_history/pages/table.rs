//! GET `/work-orders/{number}/history.csv`: the lines that were asked for as a table, in UTC. That they were handed out is recorded.

use actix_web::web::{self, Data, Path};

use super::Record;
use crate::bundle::actions::hand_out;
use crate::bundle::events::Form;
use crate::order_history::happening::Happening;
use crate::order_history::trail::Query;
use crate::state::App;
use crate::web::{Principal, WebResult, csv};

/// Lines of one file; what there is beyond is asked for by another span of time.
const LINES: usize = 10_000;

/// The names of the columns.
const HEAD: [&str; 10] =
    ["entry", "at", "who", "kind", "part", "what", "before", "after", "reason", "claimed_only"];

/// The file, narrowed as the history itself.
pub(in crate::order_history) async fn show(
    app: Data<App>,
    who: Principal,
    number: Path<String>,
    query: web::Query<Query>,
) -> WebResult {
    let record = Record::read(&app, &who, &number, &query).await?;
    let trail = record.trail(&query, LINES)?;
    hand_out(&app, &who, &record.order.id, Form::History).await?;
    let table = csv::table(&HEAD, trail.lines.iter().map(cells))?;
    Ok(csv::download(&format!("{}-history.csv", record.order.number), table))
}

fn cells(it: &Happening) -> Vec<String> {
    // Of a change of several things each says its own values.
    let what = if it.told.each.is_empty() { it.told.what.clone() } else { it.told.each.join("\n") };
    vec![
        it.seq.to_string(),
        it.at.clone(),
        it.who.clone(),
        it.stored.clone(),
        it.place.clone(),
        what,
        it.told.old.clone(),
        it.told.new.clone(),
        it.told.reason.clone(),
        if it.told.is_claimed { "yes".to_owned() } else { String::new() },
    ]
}
