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
use crate::web::{Principal, Shell, WebResult, format, printed, words};

use super::about::About;

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
    command: String,
}

impl LedgerPage {
    /// Kinds of entries to choose from, as stored and in words; one that is asked for and not known stands there too.
    fn kinds(&self) -> Vec<(String, String, bool)> {
        choices(words::KINDS.iter().copied(), &self.query.kind, words::event)
    }

    /// Kinds of things, in the same way.
    fn streams(&self) -> Vec<(String, String, bool)> {
        choices(words::STREAMS.iter().map(|(stored, _)| *stored), &self.query.stream, words::stream)
    }

    /// Who the list is narrowed to, by name where a row tells it.
    fn whose(&self) -> Option<String> {
        let row = self.events.first().map(|row| row.actor.clone());
        (!self.query.actor.is_empty()).then(|| row.unwrap_or_else(|| format::short_id(&self.query.actor)))
    }

    /// The one thing the list is narrowed to.
    fn which(&self) -> Option<String> {
        (!self.query.id.is_empty()).then(|| format::short_id(&self.query.id))
    }

    /// Of what it lists the records; the log itself is one for the installation.
    fn whole(&self) -> &'static str {
        if self.query.is_installation() { "this installation" } else { "this project" }
    }

    /// What stands in place of no rows, and what to do.
    fn nothing(&self) -> (&'static str, &'static str) {
        let LedgerQuery { kind, actor, stream, id, before, .. } = &self.query;
        if [kind, actor, stream, id].iter().any(|filter| !filter.is_empty()) {
            (
                "Nothing of this kind is recorded",
                "The ledger has other entries. Take a filter away to see them.",
            )
        } else if before.is_some() {
            ("There are no older entries", "You are at the beginning.")
        } else {
            ("Nothing is recorded yet", "Do something that is worth a record: import a work order.")
        }
    }

    /// This list without one of its filters.
    fn without(&self, field: &str) -> String {
        self.query.narrowed(field, "")
    }

    /// This list narrowed to one person's entries.
    fn only_of(&self, actor: &str) -> String {
        self.query.narrowed("actor", actor)
    }
}

/// What may be chosen, sorted by its words: stored name, words, whether it is chosen.
fn choices<'a>(
    known: impl Iterator<Item = &'a str>,
    asked: &str,
    words: fn(&str) -> String,
) -> Vec<(String, String, bool)> {
    let mut all: Vec<&str> = known.collect();
    if !asked.is_empty() && !all.contains(&asked) {
        all.push(asked);
    }
    let mut all: Vec<_> = all.into_iter().map(|it| (it.to_owned(), words(it), it == asked)).collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all
}

/// One row of the table.
struct EventView {
    index: Option<u64>,
    moment: format::Time,
    kind: String,
    actor: String,
    is_agent: bool,
    actor_id: String,
    about: About,
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
        command: printed::verify_ledger(&verifier.to_string()),
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
        self.with(&[("before", &before.to_string())])
    }

    /// The list with one filter set otherwise, from its beginning.
    fn narrowed(&self, field: &str, value: &str) -> String {
        self.with(&[(field, value)])
    }

    fn with(&self, changes: &[(&str, &str)]) -> String {
        let fields = [
            ("kind", &self.kind),
            ("actor", &self.actor),
            ("stream", &self.stream),
            ("id", &self.id),
            ("scope", &self.scope),
        ];
        let kept = fields.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        let all = kept.map(|(name, value)| (name, value.as_str())).chain(changes.iter().copied());
        let query: Vec<(&str, &str)> = all.filter(|(_, value)| !value.is_empty()).collect();
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
            moment: format::Time::new(event.at, now),
            kind: event.kind.clone(),
            actor: actor(event),
            is_agent: event.actor_kind == foundation::ActorKind::Agent,
            stream_kind: event.stream_kind.clone(),
            actor_id: event.actor.clone(),
            about: About::of(event),
            short_id: format::short_id(&event.stream_id),
            stream_id: event.stream_id.clone(),
        }
    };
    events.iter().take(PAGE).map(view).collect()
}
