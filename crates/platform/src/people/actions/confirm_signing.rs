//! Proving who one is, to sign: with email and password at the first signature of a session, with the password later.
//!
//! Only attempts in the account's own session count: nobody else can have it locked. What was wrong is told to nobody.

use crate::db::{AnyConnection, Tx};
use crate::foundation::{Action, Asker, Error, Result};
use crate::people::events::{Nothing, PeopleEvent, SigningFailed, SigningLocked, account_stream};
use crate::people::model::AccountId;
use crate::people::reach;
use crate::people::service::People;
use crate::people::store::{self, LockRow, SIGNING};

/// The one answer to every wrong attempt.
pub const WRONG: &str = "What you gave to sign with is not right. Nothing was signed; give it again.";

/// How somebody proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// Whether all components were given, or only the password.
    pub with_all: bool,
    /// The code of the account.
    pub code: String,
}

/// What signing asks of somebody now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningAsks {
    /// Whether the email address is asked for as well.
    pub email: bool,
    /// Since when the account may not sign.
    pub locked: Option<LockRow>,
    /// After how many wrong attempts it may not sign any more.
    pub attempts: i64,
    /// The code of the account.
    pub code: String,
}

/// What is stored about a signer.
struct Signer {
    email: Option<String>,
    code: String,
    phc: Option<String>,
    lock: Option<LockRow>,
    asks_email: bool,
}

impl People {
    /// What this person has to give to sign.
    pub async fn signing_asks(&self, asker: &Asker) -> Result<SigningAsks> {
        let signer = self.signer(asker).await?;
        Ok(SigningAsks {
            email: signer.asks_email,
            locked: signer.lock,
            attempts: self.app.config.signing.attempts,
            code: signer.code,
        })
    }

    /// Believes a signer, or refuses. A wrong attempt counts; enough of them lock signing for the account.
    pub async fn confirm_signing(&self, asker: &Asker, email: &str, password: &str) -> Result<Proven> {
        if !asker.is_person() {
            return Err(Error::forbidden("only people sign: an agent or a service never does"));
        }
        let signer = self.signer(asker).await?;
        if let Some(lock) = &signer.lock {
            return Err(locked(lock.failures));
        }
        if password.is_empty() {
            return Err(Error::invalid("password", "give your password to sign"));
        }
        if signer.asks_email && email.trim().is_empty() {
            return Err(Error::invalid(
                "email",
                "the first signature of a session asks for your email address as well as your password",
            ));
        }
        let is_email = !signer.asks_email || signer.email.as_deref() == Some(&*email.trim().to_lowercase());
        let turn = format!("signing:{}", asker.id());
        let is_password = self.hasher.verify(&turn, password, signer.phc.as_deref()).await?;
        if is_email && is_password {
            self.note_signing(asker, signer.asks_email).await?;
            return Ok(Proven { with_all: signer.asks_email, code: signer.code });
        }
        let failures = self.count_signing_failure(asker).await?;
        if failures >= self.app.config.signing.attempts {
            return Err(locked(failures));
        }
        Err(Error::invalid("password", WRONG))
    }

    async fn signer(&self, asker: &Asker) -> Result<Signer> {
        let (account, asker) = (AccountId::of(asker), asker.clone());
        let read = move |conn: &mut AnyConnection| {
            let row = store::account(conn, &account)?.filter(|row| row.disabled_at.is_none());
            let row = row.ok_or_else(|| Error::forbidden("this account may not sign"))?;
            let full = match asker.actor.session.as_deref() {
                Some(session) => store::full_signing(conn, session)?,
                None => None,
            };
            Ok(Signer {
                email: row.email,
                code: row.code,
                phc: store::password(conn, &account)?,
                lock: store::lock_of(conn, &account)?,
                asks_email: full.is_none_or(|address| address != asker.address),
            })
        };
        self.app.db.read(read).await
    }

    async fn note_signing(&self, asker: &Asker, with_all: bool) -> Result<()> {
        let asker = asker.clone();
        self.write(&asker.actor.clone(), move |_, tx| {
            let account = AccountId::of(&asker);
            // Guesses sent side by side may have locked the account since it was read.
            if let Some(lock) = store::lock_of(tx.conn, &account)? {
                return Err(locked(lock.failures));
            }
            store::forgive_place(tx.conn, &account, SIGNING)?;
            let now = tx.now();
            match asker.actor.session.as_deref().filter(|_| with_all) {
                Some(session) => store::note_full_signing(tx.conn, session, &account, &asker.address, now),
                None => Ok(()),
            }
        })
        .await
    }

    async fn count_signing_failure(&self, asker: &Asker) -> Result<i64> {
        let (asker, most) = (asker.clone(), self.app.config.signing.attempts);
        self.write(&asker.actor.clone(), move |people, tx| people.count_in(tx, &asker, most)).await
    }

    fn count_in(&self, tx: &mut Tx<'_>, asker: &Asker, most: i64) -> Result<i64> {
        let (account, now) = (AccountId::of(asker), tx.now());
        if let Some(lock) = store::lock_of(tx.conn, &account)? {
            return Ok(lock.failures);
        }
        let failed = store::failures(tx.conn, &account, SIGNING)?.and_one(now);
        store::put_failures(tx.conn, &account, SIGNING, failed)?;
        let stream = account_stream(&account);
        let ip: String = asker.address.chars().filter(|c| !c.is_control()).take(64).collect();
        let failures = failed.count;
        self.emit(tx, &stream, &PeopleEvent::SigningFailed(SigningFailed { ip, failures }))?;
        if failures >= most {
            self.emit(tx, &stream, &PeopleEvent::SigningLocked(SigningLocked { failures }))?;
        }
        Ok(failures)
    }

    /// Lets somebody sign again: an admin who manages the whole account, never for oneself; or the operator.
    pub async fn unlock_signing(&self, asker: &Asker, account: AccountId) -> Result<()> {
        asker.must(Action::ManagePeople)?;
        if account.0 == asker.id() {
            return Err(Error::forbidden(
                "nobody lifts their own lock: another admin does, or the operator with tracewright user unlock",
            ));
        }
        let asker = asker.clone();
        self.write(&asker.actor.clone(), move |people, tx| {
            let account = reach::whole(tx.conn, &asker, &account)?;
            if store::lock_of(tx.conn, &account.id)?.is_none() {
                return Ok(());
            }
            store::forgive_place(tx.conn, &account.id, SIGNING)?;
            people.emit(tx, &account_stream(&account.id), &PeopleEvent::SigningUnlocked(Nothing {}))
        })
        .await
    }
}

fn locked(failures: i64) -> Error {
    Error::invalid(
        "signing",
        format!(
            "Signing is locked for your account after {failures} wrong attempts; everything else works. An admin can \
             lift it on the page People."
        ),
    )
}
