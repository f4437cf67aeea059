//! What somebody sets about themselves: the printed name, how they read times and dates, the mail address they sign in
//! with.

use crate::foundation::{Asker, Error, Result};
use crate::people::events::{EmailChanged, PeopleEvent, ProfileSet, account_stream};
use crate::people::model::{AccountId, Email, PersonName};
use crate::people::service::People;
use crate::people::store::{self, ProfileRow};
use crate::web::zone::{self, Dates};

/// A profile as somebody wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProfile {
    pub name: PersonName,
    /// An IANA name, or empty for the browser's.
    pub zone: String,
    /// The stored word of a form of dates.
    pub dates: String,
}

impl People {
    /// Sets one's own profile. What was signed and done before keeps the name of then.
    pub async fn set_profile(&self, asker: &Asker, new: NewProfile) -> Result<()> {
        only_people(asker)?;
        if !new.zone.is_empty() && !zone::is_known(&new.zone) {
            return Err(Error::invalid("zone", "choose a zone from the list, such as Europe/Lisbon"));
        }
        if Dates::read(&new.dates).is_none() {
            return Err(Error::invalid("dates", "choose one of the forms"));
        }
        let account = AccountId::of(asker);
        self.write(&asker.actor, move |people, tx| {
            let set = ProfileSet { name: new.name.as_str().to_owned(), zone: new.zone, dates: new.dates };
            let name = store::account(tx.conn, &account)?.map(|row| row.name).unwrap_or_default();
            let before = store::profile(tx.conn, &account)?;
            if before == (ProfileRow { zone: set.zone.clone(), dates: set.dates.clone() }) && name == set.name
            {
                return Ok(());
            }
            people.emit(tx, &account_stream(&account), &PeopleEvent::ProfileSet(set))
        })
        .await
    }

    /// Changes the address one signs in with; the password is asked for. Signing asks for all components again.
    pub async fn change_email(&self, asker: &Asker, email: Email, password: &str) -> Result<()> {
        only_people(asker)?;
        if !self.confirm_password(asker, password).await? {
            return Err(Error::invalid(
                "email_password",
                "this is not your password, or it was wrong too often in this session: wait a little",
            ));
        }
        let account = AccountId::of(asker);
        self.write(&asker.actor, move |people, tx| {
            match store::account_by_email(tx.conn, email.as_str())? {
                Some(row) if row.id == account => return Ok(()),
                // Whose it is stays untold.
                Some(_) => return Err(Error::invalid("email", "this address cannot be used here")),
                None => {}
            }
            store::forget_signing(tx.conn, &account, None)?;
            let changed = EmailChanged { email: email.as_str().to_owned() };
            people.emit(tx, &account_stream(&account), &PeopleEvent::EmailChanged(changed))
        })
        .await
    }
}

fn only_people(asker: &Asker) -> Result<()> {
    if asker.is_person() { Ok(()) } else { Err(Error::forbidden("an agent has no profile of its own")) }
}
