//! Believe a session cookie: look the session up, take its account and roles as they are now, slide its end.

use crate::db::{AnyConnection, Tx};
use crate::foundation::{Actor, Asker, Result, Timestamp, UnderReset};
use crate::people::model::{AccountId, AccountKind, effective_roles};
use crate::people::secrets::Token;
use crate::people::service::People;
use crate::people::store::{self, AccountRow, ProfileRow, ProjectRow, SessionRow};

/// How seldom "last seen" is written, in microseconds (one minute).
const SEEN_MICROS: i64 = 60_000_000;

impl People {
    /// Who a session cookie stands for; none when it is unknown, ended, expired, or its account is disabled or holds no
    /// role in the project any more: what a project has is for its members.
    ///
    /// Nothing is cached: a revoked session or role is felt by the next request.
    pub async fn authenticate(&self, cookie: &str) -> Result<Option<Asker>> {
        Ok(self.recognise(cookie).await?.map(|(asker, _)| asker))
    }

    /// The same, with how they read times and dates.
    pub(in crate::people) async fn recognise(&self, cookie: &str) -> Result<Option<(Asker, ProfileRow)>> {
        let Some(token) = Token::parse(cookie) else { return Ok(None) };
        let now = self.app.now();
        let found = self.app.db.read(move |conn| find(conn, &token, now)).await?;
        let Some((session, asker, profile)) = found else { return Ok(None) };
        let unseen = now.micros_since(session.last_seen_at);
        if unseen >= self.app.config.signing.idle_micros() {
            self.end_signing_period(&session, now).await?;
        } else if unseen >= SEEN_MICROS {
            self.slide(&session, now).await;
        }
        Ok(Some((asker, profile)))
    }

    /// When a session used at `now` ends if it is not used again.
    pub(in crate::people) fn session_end(&self, now: Timestamp) -> Timestamp {
        let days = i64::try_from(self.app.config.server.session_days).unwrap_or(14);
        now.plus_micros(days * 86_400_000_000)
    }

    /// Whoever comes back after a while signs with all components again: if that cannot be noted, they wait.
    async fn end_signing_period(&self, session: &SessionRow, now: Timestamp) -> Result<()> {
        let (session, end) = (session.clone(), self.session_end(now));
        let note = move |tx: &mut Tx<'_>| {
            store::forget_signing(tx.conn, &session.account, Some(&session.id))?;
            store::touch_session(tx.conn, &session.id, now, end)
        };
        self.app.db.write(&Actor::system(), note).await
    }

    /// A busy database does not sign anybody out, so a failure is only logged.
    async fn slide(&self, session: &SessionRow, now: Timestamp) {
        let (id, end) = (session.id.clone(), self.session_end(now));
        let slid =
            self.app.db.write(&Actor::system(), move |tx| store::touch_session(tx.conn, &id, now, end)).await;
        if let Err(cause) = slid {
            tracing::debug!(%cause, "a session's last use was not noted");
        }
    }
}

fn find(
    conn: &mut AnyConnection,
    token: &Token,
    now: Timestamp,
) -> Result<Option<(SessionRow, Asker, ProfileRow)>> {
    let Some(session) = store::session_by_token(conn, token.digest(), now)? else { return Ok(None) };
    let Some(account) = live_account(conn, &session.account)? else { return Ok(None) };
    let Some(project) = store::project(conn, session.project)? else { return Ok(None) };
    if account.kind() != AccountKind::Human {
        return Ok(None);
    }
    let reset = store::unconfirmed_reset(conn, &account.id)?;
    let mut asker = asker_of(conn, account, project)?;
    if asker.roles.is_empty() {
        return Ok(None);
    }
    asker.actor.session = Some(session.id.clone());
    asker.actor.under_reset =
        reset.map(|row| UnderReset { by: row.reset_by, by_name: row.reset_by_name, at: row.reset_at });
    let profile = store::profile(conn, &session.account)?;
    Ok(Some((session, asker, profile)))
}

/// An account that may act: it exists and is not disabled.
pub(super) fn live_account(conn: &mut AnyConnection, id: &AccountId) -> Result<Option<AccountRow>> {
    Ok(store::account(conn, id)?.filter(|account| account.disabled_at.is_none()))
}

/// An account with its present roles in a project: the one place where an account becomes one who asks.
pub(super) fn asker_of(conn: &mut AnyConnection, account: AccountRow, project: ProjectRow) -> Result<Asker> {
    let kind = account.kind();
    let roles = effective_roles(kind, store::roles(conn, project.key, &account.id)?);
    let actor = Actor {
        id: account.id.0,
        kind: kind.actor_kind(),
        name: account.name,
        session: None,
        request_id: None,
        under_reset: None,
    };
    Ok(Asker::account(actor, project.key, roles).in_project_named(project.name))
}
