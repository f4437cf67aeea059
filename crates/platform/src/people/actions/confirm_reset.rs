//! Confirm that the right person has an account whose password somebody else's link set.
//!
//! Until then what is done in that name carries a mark: whoever made the link could have used it. The person shows who
//! they are by the password from before; where there was none, by the new one. Somebody who lost it is vouched for by an
//! admin apart from who made the link, or by the operator.

use crate::foundation::{Action, Asker, Error, Result};
use crate::people::events::{ConfirmedHow, PeopleEvent, ResetConfirmed, account_stream};
use crate::people::model::AccountId;
use crate::people::reach;
use crate::people::service::People;
use crate::people::store;
use crate::people::units::unit_of;

impl People {
    /// Confirms one's own account by the password from before the reset, or by the present one if there was none.
    pub async fn confirm_reset(&self, asker: &Asker, password: &str) -> Result<()> {
        if !asker.is_person() {
            return Err(Error::forbidden("an agent has no password"));
        }
        let account = AccountId::of(asker);
        let id = account.clone();
        let former = self.app.db.read(move |conn| store::former_password(conn, &id)).await?;
        let (how, is_right) = match &former {
            Some(phc) => {
                let how = ConfirmedHow::FormerPassword;
                (how, self.confirm_against(asker, password, phc).await?)
            }
            None => (ConfirmedHow::Again, self.confirm_password(asker, password).await?),
        };
        if !is_right {
            return Err(Error::invalid("password", wrong(how)));
        }
        self.write(&asker.actor, move |people, tx| people.confirm_in(tx, &account, how)).await
    }

    /// Vouches for somebody else: an admin who manages the whole account, is not one with who made the link, and about
    /// whom nothing of the kind is open.
    pub async fn vouch_for(&self, asker: &Asker, account: AccountId) -> Result<()> {
        asker.must(Action::ManagePeople)?;
        if asker.actor.under_reset.is_some() {
            return Err(Error::forbidden(
                "somebody else's link set your own password; confirm your account first, then vouch for others",
            ));
        }
        let asker = asker.clone();
        self.write(&asker.actor.clone(), move |people, tx| {
            let row = reach::whole(tx.conn, &asker, &account)?;
            let unit = unit_of(tx.conn, asker.id())?;
            let resets = store::resets_of(tx.conn, &account)?;
            let makers = resets.iter().filter(|row| row.confirmed_at.is_none()).map(|row| row.reset_by.as_str());
            if !asker.is_operator() && (unit.contains(&account.0) || unit.contains_any(makers)) {
                return Err(Error::forbidden(
                    "you, or an account that counts as one with you, made the link; the person confirms by the password \
                     from before, or another admin or the operator vouches",
                ));
            }
            people.confirm_in(tx, &row.id, ConfirmedHow::Vouched)
        })
        .await
    }

    fn confirm_in(&self, tx: &mut crate::db::Tx<'_>, account: &AccountId, how: ConfirmedHow) -> Result<()> {
        if store::unconfirmed_reset(tx.conn, account)?.is_none() {
            return Ok(());
        }
        store::keep_former(tx.conn, account, None)?;
        self.emit(tx, &account_stream(account), &PeopleEvent::ResetConfirmed(ResetConfirmed { how }))
    }
}

fn wrong(how: ConfirmedHow) -> &'static str {
    match how {
        ConfirmedHow::Again => {
            "this is not your password, or it was wrong too often in this session: wait a little"
        }
        _ => {
            "this is not the password you had before, or it was wrong too often in this session; if you lost it, \
             another admin or the operator can vouch for you"
        }
    }
}
