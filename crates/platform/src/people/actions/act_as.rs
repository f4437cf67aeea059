//! The operator acts as an account: what a command then does is that account's work, by its roles.

use super::authenticate::{asker_of, live_account};
use crate::foundation::{Action, Asker, Error, Result};
use crate::people::service::People;
use crate::people::store;

impl People {
    /// The account with this code or mail address, as it may act in the operator's project now.
    pub async fn act_as(&self, operator: &Asker, word: &str) -> Result<Asker> {
        operator.must(Action::ManagePeople)?;
        if !operator.is_operator() {
            return Err(Error::forbidden(
                "only the command line on the server's own machine acts as somebody",
            ));
        }
        let (id, project) = (self.find_account(word).await?.id, operator.project);
        let find = move |conn: &mut crate::db::AnyConnection| {
            let Some(account) = live_account(conn, &id)? else {
                return Err(Error::refused("This account is disabled."));
            };
            let project = store::project(conn, project)?.ok_or_else(|| Error::not_found("the project"))?;
            asker_of(conn, account, project)
        };
        let asker = self.app.db.read(find).await?;
        if asker.roles.is_empty() {
            return Err(Error::forbidden(format!("{word} holds no role in this project")));
        }
        Ok(asker)
    }
}
