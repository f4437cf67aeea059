//! Say that two accounts belong to one person: both are theirs, or one is an agent that they own.
//!
//! From then on they are one unit for separation of duties. It cannot be taken back: what one of them did while they
//! were one stays done by both.

use crate::foundation::{Action, Asker, Error, Result};
use crate::people::events::{PeopleEvent, SamePerson, account_stream};
use crate::people::model::AccountId;
use crate::people::reach;
use crate::people::service::People;
use crate::people::units::unit_of;

impl People {
    /// Joins the two; false when they were one unit already.
    pub async fn same_person(&self, asker: &Asker, one: AccountId, other: AccountId) -> Result<bool> {
        asker.must(Action::ManagePeople)?;
        if one == other {
            return Err(Error::invalid("other", "name two different accounts"));
        }
        let asker = asker.clone();
        self.write(&asker.actor.clone(), move |people, tx| {
            reach::whole(tx.conn, &asker, &one)?;
            reach::whole(tx.conn, &asker, &other)?;
            if unit_of(tx.conn, &one.0)?.contains(&other.0) {
                return Ok(false);
            }
            let event = PeopleEvent::SamePerson(SamePerson { other });
            people.emit(tx, &account_stream(&one), &event)?;
            Ok(true)
        })
        .await
    }
}
