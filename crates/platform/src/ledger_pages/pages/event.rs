//! One entry: the leaf that everybody may see, what it commits to, and the body for those who may.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::foundation::Result;
use crate::ledger::leaf::Leaf;
use crate::ledger::reads::{self, LoggedEvent, StoredRecord};
use crate::ledger_pages::reading::Reader;
use crate::state::App;
use crate::web::page::show as page;
use crate::web::{Principal, Shell, WebResult, format};

use super::about::About;

#[derive(Template)]
#[template(path = "ledger/event.html")]
struct EventPage {
    shell: Shell,
    index: u64,
    kind: String,
    actor: String,
    moment: format::Time,
    about: About,
    stream_kind: String,
    stream_id: String,
    leaf: String,
    leaf_hash: String,
    commitment: String,
    salt: Option<String>,
    body: Body,
    size: Option<u64>,
    erased_at: Option<String>,
}

/// What is shown of the erasable part.
enum Body {
    Shown(String),
    Hidden,
    Erased,
}

/// GET /ledger/{index}
pub(in crate::ledger_pages) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    path: Path<String>,
) -> WebResult {
    let index = super::index(&path)?;
    let reader = who.0;
    let (logged, record, newest, may_read) = app
        .db
        .read(move |conn| {
            let logged = reads::event_at(conn, index)?;
            let may_read = Reader::new(&reader).may_read(conn, &logged.event)?;
            Ok((logged, reads::record(conn, index)?, reads::latest_checkpoint(conn)?, may_read))
        })
        .await?;
    let event = &logged.event;
    page(&EventPage {
        shell: Shell::of(&request, format!("Ledger entry {index}"), "ledger"),
        index,
        kind: event.kind.clone(),
        actor: actor(&logged, may_read),
        moment: format::Time::new(event.at, app.now()),
        about: About::of(event).hidden_unless(may_read),
        stream_kind: event.stream_kind.clone(),
        stream_id: event.stream_id.clone(),
        leaf: String::from_utf8_lossy(&record.leaf).into_owned(),
        leaf_hash: logged.leaf_hash.to_hex(),
        commitment: Leaf::from_bytes(&record.leaf)?.body.to_hex(),
        salt: record.salt.as_ref().filter(|_| may_read).map(hex::encode),
        erased_at: record.erased_at.map(foundation::Timestamp::to_minute),
        size: newest.map(|newest| newest.head.size).filter(|size| index < *size),
        body: body(&record, may_read)?,
    })
}

fn actor(logged: &LoggedEvent, may_read: bool) -> String {
    if may_read { format::shown(logged.event.actor_name()) } else { format::short_id(&logged.event.actor) }
}

fn body(record: &StoredRecord, may_read: bool) -> Result<Body> {
    let Some(bytes) = &record.body else { return Ok(Body::Erased) };
    if !may_read {
        return Ok(Body::Hidden);
    }
    let value: serde_json::Value = serde_json::from_slice(bytes)?;
    Ok(Body::Shown(format::shown(&serde_json::to_string_pretty(&value)?)))
}
