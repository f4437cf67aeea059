//! Mails and deliveries that nobody sends any more: the process that made the last attempt was killed, or somebody called the job off. The
//! job says so on its own page; here what it was to send is ended, so that nothing seems to be on its way for ever.

use crate::db::{AnyConnection, Tx};
use crate::foundation::{Actor, Result};
use crate::jobs;
use crate::state::App;

use super::store::{self, Attempt, DeliveryRow, MailRow, MailState};
use super::{hooks, mail};

/// Rows of each kind that one sweep looks at, the oldest first: what is still sent ends within hours and makes room for the rest.
const LOOKED_AT: i64 = 1_000;
/// What is said of them.
const WHY: &str = "how its last attempt went is not known: the server stopped in the middle of it, or the job was called off";

/// Ends what waits although no job is going to send it; gives how many mails and deliveries those were.
pub async fn give_up(app: &App) -> Result<usize> {
    let write = |tx: &mut Tx<'_>| Ok(give_up_mails(tx)? + give_up_deliveries(tx)?);
    app.db.write(&Actor::system(), write).await
}

fn give_up_mails(tx: &mut Tx<'_>) -> Result<usize> {
    let (now, mut ended) = (tx.now(), 0);
    for row in store::waiting_mails(tx.conn, LOOKED_AT)? {
        if !is_sent_still(tx.conn, &row)? {
            // It counts the attempts of which it is known how they went.
            let row = MailRow { attempts: row.attempts - 1, ..row };
            store::note_mail(tx.conn, &row, MailState::Refused, WHY, now)?;
            ended += 1;
        }
    }
    Ok(ended)
}

fn give_up_deliveries(tx: &mut Tx<'_>) -> Result<usize> {
    let (now, mut ended) = (tx.now(), 0);
    for row in store::waiting_deliveries(tx.conn, LOOKED_AT)? {
        if !is_delivered_still(tx.conn, &row)? {
            let status = row.status.and_then(|status| u16::try_from(status).ok());
            let row = DeliveryRow { attempts: row.attempts - 1, ..row };
            store::note_delivery(tx.conn, &row, &Attempt { state: "failed", status, why: WHY }, now)?;
            ended += 1;
        }
    }
    Ok(ended)
}

fn is_sent_still(conn: &mut AnyConnection, row: &MailRow) -> Result<bool> {
    let payload = mail::job::Payload { mail: row.mail_id.clone() };
    jobs::is_to_come(conn, row.project, mail::job::KIND, &payload)
}

fn is_delivered_still(conn: &mut AnyConnection, row: &DeliveryRow) -> Result<bool> {
    let payload = hooks::job::Payload { delivery: row.delivery_id.clone() };
    jobs::is_to_come(conn, row.project, hooks::job::KIND, &payload)
}
