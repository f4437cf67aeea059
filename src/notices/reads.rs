//! Read models for the pages of notices.

use std::collections::BTreeSet;

use crate::audit::reads::hidden_from;
use crate::db::AnyConnection;
use crate::foundation::page::Cursor;
use crate::foundation::{Action, Asker, Result, Timestamp};
use crate::web::page::Waiting;
use crate::work_orders::reads::{self as orders, OrderRow};

use super::kinds::Kind;
use super::model::{AboutKind, Settings};
use super::store;

pub use super::store::{DeliveryRow, Filter, HookRow, MailRow, NoticeRow};

/// Notices on one page.
pub const PAGE: i64 = 50;
/// Orders that are shown as muted, and mails of somebody.
const SHOWN: usize = 50;
/// Orders that somebody muted, among which those are looked for that they still see.
const MUTED: i64 = 1_000;
/// Mails that are shown as refused.
const REFUSED: i64 = 5;
/// Deliveries that are shown of a webhook.
const DELIVERIES: i64 = 10;

/// What the head of a page says of them: nothing while they want quiet.
pub fn counted(conn: &mut AnyConnection, who: &Asker, now: Timestamp) -> Result<i64> {
    if settings(conn, who)?.is_quiet(now) {
        return Ok(0);
    }
    store::unread(conn, who.project, who.id(), Waiting::MOST)
}

/// Whether somebody has any notice that they did not read.
pub fn has_unread(conn: &mut AnyConnection, who: &Asker) -> Result<bool> {
    Ok(store::unread(conn, who.project, who.id(), 1)? > 0)
}

/// A notice as its reader may see it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub row: NoticeRow,
    pub kind: Kind,
    /// Whether it is about an order that went to somebody else: then neither its words nor its place are shown.
    pub is_hidden: bool,
}

/// One page of somebody's notices, the newest first, and where the next begins.
pub fn page(
    conn: &mut AnyConnection,
    who: &Asker,
    filter: &Filter,
    after: Option<&Cursor>,
) -> Result<(Vec<Seen>, Option<Cursor>)> {
    let mut rows = store::page(conn, who.project, who.id(), filter, after, PAGE + 1)?;
    let is_more = rows.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| is_more).map(cursor_of);
    Ok((seen(conn, who, rows)?, next))
}

/// Where a notice stands in the list.
pub fn cursor_of(row: &NoticeRow) -> Cursor {
    Cursor { at: row.at, id: row.notice_id.clone() }
}

/// Somebody's notices of one order that they may see.
pub fn of_order(conn: &mut AnyConnection, who: &Asker, order: &str) -> Result<Vec<Seen>> {
    let rows = store::of_order(conn, who.project, who.id(), order, PAGE)?;
    seen(conn, who, rows)
}

fn seen(conn: &mut AnyConnection, who: &Asker, rows: Vec<NoticeRow>) -> Result<Vec<Seen>> {
    let about =
        rows.iter().filter(|row| row.about_kind() == AboutKind::Order).map(|row| row.about_id.as_str());
    let hidden: BTreeSet<String> = hidden_from(conn, who, about)?;
    let one = |row: NoticeRow| {
        let kind = row.kind()?;
        // That it was taken names the order by its number; what it says is no longer theirs.
        let is_lost = hidden.contains(&row.about_id);
        let title = if is_lost { String::new() } else { row.title.clone() };
        Some(Seen { kind, is_hidden: is_lost && kind != Kind::Taken, row: NoticeRow { title, ..row } })
    };
    Ok(rows.into_iter().filter_map(one).collect())
}

/// How somebody wants to be told.
pub fn settings(conn: &mut AnyConnection, who: &Asker) -> Result<Settings> {
    store::settings(conn, who.project, who.id())
}

/// How somebody wants to be told, what they muted, and which mails could not be sent.
#[derive(Clone, Debug)]
pub struct Wishes {
    pub settings: Settings,
    pub muted: Vec<OrderRow>,
    pub refused: Vec<MailRow>,
}

/// Reads them.
pub fn wishes(conn: &mut AnyConnection, who: &Asker) -> Result<Wishes> {
    let settings = settings(conn, who)?;
    let mut muted = Vec::new();
    for id in store::mutes_of(conn, who.project, who.id(), MUTED)? {
        if muted.len() == SHOWN {
            break;
        }
        // What went to somebody else meanwhile takes no place of what they still see.
        let row = orders::by_id(conn, who.project, &id)?;
        muted.extend(row.filter(|row| who.may_for(Action::ViewOrders, &row.tie(who))));
    }
    let refused = store::mails_in_trouble(conn, who.project, who.id(), REFUSED)?;
    Ok(Wishes { settings, muted, refused })
}

/// Every mail to somebody, the newest first; for tests and for whoever looks after the server.
pub fn mails(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<MailRow>> {
    store::mails_of(conn, who.project, who.id(), i64::try_from(SHOWN).unwrap_or(i64::MAX))
}

/// Whether somebody muted an order.
pub fn is_muted(conn: &mut AnyConnection, who: &Asker, order: &str) -> Result<bool> {
    Ok(store::muted_by(conn, who.project, order)?.iter().any(|account| account == who.id()))
}

/// The webhooks of a project with what was sent to each of late, the newest first.
pub fn hooks(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<(HookRow, Vec<DeliveryRow>)>> {
    let all = store::hooks_of(conn, who.project)?;
    all.into_iter()
        .map(|hook| {
            let sent = store::deliveries_of(conn, who.project, &hook.webhook_id, DELIVERIES)?;
            Ok((hook, sent))
        })
        .collect()
}
