//! GET `/work-orders/{number}/history.csv`: the lines that were asked for as a table, in UTC. That they were handed out is recorded.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{self, Data, Path};

use super::Record;
use crate::bundle::actions::hand_out;
use crate::bundle::events::Form;
use crate::order_history::happening::Happening;
use crate::order_history::trail::Query;
use crate::state::App;
use crate::web::csv::cell;
use crate::web::{Principal, WebResult};

/// Lines of one file; what there is beyond is asked for by another span of time.
const LINES: usize = 10_000;

/// The names of the columns.
const HEAD: &str = "entry,at,who,kind,part,what,before,after,reason,claimed_only\r\n";

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
    let name = format!("attachment; filename=\"{}-history.csv\"", record.order.number);
    let lines: String = trail.lines.iter().map(line).collect();
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CONTENT_DISPOSITION, name))
        .body(format!("{HEAD}{lines}")))
}

fn line(it: &Happening) -> String {
    let seq = it.seq.to_string();
    let (old, new) = (it.told.old.as_str(), it.told.new.as_str());
    // Of a change of several things each says its own values.
    let what = if it.told.each.is_empty() { it.told.what.clone() } else { it.told.each.join("\n") };
    let claimed = if it.told.is_claimed { "yes" } else { "" };
    let cells: [&str; 10] =
        [&seq, &it.at, &it.who, &it.stored, &it.place, &what, old, new, &it.told.reason, claimed];
    cells.map(cell).join(",") + "\r\n"
}
