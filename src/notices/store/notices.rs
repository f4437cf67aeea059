//! Rows of `notices` and of the watermark.

use diesel::prelude::*;

use crate::db::schema::{notice_watermark as watermark_row, notices};
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::page::Cursor;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::notices::kinds::Kind;
use crate::notices::model::{AboutKind, Mail};

type Backend = <AnyConnection as Connection>::Backend;

/// One notice of one account.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = notices, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct NoticeRow {
    pub project: ProjectKey,
    pub notice_id: String,
    pub account_id: String,
    pub(in crate::notices) kind: String,
    /// The event, or what is due when.
    pub source: String,
    pub(in crate::notices) about_kind: String,
    pub about_id: String,
    pub number: String,
    pub title: String,
    pub place: String,
    pub said: String,
    /// Empty for what comes by itself.
    pub actor_name: String,
    pub at: Timestamp,
    pub read_at: Option<Timestamp>,
    pub(in crate::notices) mail: String,
    pub mail_id: Option<String>,
}

impl NoticeRow {
    /// What it tells; none where a newer build knows a kind that this one does not.
    pub fn kind(&self) -> Option<Kind> {
        Kind::read(&self.kind)
    }

    /// What it is about.
    pub fn about_kind(&self) -> AboutKind {
        AboutKind::from_stored(&self.about_kind)
    }

    /// How it is mailed.
    pub fn mail(&self) -> Mail {
        Mail::read(&self.mail).unwrap_or(Mail::Never)
    }
}

/// The first leaf that was not told yet.
pub(in crate::notices) fn watermark(conn: &mut AnyConnection) -> Result<i64> {
    Ok(watermark_row::table.select(watermark_row::next_leaf).first(conn)?)
}

/// Moves the watermark on; `false` where another process did so since it was read. Its row stays locked until COMMIT.
pub(in crate::notices) fn advance(tx: &mut Tx<'_>, from: i64, next: i64) -> Result<bool> {
    let unmoved = watermark_row::table.filter(watermark_row::next_leaf.eq(from));
    Ok(diesel::update(unmoved).set(watermark_row::next_leaf.eq(next)).execute(tx.conn)? == 1)
}

/// Adds one; `false` where this account has one of this source and kind.
pub(in crate::notices) fn insert_notice(conn: &mut AnyConnection, row: &NoticeRow) -> Result<bool> {
    let inserted =
        each!(conn, |c| diesel::insert_into(notices::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(inserted == 1)
}

/// The words that came from an event go; that there was a notice stays, and leads to what is left.
pub(in crate::notices) fn forget_words(
    conn: &mut AnyConnection,
    project: ProjectKey,
    source: &str,
) -> Result<()> {
    let of_it = notices::table.filter(notices::project.eq(project)).filter(notices::source.eq(source));
    let nothing = (notices::said.eq(""), notices::title.eq("(erased)"), notices::actor_name.eq("(erased)"));
    diesel::update(of_it).set(nothing).execute(conn)?;
    Ok(())
}

fn theirs(project: ProjectKey, account: &str) -> notices::BoxedQuery<'static, Backend> {
    let of_project = notices::table.filter(notices::project.eq(project)).into_boxed::<Backend>();
    of_project.filter(notices::account_id.eq(account.to_owned()))
}

/// What was written at a moment goes from those who were told that it speaks to them: a mention is recorded with it, at the same moment.
pub(in crate::notices) fn forget_mentions(
    conn: &mut AnyConnection,
    project: ProjectKey,
    about: &str,
    at: Timestamp,
) -> Result<()> {
    let of_it = notices::table.filter(notices::project.eq(project)).filter(notices::about_id.eq(about));
    let of_it = of_it.filter(notices::kind.eq(Kind::Mentioned.as_str())).filter(notices::at.eq(at));
    diesel::update(of_it).set(notices::said.eq("")).execute(conn)?;
    Ok(())
}

/// What something was called goes from all that is told of it, and with it what its parts were called: what was found on one is told in
/// its words.
pub(in crate::notices) fn forget_titles(
    conn: &mut AnyConnection,
    project: ProjectKey,
    about: &str,
) -> Result<()> {
    let of_it = || notices::table.filter(notices::project.eq(project)).filter(notices::about_id.eq(about));
    diesel::update(of_it()).set(notices::title.eq("(erased)")).execute(conn)?;
    let is_trouble = notices::kind.eq(Kind::Trouble.as_str());
    let is_of_a_part = is_trouble.or(notices::kind.eq(Kind::Exception.as_str()));
    diesel::update(of_it().filter(is_of_a_part)).set(notices::said.eq("")).execute(conn)?;
    Ok(())
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub kind: Option<Kind>,
    pub unread: bool,
}

/// Up to `limit` notices of an account below the cursor, the newest first.
pub(in crate::notices) fn page(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<NoticeRow>> {
    let mut query = theirs(project, account);
    if let Some(kind) = filter.kind {
        query = query.filter(notices::kind.eq(kind.as_str()));
    }
    if filter.unread {
        query = query.filter(notices::read_at.is_null());
    }
    if let Some(after) = after {
        let is_below = notices::at.lt(after.at).or(notices::notice_id.lt(after.id.clone()));
        query = query.filter(notices::at.le(after.at)).filter(is_below);
    }
    let newest = (notices::at.desc(), notices::notice_id.desc());
    Ok(query.order(newest).limit(limit).select(NoticeRow::as_select()).load(conn)?)
}

/// The same of one order, whoever may see it.
pub(in crate::notices) fn of_order(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    order: &str,
    limit: i64,
) -> Result<Vec<NoticeRow>> {
    Ok(theirs(project, account)
        .filter(notices::about_id.eq(order.to_owned()))
        .order((notices::at.desc(), notices::notice_id.desc()))
        .limit(limit)
        .select(NoticeRow::as_select())
        .load(conn)?)
}

/// One of them.
pub(in crate::notices) fn notice(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    id: &str,
) -> Result<Option<NoticeRow>> {
    let one = theirs(project, account).filter(notices::notice_id.eq(id.to_owned()));
    Ok(one.select(NoticeRow::as_select()).first(conn).optional()?)
}

/// How many were not read, up to `most`.
pub(in crate::notices) fn unread(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    most: i64,
) -> Result<i64> {
    let ids: Vec<String> = theirs(project, account)
        .filter(notices::read_at.is_null())
        .select(notices::notice_id)
        .limit(most)
        .load(conn)?;
    Ok(i64::try_from(ids.len()).unwrap_or(most))
}

/// Notes that one was read; the first time counts.
pub(in crate::notices) fn mark_read(
    conn: &mut AnyConnection,
    project: ProjectKey,
    id: &str,
    now: Timestamp,
) -> Result<()> {
    let one = notices::table
        .filter(notices::project.eq(project))
        .filter(notices::notice_id.eq(id))
        .filter(notices::read_at.is_null());
    diesel::update(one).set(notices::read_at.eq(Some(now))).execute(conn)?;
    Ok(())
}

/// Notes that all were read up to one that was shown; gives how many those were.
pub(in crate::notices) fn mark_all_read(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    until: &Cursor,
    now: Timestamp,
) -> Result<usize> {
    let is_shown =
        notices::at.lt(until.at).or(notices::at.eq(until.at).and(notices::notice_id.le(until.id.clone())));
    let all = notices::table
        .filter(notices::project.eq(project))
        .filter(notices::account_id.eq(account))
        .filter(notices::read_at.is_null())
        .filter(is_shown);
    Ok(diesel::update(all).set(notices::read_at.eq(Some(now))).execute(conn)?)
}

/// How many wait for the digest of a morning; what was read meanwhile need not be said again.
pub(in crate::notices) fn waiting_for_digest(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    until: Timestamp,
) -> Result<i64> {
    let waiting = theirs(project, account)
        .filter(notices::mail.eq(Mail::Digest.as_str()))
        .filter(notices::mail_id.is_null())
        .filter(notices::read_at.is_null())
        .filter(notices::at.le(until));
    Ok(waiting.count().get_result(conn)?)
}

/// Puts those into a mail.
pub(in crate::notices) fn carry(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    until: Timestamp,
    mail: &str,
) -> Result<usize> {
    let waiting = notices::table
        .filter(notices::project.eq(project))
        .filter(notices::account_id.eq(account))
        .filter(notices::mail.eq(Mail::Digest.as_str()))
        .filter(notices::mail_id.is_null())
        .filter(notices::read_at.is_null())
        .filter(notices::at.le(until));
    Ok(diesel::update(waiting).set(notices::mail_id.eq(Some(mail))).execute(conn)?)
}

/// Up to `limit` notices that a mail carries, the oldest first.
pub(in crate::notices) fn first_lines(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    mail: &str,
    limit: i64,
) -> Result<Vec<NoticeRow>> {
    Ok(theirs(project, account)
        .filter(notices::mail_id.eq(Some(mail.to_owned())))
        .order((notices::at.asc(), notices::notice_id.asc()))
        .limit(limit)
        .select(NoticeRow::as_select())
        .load(conn)?)
}

/// How many a mail carries.
pub(in crate::notices) fn of_mail(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    mail: &str,
) -> Result<i64> {
    Ok(theirs(project, account)
        .filter(notices::mail_id.eq(Some(mail.to_owned())))
        .count()
        .get_result(conn)?)
}

/// Forgets what happened before a moment; gives how many those were.
pub(in crate::notices) fn prune_notices(conn: &mut AnyConnection, before: Timestamp) -> Result<usize> {
    Ok(diesel::delete(notices::table.filter(notices::at.lt(before))).execute(conn)?)
}

/// Leaves each account of each project its newest ones; gives how many were forgotten.
pub(in crate::notices) fn keep_newest(conn: &mut AnyConnection, most: i64) -> Result<usize> {
    let counts: Vec<(ProjectKey, String, i64)> = notices::table
        .group_by((notices::project, notices::account_id))
        .select((notices::project, notices::account_id, diesel::dsl::count_star()))
        .load(conn)?;
    let mut gone = 0;
    for (project, account, _) in counts.into_iter().filter(|(_, _, count)| *count > most) {
        let last: Option<Timestamp> = theirs(project, &account)
            .order((notices::at.desc(), notices::notice_id.desc()))
            .offset(most - 1)
            .limit(1)
            .select(notices::at)
            .first(conn)
            .optional()?;
        let Some(last) = last else { continue };
        let old = notices::table
            .filter(notices::project.eq(project))
            .filter(notices::account_id.eq(&account))
            .filter(notices::at.lt(last));
        gone += diesel::delete(old).execute(conn)?;
    }
    Ok(gone)
}
