//! Take a role away. The last admin of a project keeps theirs.

use crate::foundation::{Action, Asker, Error, Result, Role};
use crate::people::events::{PeopleEvent, RoleChange, membership_stream};
use crate::people::model::AccountId;
use crate::people::reach;
use crate::people::service::People;
use crate::people::store;

impl People {
    /// Takes the role; it is felt by the account's next request.
    pub async fn revoke_role(&self, asker: &Asker, account: AccountId, role: Role) -> Result<()> {
        asker.must(Action::ManagePeople)?;
        let (asker, project) = (asker.clone(), asker.project);
        self.write(&asker.actor.clone(), move |people, tx| {
            reach::known(tx.conn, &asker, &account)?;
            if !store::roles(tx.conn, project, &account)?.contains(&role) {
                return Ok(());
            }
            if role == Role::Admin && store::admins_other_than(tx.conn, project, &account)? == 0 {
                return Err(Error::refused(
                    "This is the project's last admin: give somebody else the admin role first.",
                ));
            }
            people.clear_keys_after(tx);
            let event = PeopleEvent::RoleRevoked(RoleChange { role });
            people.emit(tx, &membership_stream(project, &account), &event)
        })
        .await
    }
}
