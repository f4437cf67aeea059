//! Give an account a role in the asker's project.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, ProjectKey, Result, Role};
use crate::people::events::{PeopleEvent, RoleChange, membership_stream};
use crate::people::model::{AccountId, AccountKind};
use crate::people::reach;
use crate::people::service::People;
use crate::people::store::{self, AccountRow};

impl People {
    /// Gives the role; giving it again changes nothing.
    pub async fn grant_role(&self, asker: &Asker, account: AccountId, role: Role) -> Result<()> {
        asker.must(Action::ManagePeople)?;
        let asker = asker.clone();
        self.write(&asker.actor.clone(), move |people, tx| {
            let account = reach::known(tx.conn, &asker, &account)?;
            people.grant_in(tx, asker.project, &account, role)
        })
        .await
    }

    pub(super) fn grant_in(
        &self,
        tx: &mut Tx<'_>,
        project: ProjectKey,
        account: &AccountRow,
        role: Role,
    ) -> Result<()> {
        check_fits(account.kind(), role)?;
        if account.disabled_at.is_some() {
            return Err(Error::refused("This account is disabled: enable it before giving it a role."));
        }
        if store::project(tx.conn, project)?.is_none() {
            return Err(Error::not_found("that project"));
        }
        if store::roles(tx.conn, project, &account.id)?.contains(&role) {
            return Ok(());
        }
        self.clear_keys_after(tx);
        let event = PeopleEvent::RoleGranted(RoleChange { role });
        self.emit(tx, &membership_stream(project, &account.id), &event)
    }
}

/// Agents hold the agent's role and no other; people hold any but that.
pub(super) fn check_fits(kind: AccountKind, role: Role) -> Result<()> {
    match (kind, role) {
        (AccountKind::Agent, Role::Agent) => Ok(()),
        (AccountKind::Human, Role::Agent) => {
            Err(Error::invalid("role", "the agent role is for agent accounts: create one for the program"))
        }
        (AccountKind::Agent, _) => Err(Error::invalid(
            "role",
            "an agent account holds the agent role only: agents never sign, judge or approve",
        )),
        (AccountKind::Human, _) => Ok(()),
    }
}
