//! The job that sends one mail.

use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};

use crate::db::{AnyConnection, Tx};
use crate::foundation::{Actor, Error, ProjectKey, Result, Role, Tie, Timestamp};
use crate::jobs::{JobContext, JobKind, Tier};
use crate::notices::decide::sees;
use crate::notices::facts::persons;
use crate::notices::follow::base_of;
use crate::notices::kinds::Kind;
use crate::notices::model::AboutKind;
use crate::notices::store::{self, MailRow, MailState, NoticeRow};
use crate::people::{self, AccountId};
use crate::state::App;
use crate::web::zone::Reading;
use crate::work_orders::reads as orders;

use super::compose::{Frame, Letter, Line, MOST_LINES, of_many, of_one};
use super::transport::{Addressed, Posted, post};
use super::unsubscribe;

/// `notices.mail`
pub const KIND: JobKind = JobKind { name: "notices.mail", tier: Tier::Normal, max_attempts: 12 };

/// What the job is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// The id of the mail.
    pub mail: String,
}

/// What is to be done with a mail.
enum Ready {
    /// It is over.
    Nothing,
    /// Nobody wants it any more.
    Drop(MailRow, &'static str),
    Send(MailRow, Box<Letter>, Addressed),
}

/// Sends it; the queue's own waits are between the attempts.
pub fn run(context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let Payload { mail } = context.payload()?;
        let (project, fence, app) = (context.project(), context.fence(), context.app.clone());
        let prepare = move |tx: &mut Tx<'_>| {
            // Whoever has this job no more mails nothing.
            fence.check(tx)?;
            let now = tx.now();
            ready(tx.conn, &app, project, &mail, now)
        };
        match context.app.db.write(&Actor::system(), prepare).await? {
            Ready::Nothing => Ok(()),
            Ready::Drop(row, why) => note(&context.app, row, MailState::Dropped, why.to_owned()).await,
            Ready::Send(row, letter, to) => {
                let config = context.app.config.mail.clone();
                let sent = tokio::task::spawn_blocking(move || post(&config, &letter, &to));
                let posted = sent.await.map_err(Error::internal)?;
                settle(&context, row, posted).await
            }
        }
    })
}

async fn settle(context: &JobContext, row: MailRow, posted: Posted) -> Result<()> {
    let is_last = context.attempt() >= KIND.max_attempts;
    match posted {
        Posted::Sent => note(&context.app, row, MailState::Sent, String::new()).await,
        Posted::Refused(why) => {
            note(&context.app, row, MailState::Refused, why.clone()).await?;
            Err(Error::refused(why))
        }
        Posted::Later(why) => {
            let state = if is_last { MailState::Refused } else { MailState::Waiting };
            note(&context.app, row, state, why.clone()).await?;
            Err(Error::Unavailable(why.into()))
        }
    }
}

async fn note(app: &App, row: MailRow, state: MailState, why: String) -> Result<()> {
    let write = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        store::note_mail(tx.conn, &row, state, &why, now)
    };
    app.db.write(&Actor::system(), write).await
}

/// Whoever a mail is for, as they stand now.
struct Reader {
    account: String,
    roles: Vec<Role>,
    name: String,
    address: String,
    reading: Reading,
}

/// The letter as it stands now: whoever lost an order, their address or their account meanwhile is not told of it.
fn ready(
    conn: &mut AnyConnection,
    app: &App,
    project: ProjectKey,
    mail: &str,
    now: Timestamp,
) -> Result<Ready> {
    let Some(row) = store::mail(conn, project, mail)?.filter(MailRow::is_waiting) else {
        return Ok(Ready::Nothing);
    };
    let reader = match reader(conn, project, &row.account_id)? {
        Ok(reader) => reader,
        Err(why) => return Ok(Ready::Drop(row, why)),
    };
    let (base, account) = (base_of(app), reader.account.as_str());
    let carried = store::first_lines(conn, project, account, mail, count(MOST_LINES))?;
    let more = store::of_mail(conn, project, account, mail)?.saturating_sub(count(carried.len()));
    let mut lines = Vec::new();
    for notice in &carried {
        if is_still_seen(conn, notice, account, &reader.roles)? {
            lines.extend(line(notice, reader.reading, &base, now));
        }
    }
    let token = unsubscribe::token(&app.keys.server_key, project, account);
    let frame = Frame {
        project: project_name(conn, project)?,
        settings: format!("{base}/notices/settings"),
        unsubscribe: format!("{base}/notices/unsubscribe/{token}"),
        zone: reader.reading.zone_name(),
    };
    let letter = match (lines.as_slice(), row.digest_of) {
        ([], _) => return Ok(Ready::Drop(row, "nothing is left of it that this account may see")),
        ([one], None) => of_one(one, &frame),
        (lines, _) => of_many(lines, usize::try_from(more).unwrap_or_default(), &frame),
    };
    let Reader { name, address, .. } = reader;
    let to = Addressed { name, address, id: row.mail_id.clone(), at: row.created_at };
    Ok(Ready::Send(row, Box::new(letter), to))
}

/// Who it is for, or why nobody is.
fn reader(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
) -> Result<std::result::Result<Reader, &'static str>> {
    let Some(person) = persons(conn, project)?.into_iter().find(|person| person.account == account) else {
        return Ok(Err("the account is in this project no more"));
    };
    if store::settings(conn, project, account)?.mail_stopped_at.is_some() {
        return Ok(Err("no mail is wanted any more"));
    }
    let id = AccountId(account.to_owned());
    let found = people::reads::account_by_id(conn, &id)?;
    let Some((name, address)) = found.and_then(|found| Some((found.name, found.email?))) else {
        return Ok(Err("the account has no mail address"));
    };
    let profile = people::reads::profile(conn, &id)?;
    let reading = Reading::of(&profile.zone, &profile.dates);
    Ok(Ok(Reader { account: person.account, roles: person.roles, name, address, reading }))
}

fn count(lines: usize) -> i64 {
    i64::try_from(lines).unwrap_or(i64::MAX)
}

fn project_name(conn: &mut AnyConnection, project: ProjectKey) -> Result<String> {
    let all = people::reads::projects(conn)?;
    Ok(all.into_iter().find(|row| row.key == project).map(|row| row.name).unwrap_or_default())
}

/// An order that went to somebody else is not theirs to be told of any more, but for that very word.
fn is_still_seen(
    conn: &mut AnyConnection,
    notice: &NoticeRow,
    account: &str,
    roles: &[Role],
) -> Result<bool> {
    if notice.about_kind() != AboutKind::Order || notice.kind() == Some(Kind::Taken) {
        return Ok(true);
    }
    let Some(order) = orders::by_id(conn, notice.project, &notice.about_id)? else { return Ok(false) };
    let is = |of: &Option<String>| of.as_deref() == Some(account);
    let tie = Tie {
        is_author: is(&order.owner),
        is_assignee: is(&order.assignee_account),
        answers: is(&order.accountable),
        ..Tie::default()
    };
    Ok(sees(roles, &tie))
}

fn line(notice: &NoticeRow, reading: Reading, base: &str, now: Timestamp) -> Option<Line> {
    let kind = notice.kind()?;
    Some(Line {
        label: kind.label(),
        sentence: kind.sentence(&notice.actor_name, &notice.number),
        number: notice.number.clone(),
        title: notice.title.clone(),
        when: reading.short(notice.at, Some(now)),
        href: format!("{base}{}", notice.place),
    })
}
