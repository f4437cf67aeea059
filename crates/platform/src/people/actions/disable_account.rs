//! Disable an account: it keeps its name, code and signatures, and may do nothing any more. And enable it again.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result, Role};
use crate::people::events::{Nothing, PeopleEvent, SessionChange, account_stream};
use crate::people::model::AccountId;
use crate::people::reach;
use crate::people::service::People;
use crate::people::store::{self, AccountRow};

impl People {
    /// Disables the account and ends its sessions; its keys stop at once.
    pub async fn disable_account(&self, asker: &Asker, account: AccountId) -> Result<()> {
        asker.must(Action::ManagePeople)?;
        let asker = asker.clone();
        self.write(&asker.actor.clone(), move |people, tx| {
            let account = reach::whole(tx.conn, &asker, &account)?;
            if account.disabled_at.is_some() {
                return Ok(());
            }
            keep_an_admin(tx, &account)?;
            people.clear_keys_after(tx);
            people.end_sessions_in(tx, &account.id, |_| true)?;
            people.emit(tx, &account_stream(&account.id), &PeopleEvent::AccountDisabled(Nothing {}))
        })
        .await
    }

    /// Enables a disabled account; its roles are as they were.
    pub async fn enable_account(&self, asker: &Asker, account: AccountId) -> Result<()> {
        asker.must(Action::ManagePeople)?;
        let asker = asker.clone();
        self.write(&asker.actor.clone(), move |people, tx| {
            let account = reach::whole(tx.conn, &asker, &account)?;
            if account.disabled_at.is_none() {
                return Ok(());
            }
            people.clear_keys_after(tx);
            people.emit(tx, &account_stream(&account.id), &PeopleEvent::AccountEnabled(Nothing {}))
        })
        .await
    }

    /// Ends live sessions of an account and writes an event for each.
    pub(super) fn end_sessions_in(
        &self,
        tx: &mut Tx<'_>,
        account: &AccountId,
        which: impl Fn(&str) -> bool,
    ) -> Result<usize> {
        let now = tx.now();
        let ended = store::revoke_sessions(tx.conn, account, which, now)?;
        for session in &ended {
            let event = PeopleEvent::SessionRevoked(SessionChange { session: session.clone() });
            self.emit(tx, &account_stream(account), &event)?;
        }
        Ok(ended.len())
    }
}

fn keep_an_admin(tx: &mut Tx<'_>, account: &AccountRow) -> Result<()> {
    for project in store::memberships_of(tx.conn, &account.id)? {
        let is_admin = store::roles(tx.conn, project, &account.id)?.contains(&Role::Admin);
        if is_admin && store::admins_other_than(tx.conn, project, &account.id)? == 0 {
            return Err(Error::refused(
                "This is the project's last admin: give somebody else the admin role first.",
            ));
        }
    }
    Ok(())
}
