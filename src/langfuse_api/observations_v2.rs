//! `GET /api/public/v2/observations`: a walk over observations by cursor, with the fields asked for.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::db::AnyConnection;
use crate::foundation::{Result, Timestamp};
use crate::state::App;
use crate::traces::reads::{self, ObservationFull, Pieces, Position, TraceFull};
use crate::web::KeyHolder;

use super::filter::Selection;
use super::load;
use super::observation_v2_view::{Fields, view};
use super::observations::{passing, selection};
use super::page::finding;
use super::params::Params;
use super::refusal::{Listed, json, may_read, refuse};

/// Rows read at once while a condition is tested one by one.
const STEP: i64 = 500;

/// Rows tested one by one for one page; the page then ends early and the walk goes on from there.
const EXAMINED: usize = 5_000;

/// Bytes of bodies and records on one page; a page that would have more ends early.
const BYTES: u64 = 32 << 20;

/// Lists observations.
pub async fn list(request: HttpRequest, holder: KeyHolder, app: Data<App>) -> HttpResponse {
    answer(&request, &holder, &app).await.unwrap_or_else(|cause| refuse(&cause))
}

async fn answer(request: &HttpRequest, holder: &KeyHolder, app: &App) -> Result<HttpResponse> {
    may_read(holder)?;
    let mut params = Params::of(request);
    let limit = params.whole("limit", 1, 1000).unwrap_or(50);
    let fields = Fields::read(&mut params);
    let after = cursor(&mut params);
    if params.flag("parseIoAsJson") == Some(true) {
        params.faults.add("parseIoAsJson", "is no longer served: input and output are always text");
    }
    let selection = selection(&mut params, holder.project)?;
    let (mut rows, mut next) = walk(app, holder, &selection, after, limit).await?;
    next = cut(&mut rows, fields.wanted())?.or(next);
    let traces = traces_of(app, holder, &rows).await?;
    let items = load::observations(app, holder.project, rows, fields.wanted()).await?;
    let data = items.into_iter().map(|item| {
        let trace = traces.iter().find(|full| full.row.trace_id == item.full.row.trace_id);
        view(&holder.project_id, item, trace, &fields)
    });
    let data = data.collect::<Result<Vec<_>>>()?;
    let meta = next.map_or_else(|| json!({}), |next| json!({ "cursor": encode(&next) }));
    // Not by way of a value: that holds no number of more than 64 bits.
    Ok(json(&Listed { data: &data, meta: &meta }))
}

fn cursor(params: &mut Params) -> Option<Position> {
    let text = params.text("cursor")?;
    let read = decode(&text);
    if read.is_none() {
        params.faults.add("cursor", "was not made here: take it from meta.cursor of the page before");
    }
    read
}

fn encode(position: &Position) -> String {
    let parts = json!([position.at.map(|at| at.0), position.trace_id, position.observation_id]);
    URL_SAFE_NO_PAD.encode(parts.to_string())
}

fn decode(text: &str) -> Option<Position> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    let (at, trace_id, observation_id): (Option<i64>, String, String) =
        serde_json::from_slice(&bytes).ok()?;
    Some(Position { at: at.map(Timestamp), trace_id, observation_id })
}

fn position(full: &ObservationFull) -> Position {
    let row = &full.row;
    Position { at: row.start_at, trace_id: row.trace_id.clone(), observation_id: row.observation_id.clone() }
}

/// The rows of a page and where the next one begins.
async fn walk(
    app: &App,
    holder: &KeyHolder,
    selection: &Selection,
    mut after: Option<Position>,
    limit: i64,
) -> Result<(Vec<ObservationFull>, Option<Position>)> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let rest = &selection.rest;
    let step = if rest.is_empty() { limit + 1 } else { STEP };
    let (mut found, mut examined) = (Vec::new(), 0);
    loop {
        let (scan, is_narrow, from) = (selection.scan.clone(), selection.is_narrow, after.clone());
        let read = move |conn: &mut AnyConnection| {
            let finding = finding(conn, &scan, is_narrow)?;
            reads::observations_after(conn, &scan, finding, from.as_ref(), step)
        };
        let rows = app.db.read(read).await?;
        let more = i64::try_from(rows.len()).is_ok_and(|read| read >= step);
        examined += rows.len();
        after = rows.last().map(position).or(after);
        found.extend(passing(app, holder.project, rows, rest).await?);
        if found.len() > wanted {
            found.truncate(wanted);
            let last = found.last().map(position);
            return Ok((found, last));
        }
        if !more {
            return Ok((found, None));
        }
        if examined >= EXAMINED {
            return Ok((found, after));
        }
    }
}

/// Cuts the page where what is wanted becomes too long; says where the next one begins then.
fn cut(rows: &mut Vec<ObservationFull>, wanted: Pieces) -> Result<Option<Position>> {
    let mut bytes = 0;
    for (place, row) in rows.iter().enumerate() {
        bytes += load::wanted_len(row, wanted)?;
        if place > 0 && bytes > BYTES {
            rows.truncate(place);
            return Ok(rows.last().map(position));
        }
    }
    Ok(None)
}

async fn traces_of(app: &App, holder: &KeyHolder, rows: &[ObservationFull]) -> Result<Vec<TraceFull>> {
    let mut names: Vec<String> = rows.iter().map(|full| full.row.trace_id.clone()).collect();
    names.sort_unstable();
    names.dedup();
    let project = holder.project;
    app.db
        .read(move |conn| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            reads::traces_by_id(conn, project, &names)
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_others_do_not() {
        for at in [None, Some(Timestamp(-5))] {
            let position = Position { at, trace_id: "a\n/+".to_owned(), observation_id: "ü".to_owned() };
            let text = encode(&position);
            assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')), "{text}");
            assert_eq!(decode(&text), Some(position));
        }
        for other in ["", "x", "W10", "eyJhIjoxfQ"] {
            assert_eq!(decode(other), None, "{other}");
        }
    }
}
