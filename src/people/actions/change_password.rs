//! Change one's own password: the present one is asked for, and all other sessions end.

use crate::foundation::{Error, Result};
use crate::people::model::{SignedIn, check_new_password};
use crate::people::service::{People, Visitor};

impl People {
    /// Changes the password of a signed-in person.
    pub async fn change_password(
        &self,
        who: &SignedIn,
        current: &str,
        new: &str,
        visitor: &Visitor,
    ) -> Result<()> {
        check_new_password("new_password", new)?;
        if !self.confirm_password(who, current, visitor).await? {
            return Err(Error::invalid(
                "current_password",
                "this is not your password, or the account is locked after five failed attempts",
            ));
        }
        let phc = self.hasher.hash(new).await?;
        let (account, present) = (who.account.clone(), who.session.clone());
        self.write(&who.actor(visitor.request_id.clone()), move |people, tx| {
            people.set_password_in(tx, &account, &phc)?;
            people.end_sessions_in(tx, &account, |id| Some(id) != present.as_deref())?;
            Ok(())
        })
        .await
    }
}
