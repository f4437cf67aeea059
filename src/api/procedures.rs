//! Procedures: how work is done, in versions, and orders made from them.

use actix_web::HttpResponse;
use actix_web::http::header::ETAG;
use actix_web::web::Payload;
use serde_json::json;

use super::call::{Call, json as answer};
use super::operations::{Operation, Operations};
use super::orders::{MARKDOWN, told};
use super::paging::{marked, place};
use super::query::{AFTER, Kind, LIMIT, Param};
use super::refusal::Answer;
use crate::db::AnyConnection;
use crate::foundation::{Action, Error, Result};
use crate::maintenance::procedures::actions::make_order::make_order;
use crate::maintenance::procedures::model::Procedure;
use crate::maintenance::procedures::reads::{self, Place};
use crate::shapes::{MadeOrderView, NewOrderFrom, ProcedureLine, ProcedurePage, ProcedureView};
use crate::web::Access;

const FILTERS: [Param; 3] =
    [Param { name: "q", kind: Kind::Text(200), about: "Words in code or title." }, LIMIT, AFTER];

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let view = Access::May(Action::ViewProcedures);
    let list = Operation::get("/api/v1/procedures", "Procedures", "listProcedures", "List procedures")
        .about("By code; those that are retired come last.")
        .asks(&FILTERS)
        .gives::<ProcedurePage>(200, "A page of them.");
    all.add(list, view, show_all);
    let one = Operation::get(
        "/api/v1/procedures/{code}",
        "Procedures",
        "getProcedure",
        "Read a procedure and its versions",
    )
    .gives::<ProcedureView>(200, "The procedure.");
    all.add(one, view, show);
    let text = Operation::get(
        "/api/v1/procedures/{code}/versions/{version}",
        "Procedures",
        "getProcedureVersion",
        "Read the text of a version",
    )
    .about("Byte for byte as it was written.")
    .gives_kinds(200, "The text.", vec![(MARKDOWN, json!({ "type": "string" }))])
    .tagged();
    all.add(text, view, version);
    let order = Operation::post(
        "/api/v1/procedures/{code}/orders",
        "Procedures",
        "makeOrder",
        "Make a work order from a procedure",
    )
    .about("From the version in use, which the order keeps; from a draft, to have it edited as a plan.")
    .takes::<NewOrderFrom>(json!({ "version": 2 }))
    .gives::<MadeOrderView>(201, "The order was made: a draft.");
    all.add(order, Access::May(Action::CreateDraft), make);
}

impl Call {
    /// The procedure of the address.
    async fn procedure(&self) -> Result<Procedure> {
        let (project, code) = (self.who.project, self.part("code"));
        let read = move |conn: &mut AnyConnection| {
            let row = reads::find(conn, project, &code)?.ok_or_else(|| Error::not_found("this procedure"))?;
            reads::load(conn, project, &row.procedure_id)
        };
        self.app().db.read(read).await
    }
}

/// GET `/api/v1/procedures`.
pub async fn show_all(call: Call) -> Answer {
    let query = call.query(&FILTERS)?;
    let (who, words, now) =
        (call.who.clone(), query.text("q").unwrap_or_default().to_owned(), call.app().now());
    let (behind, limit) = (place(&query, parsed)?, query.limit());
    // One more than is shown tells whether there is a next page.
    let most = i64::try_from(limit.saturating_add(1)).unwrap_or(i64::MAX);
    let read = move |conn: &mut AnyConnection| reads::list_from(conn, &who, &words, now, (behind, most));
    let mut page = call.app().db.read(read).await?;
    let has_more = page.len() > limit;
    page.truncate(limit);
    let next = page.last().filter(|_| has_more).map(|last| marked(&written(last.place())));
    answer(&ProcedurePage { data: page.into_iter().map(ProcedureLine::from).collect(), next })
}

/// A place of the list as its cursor says it: one that is retired while somebody turns pages moves to the end, and the place stays.
fn written(place: Place) -> String {
    format!("{}\n{}", u8::from(place.is_retired), place.sequence)
}

fn parsed(text: &str) -> Option<Place> {
    let (is_retired, sequence) = text.split_once('\n')?;
    let is_retired = match is_retired {
        "0" => false,
        "1" => true,
        _ => return None,
    };
    Some(Place { is_retired, sequence: sequence.parse().ok()? })
}

/// GET `/api/v1/procedures/{code}`.
pub async fn show(call: Call) -> Answer {
    call.query(&[])?;
    let procedure = call.procedure().await?;
    answer(&ProcedureView::of(&procedure, call.app().now()))
}

/// GET `/api/v1/procedures/{code}/versions/{version}`.
pub async fn version(call: Call) -> Answer {
    call.query(&[])?;
    let missing = || Error::not_found("this version");
    let number: u32 = call.part("version").parse().map_err(|_| missing())?;
    let procedure = call.procedure().await?;
    let version = procedure.find(number).ok_or_else(missing)?;
    Ok(HttpResponse::Ok()
        .content_type("text/markdown; charset=utf-8")
        .insert_header((ETAG, format!("\"{}\"", version.digest.to_hex())))
        .body(version.text.clone()))
}

/// POST `/api/v1/procedures/{code}/orders`.
pub async fn make(call: Call, payload: Payload) -> Answer {
    call.query(&[])?;
    call.once(payload, |call, new: NewOrderFrom| async move {
        let procedure = call.procedure().await?;
        let used = procedure.in_use(call.app().now()).map(|version| version.number);
        let version = new.version.or(used).ok_or_else(|| {
            Error::refused("No version of this procedure is in use. Have one approved, or name a draft.")
        })?;
        let made = make_order(call.app(), &call.who, &procedure.id, version).await?;
        told(made.number.as_str(), true)
    })
    .await
}
