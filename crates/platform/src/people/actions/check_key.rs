//! Believe an API key: `public:secret` opens what the key's scopes say, the public half alone opens scores only.

use crate::db::AnyConnection;
use crate::foundation::{Actor, Asker, ProjectKey, Result, Timestamp};
use crate::people::model::{AccountKind, Scope, Scopes};
use crate::people::secrets::secret_matches;
use crate::people::service::People;
use crate::people::store::{self, KeyRow};

use super::authenticate::{asker_of, live_account};

/// What a request brought in its `Authorization` header.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// `Basic public:secret`.
    Pair { public: String, secret: String },
    /// `Bearer public`.
    PublicOnly(String),
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(..)")
    }
}

/// What a believed key opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyGrant {
    pub key_id: String,
    pub public_key: String,
    /// The project, inside.
    pub project: ProjectKey,
    /// The project, outside.
    pub project_id: String,
    pub project_name: String,
    /// What it opens; only scores when the secret was not shown.
    pub scopes: Scopes,
    /// The agent it speaks for; only when the secret was shown.
    pub agent: Option<Asker>,
    /// Only the public half was shown, which stands in every page that collects feedback.
    pub is_public: bool,
}

impl KeyGrant {
    /// Whether it opens this.
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.allow(scope)
    }

    /// Who asks by this key: its agent, or the key alone.
    pub fn asker(&self) -> Asker {
        let alone = || {
            let scopes = self.scopes.clone();
            let key = if self.is_public {
                Asker::public_key(self.project, scopes)
            } else {
                Asker::key(self.project, scopes)
            };
            key.in_project_named(self.project_name.clone())
        };
        self.agent.clone().unwrap_or_else(alone)
    }
}

/// A key as cached for 5 seconds.
#[derive(Clone)]
pub(in crate::people) struct KnownKey {
    row: KeyRow,
    project_id: String,
    project_name: String,
    /// A key bound to an account that is disabled, or no member of the project any more, opens nothing.
    is_blocked: bool,
    agent: Option<Asker>,
}

impl People {
    /// What these credentials open now; none when the key is unknown, wrong, expired or revoked.
    pub async fn check_key(&self, credentials: &Credentials) -> Result<Option<KeyGrant>> {
        let (public, secret) = match credentials {
            Credentials::Pair { public, secret } => (public, Some(secret)),
            Credentials::PublicOnly(public) => (public, None),
        };
        let now = self.app.now();
        let Some(known) = self.known_key(public, now).await? else { return Ok(None) };
        if !known.row.is_live(now) || known.is_blocked {
            return Ok(None);
        }
        let server_key = &self.app.keys.server_key;
        if secret.is_some_and(|secret| !secret_matches(server_key, secret, &known.row.secret_hmac)) {
            return Ok(None);
        }
        self.note_key_use(&known.row.id, now).await;
        Ok(Some(grant(known, secret.is_some())))
    }

    async fn known_key(&self, public: &str, now: Timestamp) -> Result<Option<KnownKey>> {
        if public.len() > 200 || public.contains('\0') {
            return Ok(None);
        }
        let generation = match self.keys.get(public, now) {
            Ok(known) => return Ok(known),
            Err(generation) => generation,
        };
        let asked = public.to_owned();
        let known = self.app.db.read(move |conn| load(conn, &asked)).await?;
        self.keys.put(public, known.clone(), now, generation);
        Ok(known)
    }

    /// A busy database refuses nobody, so a failure is only logged.
    async fn note_key_use(&self, key_id: &str, now: Timestamp) {
        if !self.keys.is_use_due(key_id, now) {
            return;
        }
        let id = key_id.to_owned();
        let noted = self.app.db.write(&Actor::system(), move |tx| store::note_use(tx.conn, &id, now)).await;
        if let Err(cause) = noted {
            tracing::debug!(%cause, "a key's last use was not noted");
        }
    }
}

fn grant(known: KnownKey, with_secret: bool) -> KeyGrant {
    let mut scopes = known.row.scopes();
    if !with_secret {
        scopes.0.retain(|scope| *scope == Scope::Scores);
    }
    let agent = known.agent.filter(|_| with_secret).map(|agent| agent.with_key(scopes.clone()));
    KeyGrant {
        key_id: known.row.id,
        public_key: known.row.public_key,
        project: known.row.project,
        project_id: known.project_id,
        project_name: known.project_name,
        scopes,
        agent,
        is_public: !with_secret,
    }
}

fn load(conn: &mut AnyConnection, public: &str) -> Result<Option<KnownKey>> {
    let Some(row) = store::key_by_public(conn, public)? else { return Ok(None) };
    let Some(project) = store::project(conn, row.project)? else { return Ok(None) };
    let (project_id, project_name) = (project.id.clone(), project.name.clone());
    let account = match &row.account {
        Some(id) => live_account(conn, id)?,
        None => None,
    };
    let agent = match account.filter(|account| account.kind() == AccountKind::Agent) {
        Some(account) => Some(asker_of(conn, account, project)?).filter(|agent| !agent.roles.is_empty()),
        None => None,
    };
    let is_blocked = row.account.is_some() && agent.is_none();
    Ok(Some(KnownKey { row, project_id, project_name, is_blocked, agent }))
}
