//! Rows of `webhooks` and `webhook_deliveries`.

use diesel::prelude::*;

use crate::db::schema::{webhook_deliveries as deliveries, webhooks as hooks};
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::notices::kinds::Kind;

/// An address that is told.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = hooks, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct HookRow {
    pub project: ProjectKey,
    pub webhook_id: String,
    pub label: String,
    pub url: String,
    /// JSON.
    pub(in crate::notices) kinds: String,
    /// Sealed under the installation's key.
    pub sealed_secret: Vec<u8>,
    /// The one before, signed with besides until the moment after it.
    pub sealed_before: Option<Vec<u8>>,
    pub before_until: Option<Timestamp>,
    /// Attempts that failed one after the other.
    pub failures: i64,
    /// Since when nothing is sent any more.
    pub stopped_at: Option<Timestamp>,
    pub stopped_why: String,
    pub created_at: Timestamp,
}

impl HookRow {
    /// A new one.
    pub(in crate::notices) fn new(
        project: ProjectKey,
        webhook_id: String,
        label: &str,
        url: &str,
        kinds: &[Kind],
        sealed_secret: Vec<u8>,
        now: Timestamp,
    ) -> Self {
        Self {
            project,
            webhook_id,
            label: label.to_owned(),
            url: url.to_owned(),
            kinds: written(kinds),
            sealed_secret,
            sealed_before: None,
            before_until: None,
            failures: 0,
            stopped_at: None,
            stopped_why: String::new(),
            created_at: now,
        }
    }

    /// The kinds it is told of; one of a newer build is left out.
    pub fn kinds(&self) -> Vec<Kind> {
        let words: Vec<String> = serde_json::from_str(&self.kinds).unwrap_or_default();
        words.iter().filter_map(|word| Kind::read(word)).collect()
    }

    /// The same with other kinds.
    #[must_use]
    pub fn with_kinds(self, kinds: &[Kind]) -> Self {
        Self { kinds: written(kinds), ..self }
    }

    /// Whether it is told of what is stored under this word.
    pub fn is_told(&self, kind: &str) -> bool {
        self.kinds().iter().any(|one| one.as_str() == kind)
    }
}

fn written(kinds: &[Kind]) -> String {
    let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    serde_json::to_string(&words).unwrap_or_else(|_| "[]".to_owned())
}

/// Something that is sent to an address.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct DeliveryRow {
    pub project: ProjectKey,
    pub delivery_id: String,
    pub webhook_id: String,
    /// The event, or what is due when; one of its own for a test.
    pub source: String,
    pub kind: String,
    /// The bytes that are signed and sent.
    pub body: String,
    /// `waiting`, `delivered`, `failed` or `dropped`.
    pub state: String,
    pub attempts: i64,
    /// Of the last answer.
    pub status: Option<i64>,
    pub why: String,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

impl DeliveryRow {
    /// Whether it is still to be sent.
    pub fn is_waiting(&self) -> bool {
        self.state == "waiting"
    }
}

/// The webhooks of a project, the oldest first.
pub(in crate::notices) fn hooks_of(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<HookRow>> {
    Ok(hooks::table
        .filter(hooks::project.eq(project))
        .order(hooks::webhook_id.asc())
        .select(HookRow::as_select())
        .load(conn)?)
}

/// Those that are told of a kind and are not stopped.
pub(in crate::notices) fn hooks_told_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    kind: &str,
) -> Result<Vec<HookRow>> {
    let mut all = hooks_of(conn, project)?;
    all.retain(|hook| hook.stopped_at.is_none() && hook.is_told(kind));
    Ok(all)
}

/// One of them.
pub(in crate::notices) fn hook(
    conn: &mut AnyConnection,
    project: ProjectKey,
    id: &str,
) -> Result<Option<HookRow>> {
    Ok(hooks::table.find((project, id)).select(HookRow::as_select()).first(conn).optional()?)
}

/// Adds one.
pub(in crate::notices) fn insert_hook(conn: &mut AnyConnection, row: &HookRow) -> Result<()> {
    diesel::insert_into(hooks::table).values(row).execute(conn)?;
    Ok(())
}

/// Keeps what was changed of one.
pub(in crate::notices) fn put_hook(conn: &mut AnyConnection, row: &HookRow) -> Result<()> {
    diesel::update(hooks::table.find((row.project, row.webhook_id.as_str())))
        .set((
            hooks::label.eq(&row.label),
            hooks::url.eq(&row.url),
            hooks::kinds.eq(&row.kinds),
            hooks::sealed_secret.eq(&row.sealed_secret),
            hooks::sealed_before.eq(row.sealed_before.as_deref()),
            hooks::before_until.eq(row.before_until),
            hooks::failures.eq(row.failures),
            hooks::stopped_at.eq(row.stopped_at),
            hooks::stopped_why.eq(&row.stopped_why),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets one with its secret and what was sent to it; `false` where there is none.
pub(in crate::notices) fn discard_hook(
    conn: &mut AnyConnection,
    project: ProjectKey,
    id: &str,
) -> Result<bool> {
    let sent =
        deliveries::table.filter(deliveries::project.eq(project)).filter(deliveries::webhook_id.eq(id));
    diesel::delete(sent).execute(conn)?;
    Ok(diesel::delete(hooks::table.find((project, id))).execute(conn)? == 1)
}

/// It took what was sent: it counts from nothing again.
pub(in crate::notices) fn succeeded(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<()> {
    diesel::update(hooks::table.find((project, id))).set(hooks::failures.eq(0_i64)).execute(conn)?;
    Ok(())
}

/// It did not; gives how many times that was so, one after the other.
pub(in crate::notices) fn failed(conn: &mut AnyConnection, project: ProjectKey, id: &str) -> Result<i64> {
    // In one statement: two processes that count at once count two.
    diesel::update(hooks::table.find((project, id)))
        .set(hooks::failures.eq(hooks::failures + 1))
        .execute(conn)?;
    let count: Option<i64> =
        hooks::table.find((project, id)).select(hooks::failures).first(conn).optional()?;
    Ok(count.unwrap_or_default())
}

/// Adds a delivery; `false` where this webhook has one of this source and kind.
pub(in crate::notices) fn insert_delivery(conn: &mut AnyConnection, row: &DeliveryRow) -> Result<bool> {
    let inserted = each!(conn, |c| diesel::insert_into(deliveries::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// One delivery.
pub(in crate::notices) fn delivery(
    conn: &mut AnyConnection,
    project: ProjectKey,
    id: &str,
) -> Result<Option<DeliveryRow>> {
    Ok(deliveries::table.find((project, id)).select(DeliveryRow::as_select()).first(conn).optional()?)
}

/// How an attempt went.
pub(in crate::notices) struct Attempt<'a> {
    /// `waiting`, where it is tried again.
    pub(in crate::notices) state: &'static str,
    pub(in crate::notices) status: Option<u16>,
    pub(in crate::notices) why: &'a str,
}

/// Notes it; what is over stays as it ended.
pub(in crate::notices) fn note_delivery(
    conn: &mut AnyConnection,
    row: &DeliveryRow,
    attempt: &Attempt<'_>,
    now: Timestamp,
) -> Result<()> {
    let waiting = deliveries::table
        .filter(deliveries::project.eq(row.project))
        .filter(deliveries::delivery_id.eq(&row.delivery_id))
        .filter(deliveries::state.eq("waiting"));
    let ended = (attempt.state != "waiting").then_some(now);
    let why: String = attempt.why.chars().take(500).collect();
    diesel::update(waiting)
        .set((
            deliveries::state.eq(attempt.state),
            deliveries::attempts.eq(row.attempts + 1),
            deliveries::status.eq(attempt.status.map(i64::from)),
            deliveries::why.eq(why),
            deliveries::ended_at.eq(ended),
        ))
        .execute(conn)?;
    Ok(())
}

/// The last deliveries to a webhook, the newest first.
pub(in crate::notices) fn deliveries_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    hook: &str,
    limit: i64,
) -> Result<Vec<DeliveryRow>> {
    Ok(deliveries::table
        .filter(deliveries::project.eq(project))
        .filter(deliveries::webhook_id.eq(hook))
        .order((deliveries::created_at.desc(), deliveries::delivery_id.desc()))
        .limit(limit)
        .select(DeliveryRow::as_select())
        .load(conn)?)
}

/// Up to `limit` deliveries of the whole installation that wait, the oldest first.
pub(in crate::notices) fn waiting_deliveries(
    conn: &mut AnyConnection,
    limit: i64,
) -> Result<Vec<DeliveryRow>> {
    Ok(deliveries::table
        .filter(deliveries::state.eq("waiting"))
        .order((deliveries::created_at.asc(), deliveries::delivery_id.asc()))
        .limit(limit)
        .select(DeliveryRow::as_select())
        .load(conn)?)
}

/// Forgets deliveries from before a moment; gives how many those were.
pub(in crate::notices) fn prune_deliveries(conn: &mut AnyConnection, before: Timestamp) -> Result<usize> {
    Ok(diesel::delete(deliveries::table.filter(deliveries::created_at.lt(before))).execute(conn)?)
}
