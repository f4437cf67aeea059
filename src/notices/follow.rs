//! Following the log: what has a place in it by now is told, each place once, whichever process comes first.
//!
//! A round reads the leaves from the watermark on, decides, and then writes in one transaction: the watermark moves on from where the
//! round began, or nothing is written at all. So two processes that read the same leaves tell them once, and a process that is killed in
//! between leaves them to the next round. A rebuild of read tables writes no events, so it tells nobody anything.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use crate::db::{AnyConnection, Tx};
use crate::foundation::{Actor, Backoff, Error, ProjectKey, Result, Timestamp};
use crate::ledger::Event;
use crate::ledger::erasure::BODIES_ERASED;
use crate::ledger::reads::{self, LoggedEvent, placed_from};
use crate::maintenance::{procedures, schedules};
use crate::state::App;

use super::facts::Known;
use super::giving::{Letterbox, NewNotice, give};
use super::hooks::messages::Message;
use super::kinds::Kind;
use super::model::{AboutKind, Settings, Told};
use super::{decide, hooks, store};

/// How often the log is looked at; a place is given within a second.
const LOOK: Duration = Duration::from_secs(1);
/// The same while looking fails.
const LONGEST_LOOK: Duration = Duration::from_secs(30);
/// Leaves of one round.
const ROUND: i64 = 200;
/// Schedules of one procedure whose notices lose its title with it.
const SCHEDULES: i64 = 1_000;

/// Follows the log until the task is dropped.
pub async fn run(app: App) {
    let mut backoff = Backoff::new(LOOK, LONGEST_LOOK);
    loop {
        let pause = match follow(&app).await {
            Ok(_) => {
                backoff.succeeded();
                LOOK
            }
            Err(cause) => {
                let pause = backoff.failed();
                tracing::warn!(%cause, again_in_s = pause.as_secs(), "the log could not be followed for notices");
                pause
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// Tells what was logged since the last time; gives how many notices were made. For tests too.
pub async fn follow(app: &App) -> Result<usize> {
    let mut made = 0;
    loop {
        let round = app.db.read(look).await?;
        let Some(round) = round else { return Ok(made) };
        made += tell(app, round).await?;
    }
}

/// What one round read and decided.
pub struct Round {
    from: i64,
    next: i64,
    /// Events whose words were erased: what was said of them goes too.
    erased: Vec<Event>,
    told: Vec<(Event, Told)>,
    people: BTreeMap<(i64, String), Settings>,
    muted: Vec<(i64, String, String)>,
}

/// Reads the next leaves and decides about them; none where there are none. A process that goes no further than this has told
/// nobody anything.
pub fn look(conn: &mut AnyConnection) -> Result<Option<Round>> {
    let from = store::watermark(conn)?;
    let leaves = placed_from(conn, u64::try_from(from).map_err(Error::internal)?, ROUND)?;
    let Some(last) = leaves.last().and_then(|leaf| leaf.leaf_index) else { return Ok(None) };
    let next = i64::try_from(last).map_err(Error::internal)? + 1;
    let (people, muted) = (BTreeMap::new(), Vec::new());
    let mut round = Round { from, next, erased: Vec::new(), told: Vec::new(), people, muted };
    let mut known = Known::default();
    for LoggedEvent { event, .. } in leaves {
        if event.kind == BODIES_ERASED {
            round.erased.extend(erased_by(conn, &event)?);
        }
        let told = match about(conn, &mut known, &event) {
            Ok(told) => told,
            Err(cause) if is_of_this_event(&cause) => {
                tracing::warn!(%cause, event = event.id, "nobody is told of an event that could not be read");
                Vec::new()
            }
            Err(cause) => return Err(cause),
        };
        round.told.extend(told.into_iter().map(|one| (event.clone(), one)));
    }
    round.read_settings(conn)?;
    Ok(Some(round))
}

/// What is wrong with one record must not keep all others from being told; what is wrong with the database is tried again.
fn is_of_this_event(cause: &Error) -> bool {
    match cause {
        Error::Unavailable(_) | Error::Busy { .. } | Error::Conflict { .. } => false,
        Error::Internal(_) => cause.failure().is_none(),
        _ => true,
    }
}

fn about(conn: &mut AnyConnection, known: &mut Known, event: &Event) -> Result<Vec<Told>> {
    if !decide::may_concern(&event.kind) {
        return Ok(Vec::new());
    }
    let people = known.people(conn, event.project)?.to_vec();
    match known.about(conn, event)? {
        Some(about) => decide::decide(event, about, &people),
        None => Ok(Vec::new()),
    }
}

/// The events that one takes the words of; one that cannot be read keeps nobody from being told of others.
fn erased_by(conn: &mut AnyConnection, event: &Event) -> Result<Vec<Event>> {
    let data = event.data();
    let ids = data.get("events").and_then(|ids| ids.as_array()).cloned().unwrap_or_default();
    let mut erased = Vec::new();
    for id in ids.iter().filter_map(|id| id.as_str()) {
        match reads::event(conn, id) {
            Ok(found) => erased.push(found.event),
            Err(cause) if is_of_this_event(&cause) => {
                tracing::warn!(%cause, event = id, "an erased event could not be read for notices");
            }
            Err(cause) => return Err(cause),
        }
    }
    Ok(erased)
}

/// Whether its words stand in what is told of another event too: whoever is spoken to in it is told what was written.
fn is_spoken(kind: &str) -> bool {
    matches!(kind, "work_order.comment_added.v1" | "work_order.log_added.v1")
}

/// Whether what something is called may stand in the words of such an event.
fn names_its_thing(kind: &str) -> bool {
    matches!(
        kind,
        "work_order.created.v1"
            | "work_order.imported.v1"
            | "work_order.plan_edited.v1"
            | "procedure.created.v1"
            | "procedure.renamed.v1"
            | "asset.created.v1"
            | "asset.changed.v1"
    )
}

impl Round {
    fn read_settings(&mut self, conn: &mut AnyConnection) -> Result<()> {
        for (event, told) in &self.told {
            for account in &told.to {
                if let Entry::Vacant(free) = self.people.entry((event.project.0, account.clone())) {
                    free.insert(store::settings(conn, event.project, account)?);
                }
            }
            if told.about.kind == AboutKind::Order && !told.to.is_empty() {
                let muted = store::muted_by(conn, event.project, &told.about.id)?;
                let order = &told.about.id;
                self.muted.extend(muted.into_iter().map(|it| (event.project.0, order.clone(), it)));
            }
        }
        Ok(())
    }

    /// Whether somebody wants to hear this: of an order they muted, only what is said to them by name.
    fn is_heard(&self, project: ProjectKey, told: &Told, account: &str) -> bool {
        let is_muted = || {
            self.muted
                .iter()
                .any(|(of, order, by)| *of == project.0 && *order == told.about.id && by == account)
        };
        told.kind.is_personal() || !is_muted()
    }

    fn settings(&self, project: ProjectKey, account: &str) -> Settings {
        self.people.get(&(project.0, account.to_owned())).cloned().unwrap_or_default()
    }
}

/// Writes what a round decided, or nothing where another process was first; gives how many notices were made.
pub async fn tell(app: &App, round: Round) -> Result<usize> {
    let can_mail = app.config.mail.is_on();
    let base = base_of(app);
    let write = move |tx: &mut Tx<'_>| {
        if !store::advance(tx, round.from, round.next)? {
            return Ok(0);
        }
        for gone in &round.erased {
            store::forget_words(tx.conn, gone.project, &gone.id)?;
            if is_spoken(&gone.kind) {
                store::forget_mentions(tx.conn, gone.project, &gone.stream_id, gone.at)?;
            }
            if names_its_thing(&gone.kind) {
                forget_titles(tx.conn, gone)?;
            }
        }
        let mut made = 0;
        for (event, told) in &round.told {
            hooks::job::queue(tx, event.project, &message(event, told, &base))?;
            let who = event.marked_name();
            for account in told.to.iter().filter(|account| round.is_heard(event.project, told, account)) {
                let settings = round.settings(event.project, account);
                let letterbox = Letterbox { settings: &settings, can_mail };
                made += usize::from(give(tx, &notice(event, &who, told, account), &letterbox)?);
            }
        }
        Ok(made)
    };
    app.db.write(&Actor::system(), write).await
}

/// What was said of a schedule was said under the name of its procedure.
fn forget_titles(conn: &mut AnyConnection, gone: &Event) -> Result<()> {
    store::forget_titles(conn, gone.project, &gone.stream_id)?;
    if gone.stream_kind != procedures::events::STREAM_KIND {
        return Ok(());
    }
    let named = schedules::reads::of_procedure(conn, gone.project, &gone.stream_id, SCHEDULES)?;
    named.iter().try_for_each(|row| store::forget_titles(conn, gone.project, &row.schedule_id))
}

fn notice<'a>(event: &'a Event, who: &'a str, told: &'a Told, account: &'a str) -> NewNotice<'a> {
    NewNotice {
        project: event.project,
        account,
        kind: told.kind,
        source: &event.id,
        about: &told.about,
        place: &told.place,
        said: &told.said,
        actor_name: who,
        at: event.at,
    }
}

fn message(event: &Event, told: &Told, base: &str) -> Message {
    message_of(told.kind, &event.id, &event.actor, event.at, told, base)
}

/// The message of a webhook: opaque names and a link, none of the words.
pub(super) fn message_of(
    kind: Kind,
    source: &str,
    actor: &str,
    at: Timestamp,
    told: &Told,
    base: &str,
) -> Message {
    Message {
        kind: kind.as_str().to_owned(),
        source: source.to_owned(),
        actor: actor.to_owned(),
        about_kind: told.about.kind.as_str(),
        about_id: told.about.id.clone(),
        number: told.about.number.clone(),
        link: format!("{base}{}", told.place),
        at,
    }
}

/// Where links in mails and messages lead: the public address, or else where the server itself listens.
pub(super) fn base_of(app: &App) -> String {
    let server = &app.config.server;
    server.public_url.clone().unwrap_or_else(|| format!("http://{}", server.listen))
}
