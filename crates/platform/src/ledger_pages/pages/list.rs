//! The checkpoint, the key to trust, how to verify, and the events, newest first.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, ProjectKey, Result};
use crate::ledger::events::Event;
use crate::ledger::reads::{self, Filter, LoggedEvent, StoredCheckpoint};
use crate::ledger_pages::reading::{INSTALLATION, Reader};
use crate::state::App;
use crate::web::page::show as page;
use crate::web::{Principal, Shell, WebResult, format};

/// Events on one page.
const PAGE: usize = 50;
/// One more than a page, to know whether there is another.
const READ: i64 = 51;

/// What the address narrows the table to.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::ledger_pages) struct LedgerQuery {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    actor: String,
    #[serde(default)]
    stream: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    scope: String,
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "ledger/list.html")]
struct LedgerPage {
    shell: Shell,
    checkpoint: Option<StoredCheckpoint>,
    fingerprint: String,
    vkey: String,
    origin: String,
    events: Vec<EventView>,
    query: LedgerQuery,
    is_admin: bool,
    next: Option<String>,
}

/// One row of the table.
struct EventView {
    index: Option<u64>,
    at: String,
    moment: String,
    kind: String,
    actor: String,
    is_agent: bool,
    stream_kind: String,
    stream_id: String,
    short_id: String,
}

/// GET /ledger
pub(in crate::ledger_pages) async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<LedgerQuery>,
) -> WebResult {
    let query = query.into_inner();
    let filter = query.filter(&who);
    let reader = who.0.clone();
    let (checkpoint, events) = app
        .db
        .read(move |conn| {
            let mut events = reads::page(conn, &filter, READ)?;
            withhold(conn, &reader, &mut events)?;
            Ok((reads::latest_checkpoint(conn)?, events))
        })
        .await?;
    let next = (events.len() > PAGE).then(|| events.get(PAGE - 1).map(|last| query.address(last.event.seq)));
    let verifier = app.log.verifier();
    page(&LedgerPage {
        shell: Shell::of(&request, "Ledger", "ledger"),
        checkpoint,
        fingerprint: verifier.fingerprint()?.to_hex(),
        vkey: verifier.to_string(),
        origin: verifier.name().to_string(),
        events: views(&app, &events),
        query,
        is_admin: who.must(Action::ReadInstallationLedger).is_ok(),
        next: next.flatten(),
    })
}

/// Takes the bodies away that this reader may not see; the rows stay, as everybody may see them.
fn withhold(conn: &mut AnyConnection, who: &Asker, events: &mut [LoggedEvent]) -> Result<()> {
    let mut reader = Reader::new(who);
    for logged in events {
        if !reader.may_read(conn, &logged.event)? {
            logged.event.body = None;
        }
    }
    Ok(())
}

impl LedgerQuery {
    fn filter(&self, who: &Asker) -> Filter {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Filter {
            project: Some(self.project(who)),
            kind: given(&self.kind),
            actor: given(&self.actor),
            stream_kind: given(&self.stream),
            stream_id: given(&self.id),
            before_seq: self.before,
        }
    }

    fn is_installation(&self) -> bool {
        self.scope == "installation"
    }

    /// Admins may look at the installation's own events: accounts, keys, sign-ins.
    fn project(&self, who: &Asker) -> ProjectKey {
        let installation = self.is_installation() && who.must(Action::ReadInstallationLedger).is_ok();
        if installation { INSTALLATION } else { who.project }
    }

    fn address(&self, before: i64) -> String {
        let fields = [
            ("kind", &self.kind),
            ("actor", &self.actor),
            ("stream", &self.stream),
            ("id", &self.id),
            ("scope", &self.scope),
        ];
        let given = fields.into_iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<(&str, String)> = given
            .map(|(name, value)| (name, value.clone()))
            .chain([("before", before.to_string())])
            .collect();
        format!("/ledger?{}", serde_urlencoded::to_string(query).unwrap_or_default())
    }
}

/// A name where the body may be read, else the opaque id that the leaf has.
fn actor(event: &Event) -> String {
    match &event.body {
        Some(body) => format::shown(&body.actor_name),
        None => format::short_id(&event.actor),
    }
}

fn views(app: &App, events: &[LoggedEvent]) -> Vec<EventView> {
    let now = app.now();
    let view = |logged: &LoggedEvent| {
        let event = &logged.event;
        EventView {
            index: logged.leaf_index,
            at: event.at.to_rfc3339(),
            moment: format::moment(event.at, now),
            kind: event.kind.clone(),
            actor: actor(event),
            is_agent: event.actor_kind == foundation::ActorKind::Agent,
            stream_kind: event.stream_kind.clone(),
            short_id: format::short_id(&event.stream_id),
            stream_id: event.stream_id.clone(),
        }
    };
    events.iter().take(PAGE).map(view).collect()
}
