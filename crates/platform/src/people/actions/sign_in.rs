//! Sign in with mail address and password, and sign out.
//!
//! Whatever is wrong, the answer is the same and takes the same work: one hash and one write. Failures are counted by
//! account and by the place they come from, a known device or a network address; after five each further attempt from
//! there waits longer (rule R18). No place waits for another, so nobody is kept out by a stranger's guesses.

use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{Actor, ActorKind, Asker, Error, ProjectKey, Result};
use crate::people::backoff::{self, Failures};
use crate::people::events::{PeopleEvent, SessionChange, SignInFailed, SignInLocked, account_stream};
use crate::people::model::{AccountId, AccountKind};
use crate::people::secrets::Token;
use crate::people::service::{People, Visitor};
use crate::people::store::{self, AccountRow, EVERYWHERE, SessionRow};

/// The one answer to every failed attempt.
pub const WRONG: &str = "That email address and password do not open an account, or this place must wait. After five \
     failed attempts each further one from the same place waits longer, up to 15 minutes.";

/// A session that has just begun.
#[derive(Clone, Debug)]
pub struct Started {
    /// The session's id.
    pub session: String,
    /// What goes into the cookie, once.
    pub token: Token,
    /// What the browser is known by from now on.
    pub device: Token,
    /// Whose link set the password, while that is not confirmed: the person is told as they come in.
    pub reset_by: Option<String>,
}

/// What is stored about whoever tries to sign in.
struct Candidate {
    account: AccountRow,
    phc: Option<String>,
    /// The place the attempt counts under.
    source: String,
    failures: Failures,
}

impl People {
    /// Starts a session, or refuses with [`WRONG`].
    pub async fn sign_in(&self, email: &str, password: &str, visitor: &Visitor) -> Result<Started> {
        let email = email.trim().to_lowercase();
        let candidate = self.candidate(&email, visitor).await?;
        let source = candidate.as_ref().map_or_else(|| visitor.source(), |c| c.source.clone());
        let failures =
            candidate.as_ref().map_or_else(|| self.strangers.failures(&email, &source), |c| c.failures);
        if failures.is_blocked(self.app.now()) {
            return Err(Error::refused(WRONG));
        }
        let phc = candidate.as_ref().and_then(|c| c.phc.as_deref());
        let is_right = self.hasher.verify(&source, password, phc).await?;
        match candidate {
            Some(c) if is_right && may_enter(&c.account) => self.start_session(c.account, visitor).await,
            Some(c) => {
                self.note_failure(c.account.id, source, visitor).await?;
                Err(Error::refused(WRONG))
            }
            None => {
                self.note_stranger(&email, &source).await?;
                Err(Error::refused(WRONG))
            }
        }
    }

    /// Whether this is the account's password, for signing and other acts that ask again. A wrong one counts as a
    /// failed attempt of the session, which waits like any other place.
    pub async fn confirm_password(&self, asker: &Asker, password: &str) -> Result<bool> {
        let (account, source) = (AccountId::of(asker), session_source(asker));
        let read = move |conn: &mut AnyConnection| {
            Ok((store::password(conn, &account)?, store::failures(conn, &account, &source)?))
        };
        let (phc, failures) = self.app.db.read(read).await?;
        self.compare(asker, password, phc.as_deref(), failures).await
    }

    /// The same against another hash of the account's.
    pub(super) async fn confirm_against(&self, asker: &Asker, password: &str, phc: &str) -> Result<bool> {
        let (account, source) = (AccountId::of(asker), session_source(asker));
        let failures = self.app.db.read(move |conn| store::failures(conn, &account, &source)).await?;
        self.compare(asker, password, Some(phc), failures).await
    }

    async fn compare(
        &self,
        asker: &Asker,
        password: &str,
        phc: Option<&str>,
        failures: Failures,
    ) -> Result<bool> {
        if failures.is_blocked(self.app.now()) {
            return Ok(false);
        }
        let source = session_source(asker);
        if self.hasher.verify(&source, password, phc).await? {
            // Guesses sent side by side may have closed the session since it was read.
            let account = AccountId::of(asker);
            let failures = self.app.db.read(move |conn| store::failures(conn, &account, &source)).await?;
            return Ok(!failures.is_blocked(self.app.now()));
        }
        self.note_failure(AccountId::of(asker), source, &Visitor::of_asker(asker)).await?;
        Ok(false)
    }

    /// Ends the session of somebody who leaves.
    pub async fn sign_out(&self, asker: &Asker) -> Result<()> {
        let Some(session) = asker.actor.session.clone() else { return Ok(()) };
        let account = AccountId::of(asker);
        self.write(&asker.actor, move |people, tx| {
            let now = tx.now();
            let ended = store::revoke_sessions(tx.conn, &account, |id| id == session, now)?;
            for session in ended {
                let event = PeopleEvent::SessionEnded(SessionChange { session });
                people.emit(tx, &account_stream(&account), &event)?;
            }
            Ok(())
        })
        .await
    }

    async fn candidate(&self, email: &str, visitor: &Visitor) -> Result<Option<Candidate>> {
        if email.len() > 254 || email.contains('\0') {
            return Ok(None);
        }
        let (email, visitor) = (email.to_owned(), visitor.clone());
        let read = move |conn: &mut AnyConnection| {
            let Some(account) = store::account_by_email(conn, &email)? else { return Ok(None) };
            let phc = store::password(conn, &account.id)?;
            let source = source_of(conn, &account.id, &visitor)?;
            let failures = store::failures(conn, &account.id, &source)?;
            Ok(Some(Candidate { account, phc, source, failures }))
        };
        self.app.db.read(read).await
    }

    /// Starts a session for somebody whose password was just believed or set.
    pub(in crate::people) async fn start_session(
        &self,
        account: AccountRow,
        visitor: &Visitor,
    ) -> Result<Started> {
        let device = visitor.device.clone().unwrap_or_else(Token::generate);
        let started =
            Started { session: new_id(self.app.now()), token: Token::generate(), device, reset_by: None };
        let actor = Actor {
            id: account.id.0.clone(),
            kind: ActorKind::Human,
            name: account.name.clone(),
            session: Some(started.session.clone()),
            request_id: visitor.request_id.clone(),
            under_reset: None,
        };
        let (result, visitor) = (started.clone(), visitor.clone());
        let reset_by = self
            .write(&actor, move |people, tx| {
                people.insert_session(tx, &account.id, &started, &visitor)?;
                Ok(store::unconfirmed_reset(tx.conn, &account.id)?.map(|row| row.reset_by_name))
            })
            .await?;
        Ok(Started { reset_by, ..result })
    }

    fn insert_session(
        &self,
        tx: &mut Tx<'_>,
        account: &AccountId,
        started: &Started,
        visitor: &Visitor,
    ) -> Result<()> {
        let now = tx.now();
        let source = source_of(tx.conn, account, visitor)?;
        // Guesses sent side by side may have closed this place since it was read.
        if store::failures(tx.conn, account, &source)?.is_blocked(now) {
            return Err(Error::refused(WRONG));
        }
        store::forgive(tx.conn, account, &source)?;
        store::remember_device(tx.conn, account, started.device.digest(), now)?;
        let row = SessionRow {
            id: started.session.clone(),
            account: account.clone(),
            project: home_project(tx, account)?,
            created_at: now,
            last_seen_at: now,
            expires_at: self.session_end(now),
            ip: cut(&visitor.ip, 64),
            user_agent: cut(&visitor.user_agent, 300),
            revoked_at: None,
        };
        store::insert_session(tx.conn, &row, started.token.digest())?;
        let event = PeopleEvent::SessionStarted(SessionChange { session: row.id });
        self.emit(tx, &account_stream(account), &event)
    }

    async fn note_failure(&self, account: AccountId, source: String, visitor: &Visitor) -> Result<()> {
        let actor = Actor { request_id: visitor.request_id.clone(), ..Actor::system() };
        let ip = cut(&visitor.ip, 64);
        self.write(&actor, move |people, tx| people.count_failure(tx, &account, &source, ip)).await
    }

    /// What was typed is not kept: it may be a password. One write, as for an account.
    async fn note_stranger(&self, email: &str, source: &str) -> Result<()> {
        self.strangers.note(email, source, self.app.now());
        self.write(&Actor::system(), |_, tx| {
            let now = tx.now();
            store::count_unknown(tx.conn, now)
        })
        .await
    }

    fn count_failure(&self, tx: &mut Tx<'_>, account: &AccountId, source: &str, ip: String) -> Result<()> {
        let now = tx.now();
        let here = store::failures(tx.conn, account, source)?.and_one(now);
        store::put_failures(tx.conn, account, source, here)?;
        let all = store::failures(tx.conn, account, EVERYWHERE)?.and_one(now);
        store::put_failures(tx.conn, account, EVERYWHERE, Failures { blocked_until: None, ..all })?;
        let stream = account_stream(account);
        if backoff::is_told(all.count) {
            let failed = SignInFailed { ip, failures: all.count };
            self.emit(tx, &stream, &PeopleEvent::SignInFailed(failed))?;
        }
        match here.blocked_until {
            Some(until) if here.count == backoff::FREE && all.count <= MOST_TOLD => {
                self.emit(tx, &stream, &PeopleEvent::SignInLocked(SignInLocked { until }))
            }
            _ => Ok(()),
        }
    }
}

/// Failures of an account after which places that must wait are no events any more.
const MOST_TOLD: i64 = 100;

fn may_enter(account: &AccountRow) -> bool {
    account.kind() == AccountKind::Human && account.disabled_at.is_none()
}

/// A device in which this account has signed in before is a place of its own; all else is known by its address.
fn source_of(conn: &mut AnyConnection, account: &AccountId, visitor: &Visitor) -> Result<String> {
    if let Some(device) = &visitor.device
        && store::is_known_device(conn, account, device.digest())?
    {
        return Ok(format!("device:{}", device.digest().to_hex()));
    }
    Ok(visitor.source())
}

/// Whoever is in a session already is no stranger: what fails in it counts for it alone.
fn session_source(asker: &Asker) -> String {
    let session = asker.actor.session.as_deref();
    session.map_or_else(|| Visitor::of_asker(asker).source(), |session| format!("session:{session}"))
}

/// The first project they have a role in.
fn home_project(tx: &mut Tx<'_>, account: &AccountId) -> Result<ProjectKey> {
    let projects = store::memberships_of(tx.conn, account)?;
    projects.first().copied().ok_or_else(|| {
        Error::refused(
            "You have no role in any project yet: ask an admin to give you one, then sign in again.",
        )
    })
}

fn cut(text: &str, longest: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(longest).collect()
}
