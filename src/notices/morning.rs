//! Once a day, at the hour that somebody chose in their own zone: what is due tomorrow or late is told, and the digest goes out.
//!
//! Whoever comes first takes a morning of somebody's by its row, so two processes tell it once; one that was slept through is told when the
//! server runs again.

use std::collections::BTreeSet;

use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{Actor, ProjectKey, Result, Timestamp};
use crate::people::AccountId;
use crate::people::reads::{profile, projects};
use crate::state::App;
use crate::web::zone::Reading;
use crate::work_orders::reads::sorted::{Sort, page};
use crate::work_orders::reads::{Filter, OrderRow};

use super::decide::Person;
use super::facts::persons;
use super::follow::{base_of, message_of};
use super::giving::{Letterbox, NewNotice, give, post};
use super::hooks;
use super::kinds::Kind;
use super::model::{AboutKind, Settings, Subject, Told};
use super::store::{self, MailRow};

/// Orders that became late since the last morning, that were late before, and that are due soon: so many of each are looked at for one
/// person in one morning.
const MOST: usize = 200;
/// How far ahead is looked for what is due tomorrow: wherever the reader is, it begins within two days.
const AHEAD: i64 = 3 * 86_400_000_000;

/// A morning of somebody's that was not told yet.
struct Morning {
    project: ProjectKey,
    account: String,
    settings: Settings,
    at: Timestamp,
    due: Vec<Told>,
}

/// Tells every morning that has come by now; gives how many.
pub async fn tell(app: &App) -> Result<usize> {
    let mut told = 0;
    for project in app.db.read(projects).await? {
        let (key, now) = (project.key, app.now());
        for morning in app.db.read(move |conn| untold(conn, key, now)).await? {
            told += usize::from(tell_one(app, morning).await?);
        }
    }
    Ok(told)
}

/// The last morning of a reader that has come.
pub fn last_morning(reading: Reading, hour: u32, now: Timestamp) -> Timestamp {
    let today = reading.date(now);
    let this = reading.at_hour(today, hour);
    if this <= now {
        return this;
    }
    today.pred_opt().map_or(this, |yesterday| reading.at_hour(yesterday, hour))
}

fn untold(conn: &mut AnyConnection, project: ProjectKey, now: Timestamp) -> Result<Vec<Morning>> {
    let mut mornings = Vec::new();
    for Person { account, .. } in persons(conn, project)? {
        let settings = store::settings(conn, project, &account)?;
        let row = profile(conn, &AccountId(account.clone()))?;
        let reading = Reading::of(&row.zone, &row.dates);
        let at = last_morning(reading, settings.digest_hour, now);
        let before = store::last_morning(conn, project, &account)?;
        if before >= at {
            continue;
        }
        let due = due(conn, project, &account, reading, (before, at))?;
        mornings.push(Morning { project, account, settings, at, due });
    }
    Ok(mornings)
}

/// What is late, and what is due on the day after the morning's, of what they have or wrote; a late order is told to both, one that is
/// coming to whoever has it. What became late since the morning before is asked for by itself: whoever has more late orders than are
/// looked at would never hear of it otherwise.
fn due(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    reading: Reading,
    (before, at): (Timestamp, Timestamp),
) -> Result<Vec<Told>> {
    let (own, assignee) = (Some(account.to_owned()), Some(account.to_owned()));
    let since = Some((before.plus_micros(-1), at.plus_micros(-1)));
    let fresh = Filter { own: own.clone(), due_within: since, ..Filter::default() };
    let late = Filter { own, overdue_at: Some(at), ..Filter::default() };
    let soon = Filter { assignee, due_within: Some((at, at.plus_micros(AHEAD))), ..Filter::default() };
    let mut late = [some(conn, project, &fresh)?, some(conn, project, &late)?].concat();
    let mut seen = BTreeSet::new();
    late.retain(|row| seen.insert(row.order_id.clone()));
    let mut soon = some(conn, project, &soon)?;
    let tomorrow = reading.date(at).succ_opt();
    soon.retain(|row| row.due_at.map(|until| reading.due_day(until)) == tomorrow);
    let late = late.iter().map(|row| told(Kind::Late, row, account));
    Ok(late.chain(soon.iter().map(|row| told(Kind::DueTomorrow, row, account))).collect())
}

/// By due day: that is asked of what somebody has and of what they wrote, each in an index, and not of every order of the project.
fn some(conn: &mut AnyConnection, project: ProjectKey, filter: &Filter) -> Result<Vec<OrderRow>> {
    Ok(page(conn, project, filter, Sort::Due, None, MOST)?.rows)
}

fn told(kind: Kind, row: &OrderRow, account: &str) -> Told {
    Told {
        kind,
        about: Subject::new(AboutKind::Order, &row.order_id, &row.number, &row.title),
        place: format!("/work-orders/{}", row.number),
        // Another due day is another thing to be told of.
        said: row.due_at.map(|until| until.0.to_string()).unwrap_or_default(),
        to: vec![account.to_owned()],
    }
}

async fn tell_one(app: &App, morning: Morning) -> Result<bool> {
    let (can_mail, base) = (app.config.mail.is_on(), base_of(app));
    let write = move |tx: &mut Tx<'_>| {
        if !store::begin_morning(tx, morning.project, &morning.account, morning.at)? {
            return Ok(false);
        }
        let muted = store::mutes_of(tx.conn, morning.project, &morning.account, i64::MAX)?;
        let letterbox = Letterbox { settings: &morning.settings, can_mail };
        for one in morning.due.iter().filter(|one| !muted.contains(&one.about.id)) {
            let source = format!("{}:{}:{}", one.kind.as_str(), one.about.id, one.said);
            let new = NewNotice {
                project: morning.project,
                account: &morning.account,
                kind: one.kind,
                source: &source,
                about: &one.about,
                place: &one.place,
                said: "",
                actor_name: "",
                at: morning.at,
            };
            if give(tx, &new, &letterbox)? {
                let message = message_of(one.kind, &source, "system", morning.at, one, &base);
                hooks::job::queue(tx, morning.project, &message)?;
            }
        }
        send_digest(tx, &morning, can_mail)?;
        Ok(true)
    };
    app.db.write(&Actor::system(), write).await
}

/// Nothing is sent where nothing happened, nor while they want quiet; what waits then comes with the first one after it.
fn send_digest(tx: &mut Tx<'_>, morning: &Morning, can_mail: bool) -> Result<()> {
    let Morning { project, account, settings, at, .. } = morning;
    if !can_mail || settings.mail_stopped_at.is_some() || settings.is_quiet(tx.now()) {
        return Ok(());
    }
    if store::waiting_for_digest(tx.conn, *project, account, *at)? == 0 {
        return Ok(());
    }
    let mail = MailRow::new(*project, new_id(tx.now()), account, Some(*at), tx.now());
    if post(tx, &mail)? {
        store::carry(tx.conn, *project, account, *at, &mail.mail_id)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn the_last_morning_is_the_readers_also_when_clocks_change() {
        for (zone, hour, now, morning) in [
            ("", 7, "2026-11-21T09:00:00Z", "2026-11-21T07:00:00Z"),
            ("", 7, "2026-11-21T06:59:59Z", "2026-11-20T07:00:00Z"),
            ("", 7, "2026-11-21T07:00:00Z", "2026-11-21T07:00:00Z"),
            ("Asia/Tokyo", 7, "2026-11-21T09:00:00Z", "2026-11-20T22:00:00Z"),
            ("Pacific/Honolulu", 7, "2026-11-21T09:00:00Z", "2026-11-20T17:00:00Z"),
            // Seven o'clock is an hour earlier in UTC from that morning on.
            ("Europe/Berlin", 7, "2026-03-28T12:00:00Z", "2026-03-28T06:00:00Z"),
            ("Europe/Berlin", 7, "2026-03-29T05:00:00Z", "2026-03-29T05:00:00Z"),
            ("Europe/Berlin", 7, "2026-03-29T04:59:59Z", "2026-03-28T06:00:00Z"),
            ("Europe/Berlin", 7, "2026-10-25T06:00:00Z", "2026-10-25T06:00:00Z"),
            ("Europe/Berlin", 7, "2026-10-25T05:59:59Z", "2026-10-24T05:00:00Z"),
        ] {
            let reading = Reading::of(zone, "");
            assert_eq!(last_morning(reading, hour, at(now)), at(morning), "{zone} {now}");
        }
    }
}
