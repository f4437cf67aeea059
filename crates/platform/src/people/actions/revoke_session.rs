//! End a session from afar: one's own, or as an admin somebody else's.

use crate::foundation::{Action, Asker, Error, Result};
use crate::people::model::AccountId;
use crate::people::reach;
use crate::people::service::People;
use crate::people::store;

impl People {
    /// Ends the session at once. Ending one that has ended is no error.
    pub async fn revoke_session(&self, asker: &Asker, session: &str) -> Result<()> {
        let (asker, session) = (asker.clone(), session.to_owned());
        self.write(&asker.actor.clone(), move |people, tx| {
            let missing = || Error::not_found("that session");
            let row = store::session(tx.conn, &session)?.ok_or_else(missing)?;
            // A session is all of an account's, so somebody else's is for who manages the whole account.
            if row.account.0 != asker.actor.id
                && (asker.must(Action::ManagePeople).is_err()
                    || row.project != asker.project
                    || !reach::is_wholly_within(tx.conn, &asker, &row.account)?)
            {
                return Err(missing());
            }
            people.end_sessions_in(tx, &row.account, |id| id == session)?;
            Ok(())
        })
        .await
    }

    /// Ends every session of the asker but the present one; returns how many.
    pub async fn revoke_other_sessions(&self, asker: &Asker) -> Result<usize> {
        let asker = asker.clone();
        self.write(&asker.actor.clone(), move |people, tx| {
            let account = AccountId(asker.actor.id.clone());
            let present = asker.actor.session.as_deref();
            people.end_sessions_in(tx, &account, |id| Some(id) != present)
        })
        .await
    }
}
