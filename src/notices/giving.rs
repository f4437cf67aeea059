//! Giving somebody a notice: once of each source, with the mail that they want of it, in one transaction.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::jobs::{self, Options};

use super::kinds::Kind;
use super::mail::job::{KIND, Payload};
use super::model::{AT_ONCE_AN_HOUR, Mail, Settings, Subject};
use super::store::{self, MailRow, NoticeRow};

/// One hour, in microseconds.
const HOUR: i64 = 3_600_000_000;

/// A notice for one account.
pub(super) struct NewNotice<'a> {
    pub(super) project: ProjectKey,
    pub(super) account: &'a str,
    pub(super) kind: Kind,
    /// The event, or what is due when.
    pub(super) source: &'a str,
    pub(super) about: &'a Subject,
    pub(super) place: &'a str,
    pub(super) said: &'a str,
    /// Empty for what comes by itself.
    pub(super) actor_name: &'a str,
    pub(super) at: Timestamp,
}

/// How somebody gets their mail.
pub(super) struct Letterbox<'a> {
    pub(super) settings: &'a Settings,
    /// Whether the server can mail at all; what it could not is not mailed later.
    pub(super) can_mail: bool,
}

/// Gives it, unless they have it already; whether they were given it.
pub(super) fn give(tx: &mut Tx<'_>, new: &NewNotice<'_>, letterbox: &Letterbox<'_>) -> Result<bool> {
    let mail = wanted_mail(tx, new, letterbox)?;
    let id = new_id(tx.now());
    let row = NoticeRow {
        project: new.project,
        notice_id: id.clone(),
        account_id: new.account.to_owned(),
        kind: new.kind.as_str().to_owned(),
        source: new.source.to_owned(),
        about_kind: new.about.kind.as_str().to_owned(),
        about_id: new.about.id.clone(),
        number: new.about.number.clone(),
        title: new.about.title.clone(),
        place: new.place.to_owned(),
        said: new.said.to_owned(),
        actor_name: new.actor_name.to_owned(),
        at: new.at,
        read_at: None,
        mail: mail.as_str().to_owned(),
        mail_id: (mail == Mail::AtOnce).then(|| id.clone()),
    };
    if !store::insert_notice(tx.conn, &row)? {
        return Ok(false);
    }
    if mail == Mail::AtOnce {
        post(tx, &MailRow::new(new.project, id, new.account, None, tx.now()))?;
    }
    Ok(true)
}

/// Puts a mail on its way; one of a morning that has one already is not sent twice, and `false` says so.
pub(super) fn post(tx: &mut Tx<'_>, mail: &MailRow) -> Result<bool> {
    if !store::insert_mail(tx.conn, mail)? {
        return Ok(false);
    }
    let payload = Payload { mail: mail.mail_id.clone() };
    jobs::enqueue(tx, mail.project, KIND, &payload, Options::default())?;
    Ok(true)
}

/// Of a flood, the first come at once and the rest with the digest.
fn wanted_mail(tx: &mut Tx<'_>, new: &NewNotice<'_>, letterbox: &Letterbox<'_>) -> Result<Mail> {
    if !letterbox.can_mail {
        return Ok(Mail::Never);
    }
    let (wanted, now) = (letterbox.settings.mail(new.kind, tx.now()), tx.now());
    if wanted != Mail::AtOnce {
        return Ok(wanted);
    }
    let lately = store::mails_since(tx.conn, new.project, new.account, now.plus_micros(-HOUR))?;
    Ok(if lately < AT_ONCE_AN_HOUR { Mail::AtOnce } else { Mail::Digest })
}
