//! Rows of `notice_mails`.

use diesel::prelude::*;

use crate::db::schema::notice_mails as mails;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

/// Where a mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailState {
    Waiting,
    /// The server took it.
    Sent,
    /// The server will never take it, or did not for too long.
    Refused,
    /// Nobody wants it any more: the account is gone, or wants no mail.
    Dropped,
}

impl MailState {
    /// The word stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Dropped => "dropped",
        }
    }
}

/// A mail of one notice, or of the digest of a morning.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = mails, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct MailRow {
    pub project: ProjectKey,
    pub mail_id: String,
    pub account_id: String,
    /// The morning, for a digest.
    pub digest_of: Option<Timestamp>,
    pub state: String,
    pub attempts: i64,
    /// Why it was not taken; empty where nothing went wrong.
    pub why: String,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
}

impl MailRow {
    /// One that waits.
    pub(in crate::notices) fn new(
        project: ProjectKey,
        mail_id: String,
        account: &str,
        digest_of: Option<Timestamp>,
        now: Timestamp,
    ) -> Self {
        Self {
            project,
            mail_id,
            account_id: account.to_owned(),
            digest_of,
            state: MailState::Waiting.as_str().to_owned(),
            attempts: 0,
            why: String::new(),
            created_at: now,
            ended_at: None,
        }
    }

    /// Whether it is still to be sent.
    pub fn is_waiting(&self) -> bool {
        self.state == MailState::Waiting.as_str()
    }
}

/// Adds one; `false` where the morning has its digest.
pub(in crate::notices) fn insert_mail(conn: &mut AnyConnection, row: &MailRow) -> Result<bool> {
    let inserted =
        each!(conn, |c| diesel::insert_into(mails::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(inserted == 1)
}

/// One of them.
pub(in crate::notices) fn mail(
    conn: &mut AnyConnection,
    project: ProjectKey,
    id: &str,
) -> Result<Option<MailRow>> {
    Ok(mails::table.find((project, id)).select(MailRow::as_select()).first(conn).optional()?)
}

/// Notes how an attempt went; what is over stays as it ended.
pub(in crate::notices) fn note_mail(
    conn: &mut AnyConnection,
    row: &MailRow,
    state: MailState,
    why: &str,
    now: Timestamp,
) -> Result<()> {
    let waiting = mails::table
        .filter(mails::project.eq(row.project))
        .filter(mails::mail_id.eq(&row.mail_id))
        .filter(mails::state.eq(MailState::Waiting.as_str()));
    let ended = (state != MailState::Waiting).then_some(now);
    let why: String = why.chars().take(500).collect();
    diesel::update(waiting)
        .set((
            mails::state.eq(state.as_str()),
            mails::attempts.eq(row.attempts + 1),
            mails::why.eq(why),
            mails::ended_at.eq(ended),
        ))
        .execute(conn)?;
    Ok(())
}

/// How many mails of single notices an account was sent since a moment.
pub(in crate::notices) fn mails_since(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    since: Timestamp,
) -> Result<i64> {
    let theirs = mails::table
        .filter(mails::project.eq(project))
        .filter(mails::account_id.eq(account))
        .filter(mails::digest_of.is_null())
        .filter(mails::created_at.ge(since));
    Ok(theirs.count().get_result(conn)?)
}

/// Every mail of an account, the newest first, up to `limit`.
pub(in crate::notices) fn mails_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    limit: i64,
) -> Result<Vec<MailRow>> {
    Ok(mails::table
        .filter(mails::project.eq(project))
        .filter(mails::account_id.eq(account))
        .order((mails::created_at.desc(), mails::mail_id.desc()))
        .limit(limit)
        .select(MailRow::as_select())
        .load(conn)?)
}

/// Up to `limit` mails to somebody that were refused, or wait because they could not be sent yet, the newest first.
pub(in crate::notices) fn mails_in_trouble(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    limit: i64,
) -> Result<Vec<MailRow>> {
    let is_held = mails::state.eq(MailState::Waiting.as_str()).and(mails::why.ne(""));
    Ok(mails::table
        .filter(mails::project.eq(project))
        .filter(mails::account_id.eq(account))
        .filter(mails::state.eq(MailState::Refused.as_str()).or(is_held))
        .order((mails::created_at.desc(), mails::mail_id.desc()))
        .limit(limit)
        .select(MailRow::as_select())
        .load(conn)?)
}

/// Up to `limit` mails of the whole installation that wait, the oldest first.
pub(in crate::notices) fn waiting_mails(conn: &mut AnyConnection, limit: i64) -> Result<Vec<MailRow>> {
    Ok(mails::table
        .filter(mails::state.eq(MailState::Waiting.as_str()))
        .order((mails::created_at.asc(), mails::mail_id.asc()))
        .limit(limit)
        .select(MailRow::as_select())
        .load(conn)?)
}

/// Forgets mails from before a moment; gives how many those were.
pub(in crate::notices) fn prune_mails(conn: &mut AnyConnection, before: Timestamp) -> Result<usize> {
    Ok(diesel::delete(mails::table.filter(mails::created_at.lt(before))).execute(conn)?)
}
