//! Change one's own password: the present one is asked for, and all other sessions end.

use crate::foundation::{Asker, Error, Result};
use crate::people::model::{AccountId, check_new_password};
use crate::people::service::People;

impl People {
    /// Changes the password of a signed-in person.
    pub async fn change_password(&self, asker: &Asker, current: &str, new: &str) -> Result<()> {
        if !asker.is_person() {
            return Err(Error::forbidden("an agent has no password"));
        }
        check_new_password("new_password", new)?;
        if !self.confirm_password(asker, current).await? {
            return Err(Error::invalid(
                "current_password",
                "this is not your password, or it was wrong too often in this session: wait a little",
            ));
        }
        let phc = self.hasher.hash(asker.id(), new).await?;
        let (account, present) = (AccountId::of(asker), asker.actor.session.clone());
        self.write(&asker.actor, move |people, tx| {
            people.set_password_in(tx, &account, &phc, None)?;
            people.end_sessions_in(tx, &account, |id| Some(id) != present.as_deref())?;
            Ok(())
        })
        .await
    }
}
