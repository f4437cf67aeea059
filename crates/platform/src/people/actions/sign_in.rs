//! Sign in with mail address and password, and sign out.
//!
//! Whatever is wrong, the answer is the same and takes the same work: one hash and one write. Five failures in a row
//! lock the account for 15 minutes (rule R18).

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Actor, ActorKind, Asker, Error, ProjectKey, Result, Timestamp};
use crate::people::events::{
    PeopleEvent, SessionChange, SignInFailed, SignInLocked, account_stream, unknown_sign_in_stream,
};
use crate::people::model::{AccountId, AccountKind, FAILURES_BEFORE_LOCK, LOCK_MICROS};
use crate::people::secrets::Token;
use crate::people::service::{People, Visitor};
use crate::people::store::{self, AccountRow, Guard, SessionRow};

/// The one answer to every failed attempt.
pub const WRONG: &str = "That email address and password do not open an account, or it is locked for now. \
     Five failed attempts in a row lock an account for 15 minutes.";

/// A session that has just begun.
#[derive(Clone, Debug)]
pub struct Started {
    /// The session's id.
    pub session: String,
    /// What goes into the cookie, once.
    pub token: Token,
}

/// What is stored about whoever tries to sign in.
struct Candidate {
    account: AccountRow,
    phc: Option<String>,
    guard: Guard,
}

impl People {
    /// Starts a session, or refuses with [`WRONG`].
    pub async fn sign_in(&self, email: &str, password: &str, visitor: &Visitor) -> Result<Started> {
        self.throttle.check(&visitor.ip, self.app.now())?;
        let candidate = self.candidate(email).await?;
        let phc = candidate.as_ref().and_then(|c| c.phc.as_deref());
        let is_right = self.hasher.verify(password, phc).await?;
        let now = self.app.now();
        match candidate {
            Some(c) if is_right && may_enter(&c, now) => self.start_session(c.account, visitor).await,
            candidate => {
                self.note_failure(candidate.map(|c| c.account.id), visitor).await?;
                Err(Error::refused(WRONG))
            }
        }
    }

    /// Whether this is the account's password, for signing and other acts that ask again. A wrong one counts as a
    /// failed attempt; a locked account confirms nothing.
    pub async fn confirm_password(&self, asker: &Asker, password: &str) -> Result<bool> {
        let account = AccountId::of(asker);
        let id = account.clone();
        let read = move |conn: &mut _| Ok((store::password(conn, &id)?, store::guard(conn, &id)?));
        let (phc, guard) = self.app.db.read(read).await?;
        let is_right = self.hasher.verify(password, phc.as_deref()).await?;
        if is_right && !is_locked(guard, self.app.now()) {
            return Ok(true);
        }
        self.note_failure(Some(account), &Visitor::of_asker(asker)).await?;
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

    async fn candidate(&self, email: &str) -> Result<Option<Candidate>> {
        let email = email.trim().to_lowercase();
        if email.len() > 254 || email.contains('\0') {
            return Ok(None);
        }
        let read = move |conn: &mut _| {
            let Some(account) = store::account_by_email(conn, &email)? else { return Ok(None) };
            let phc = store::password(conn, &account.id)?;
            let guard = store::guard(conn, &account.id)?;
            Ok(Some(Candidate { account, phc, guard }))
        };
        self.app.db.read(read).await
    }

    /// Starts a session for somebody whose password was just believed or set.
    pub(in crate::people) async fn start_session(
        &self,
        account: AccountRow,
        visitor: &Visitor,
    ) -> Result<Started> {
        let started = Started { session: new_id(self.app.now()), token: Token::generate() };
        let actor = Actor {
            id: account.id.0.clone(),
            kind: ActorKind::Human,
            name: account.name.clone(),
            session: Some(started.session.clone()),
            request_id: visitor.request_id.clone(),
        };
        let (result, visitor) = (started.clone(), visitor.clone());
        self.write(&actor, move |people, tx| people.insert_session(tx, &account.id, &started, &visitor))
            .await?;
        Ok(result)
    }

    fn insert_session(
        &self,
        tx: &mut Tx<'_>,
        account: &AccountId,
        started: &Started,
        visitor: &Visitor,
    ) -> Result<()> {
        let now = tx.now();
        // Guesses sent side by side may have locked the account since it was read.
        if is_locked(store::guard(tx.conn, account)?, now) {
            return Err(Error::refused(WRONG));
        }
        store::set_guard(tx.conn, account, Guard::default())?;
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

    async fn note_failure(&self, account: Option<AccountId>, visitor: &Visitor) -> Result<()> {
        self.throttle.note_failure(&visitor.ip, self.app.now());
        let actor = Actor { request_id: visitor.request_id.clone(), ..Actor::system() };
        let ip = cut(&visitor.ip, 64);
        self.write(&actor, move |people, tx| {
            if let Some(account) = &account {
                return people.count_failure(tx, account, ip);
            }
            let event = PeopleEvent::SignInFailed(SignInFailed { ip, failures: 0 });
            people.emit(tx, &unknown_sign_in_stream(), &event)
        })
        .await
    }

    fn count_failure(&self, tx: &mut Tx<'_>, account: &AccountId, ip: String) -> Result<()> {
        let now = tx.now();
        let guard = store::guard(tx.conn, account)?;
        // A lock that has run out gives five new attempts.
        let before = if guard.locked_until.is_some() && !is_locked(guard, now) { 0 } else { guard.failures };
        let failures = before + 1;
        let stream = account_stream(account);
        self.emit(tx, &stream, &PeopleEvent::SignInFailed(SignInFailed { ip, failures }))?;
        let mut next = Guard { failures, locked_until: guard.locked_until.filter(|_| is_locked(guard, now)) };
        if failures >= FAILURES_BEFORE_LOCK && next.locked_until.is_none() {
            let until = now.plus_micros(LOCK_MICROS);
            next.locked_until = Some(until);
            self.emit(tx, &stream, &PeopleEvent::SignInLocked(SignInLocked { until }))?;
        }
        store::set_guard(tx.conn, account, next)
    }
}

fn may_enter(candidate: &Candidate, now: Timestamp) -> bool {
    let account = &candidate.account;
    account.kind() == AccountKind::Human && account.disabled_at.is_none() && !is_locked(candidate.guard, now)
}

fn is_locked(guard: Guard, now: Timestamp) -> bool {
    guard.locked_until.is_some_and(|until| until > now)
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
